"""How reports of one claim are known to belong together."""
