"""The commands with their options and help; the work is in `cli.actions` and `cli.run`."""
