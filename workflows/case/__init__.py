"""The parts of the workflow of a case: its effects, alarm, Updates and operator's page."""
