"""Changes of the files an office edits, by command: comments stay, and the whole office is checked."""
