"""The command line: a thin way to the API, the supervisor of the three processes, and the demo."""
