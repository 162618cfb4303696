"""The office's files (`units.toml`, `policy.toml`, `people.toml`, `calendar.toml`), read and checked as a whole."""
