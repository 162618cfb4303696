"""The intake of the desk: what it adds to a report, which case a report goes to, and that the case gets it."""
