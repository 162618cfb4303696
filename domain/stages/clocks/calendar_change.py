"""A newer working calendar moves what is due in working time, and the move is recorded (docs/design.md, rule 13)."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.clocks.clock import Clock
from domain.decisions import Proven, Recount
from domain.errors import Unfit
from domain.events import CalendarChanged, DueMoved
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
        clock.reschedule(case.promises(clock), case.time, case.resumes)
        if (clock.due, clock.plan) != (old, plan):
            clock.renew(now)
        if (clock.due, clock.provisional) != (old, provisional):
            _say(case, clock, old, now)


def _say(case: Case, clock: Clock, old: datetime, now: datetime) -> None:
    """Record the old and the new due time.

    The unit that owes the clock is notified if the due time moved, not if a provisional one was only settled.
    """
    event = DueMoved(
        clock=clock.name, unit=clock.unit, generation=clock.generation, old=old, new=clock.due,
        provisional=clock.provisional,
    )  # fmt: skip
    case.happened(event, now)
    if clock.due != old:
        values: dict[str, str | int] = {"old": old.isoformat()}
        case.notify_unit(Message.DUE_MOVED, clock.unit, key=f"{clock.key}/moved", clock=clock, values=values)
