"""Ring what is due: every passed rung of every clock, in order, from the state of the case alone.

The rules are in docs/design.md, rules 3, 4, 7 and 8.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.rungs import ring_next
from domain.clocks.clock import Clock
from domain.clocks.pause import ActivePause
from domain.events import AcknowledgementExpired
from domain.stages.clocks import pause
from domain.stages.verification.expiry import expire


def ring(case: Case, now: datetime) -> None:
    """Do everything that is due at `now`, for the pause and all clocks, in the order of their instants."""
    while (due := _most_urgent(case, now)) is not None:
        if isinstance(due, Clock):
            _attend(case, due, now)
        else:
            pause.attend(case, now)


def _most_urgent(case: Case, now: datetime) -> Clock | ActivePause | None:
    """Return what is due first; at the same instant, the pause ends before a clock that was not paused rings."""
    due: list[tuple[datetime, int, Clock | ActivePause]] = []
    if case.pause is not None and case.pause.next_instant <= now:
        due.append((case.pause.next_instant, -1, case.pause))
    for position, clock in enumerate(case.clocks):
        instant = clock.next_instant(case.promises(clock), case.time)
        if instant is not None and instant <= now:
            due.append((instant, position, clock))
    return min(due, key=lambda one: one[:2])[2] if due else None


def _attend(case: Case, clock: Clock, now: datetime) -> None:
    """Do the earliest thing this clock needs: expire an acknowledgement, record the breach, ring, or end a request."""
    upcoming = clock.next_rung(case.promises(clock), case.time)
    held = clock.acknowledged
    instant = clock.next_instant(case.promises(clock), case.time)
    if held and held.until == instant:
        clock.acknowledged, clock.paced = None, True
        case.happened(AcknowledgementExpired(clock=clock.name, unit=clock.unit), now)
    elif clock.breached is None and clock.due == instant:
        case.note_breach(clock, now)
    elif upcoming is not None and upcoming[0] == instant:
        ring_next(case, clock, upcoming[0], now)
    else:
        expire(case, clock, now)
