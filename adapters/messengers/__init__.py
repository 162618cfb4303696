"""Messengers: each channel by which letters reach persons."""
