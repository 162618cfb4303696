"""A remark in the timeline, at any stage."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.decisions import Note, Proven
from domain.events import Noted


def note(case: Case, decision: Note, proven: Proven, now: datetime) -> None:
    """Write a remark into the timeline."""
    case.happened(Noted(text=decision.text), now, proven.actor)
