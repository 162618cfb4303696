"""Alarms: what the administrators are written to about, past every case."""
