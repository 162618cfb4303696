"""The rules between the keys of the office's files: each yields the problems it finds."""
