"""The intake of the desk: which case a report goes to, and that the case gets it."""
