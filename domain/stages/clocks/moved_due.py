"""A due time that moved: whoever works on the clock is notified, and what moved without a request is recorded."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.clocks.clock import Clock
from domain.events import DueMoved


def record(case: Case, clock: Clock, old: datetime, now: datetime, **values: str | int) -> None:
    """Record the old and the new due time; `values` say in the letter what moved it.

    Nobody is notified if a provisional due time was only settled.
    """
    event = DueMoved(
        clock=clock.name, unit=clock.unit, generation=clock.generation, old=old, new=clock.due,
        provisional=clock.provisional,
    )  # fmt: skip
    case.happened(event, now)
    if clock.due != old:
        notify(case, clock, old, **values)


def notify(case: Case, clock: Clock, old: datetime, **values: str | int) -> None:
    """Notify whoever works on a clock of its old and its new due time; `values` say what moved it.

    A unit whose request still waits for the morning gets it with the new due time.
    """
    if case.never_told(clock.unit):
        return
    start = case.promises(clock).start
    case.notify(
        Message.DUE_MOVED,
        case.called(start.to, clock),
        start.by,
        key=f"{clock.key}/moved",
        clock=clock,
        values={"old": old.isoformat(), **values},
    )
