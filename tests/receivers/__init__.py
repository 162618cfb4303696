"""Real mail servers that are awkward, each in its own way: what becomes of the letters of a case."""
