"""The office's three files (`units.toml`, `policy.toml`, `people.toml`), read whole and refused by name."""
