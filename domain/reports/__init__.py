"""Reports as handed in, and which of them a running case is informed of."""
