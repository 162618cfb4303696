"""Closed cases: what reaches them all the same, and what their pages offer."""
