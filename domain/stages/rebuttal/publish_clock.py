"""The publish clock: from the last signature until every public channel has answered (docs/design.md, rule 8)."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.vocabulary import ClockName


def start(case: Case, now: datetime) -> None:
    """Start the publish clock; a page sent once more, or a further text, goes on in the time the one before had left.

    Whoever sends it has the minimum gap; where publishing was overdue already, the rungs after it ring again.
    """
    before = case.last_step(ClockName.PUBLISH)
    clock = case.arm(ClockName.PUBLISH, case.office.code, now, after=before, least=True)
    clock.climb_again(case.terms.at(case.level), now)
