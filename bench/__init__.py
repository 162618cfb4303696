"""Measurements: what a case costs, how many a machine carries, and what is left when its parts are killed."""
