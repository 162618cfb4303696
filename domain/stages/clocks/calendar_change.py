"""A newer working calendar moves what is due in working time, and the move is recorded (docs/design.md, rule 13)."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.decisions import Proven, Recount
from domain.errors import Unfit
from domain.events import CalendarChanged
from domain.stages.clocks import moved_due
from domain.worktime.working_time import TimeUnit


def recount(case: Case, decision: Recount, proven: Proven, now: datetime) -> None:
    """Measure every running clock by a newer calendar; a clock that moves gets a new generation."""
    if decision.time == case.time:
        raise Unfit("same_calendar", version=decision.time.version)
    before = {clock.key: (clock.due, clock.plan, clock.provisional) for clock in case.running()}
    case.calendar = decision.time
    case.happened(CalendarChanged(version=decision.time.version), now, proven.actor)
    for clock in case.running():
        old, plan, provisional = before[clock.key]
        if clock.account.budget.unit is TimeUnit.WALL:
            continue
        clock.reschedule(case.promises(clock), case.time, case.resumes_of(clock))
        if (clock.due, clock.plan) != (old, plan):
            clock.renew(now)
        if (clock.due, clock.provisional) != (old, provisional):
            moved_due.record(case, clock, old, now)
