"""The names a case has in Temporal: of its workflow, queries and ids; they are written here only."""

from __future__ import annotations

WORKFLOW = "RumorCase"
VIEW = "view"
RECORD = "record"
BRIEF = "brief"
CLOCKS = "clocks"
RECOUNT = "recount"
RESEAL = "reseal"


def workflow_id(case_id: str) -> str:
    """Return the workflow id of a case."""
    return f"case-{case_id}"


def case_id(workflow_id: str) -> str:
    """Return the case a workflow id belongs to."""
    return workflow_id.removeprefix("case-")
