"""The HTTP API: reports, cases, decisions and the bulletin, all through the one desk."""
