"""The shape of each of the office's files: which keys there are, and what each may hold."""
