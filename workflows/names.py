"""How a case is called in Temporal; ids come from here and nowhere else."""

from __future__ import annotations

WORKFLOW = "RumorCase"
SIGHTED = "sighted"
VIEW = "view"
RECORD = "record"
BRIEF = "brief"
CLOCKS = "clocks"
RECOUNT = "recount"


def workflow_id(case_id: str) -> str:
    """Return the workflow id of a case."""
    return f"case-{case_id}"
