"""Closure 办结归档: the case ends by a decision, never by a timer."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.rungs import stand_down_recently_called
from domain.decisions import Close, Proven
from domain.events import CaseClosed


def close(case: Case, decision: Close, proven: Proven, now: datetime) -> None:
    """Close the case: every clock stops at once, and no notice is planned after it (docs/design.md, rule 15)."""
    stand_down_recently_called(case, now)
    case.close(now)
    case.happened(CaseClosed(verdict=case.verdict, remarks=decision.remarks), now, proven.actor)
