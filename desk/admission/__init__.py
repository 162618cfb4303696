"""Admission: what is let in, how often, and how much of it at once."""
