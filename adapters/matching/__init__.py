"""How reports of the same claim are recognised."""
