"""Measurements: what a case costs, how many a machine carries, how late deadlines are, what many open cases change."""
