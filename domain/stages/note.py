"""A remark in the timeline, at any stage."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.decisions import Note, Proven
from domain.events import Noted
from domain.stages.clocks.progress import progressed


def note(case: Case, decision: Note, proven: Proven, now: datetime) -> None:
    """Write a remark into the timeline; one with evidence is progress of its unit (docs/design.md, rule 5)."""
    case.happened(Noted(text=decision.text, evidence=decision.evidence), now, proven.actor)
    if decision.evidence:
        progressed(case, proven.actor.unit)
