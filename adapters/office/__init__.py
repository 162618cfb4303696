"""The office's files (`units.toml`, `policy.toml`, `people.toml`, `calendar.toml`), read whole and refused by name."""
