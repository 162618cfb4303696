"""Ring what is due: every passed rung of every clock, in order, from the state of the case alone (rules 3, 4, 7)."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case
from domain.clocks import Clock
from domain.events import AcknowledgementExpired
from domain.rungs import rung_rings
from domain.stages.expiring import expire


def ring(case: Case, now: datetime) -> None:
    """Ring every rung that is due at `now`, across all clocks in the order of their instants."""
    while (clock := _most_urgent(case, now)) is not None:
        _attend(case, clock, now)


def _most_urgent(case: Case, now: datetime) -> Clock | None:
    due = []
    for position, clock in enumerate(case.clocks):
        instant = clock.next_instant(case.promises(clock), case.time)
        if instant is not None and instant <= now:
            due.append((instant, position, clock))
    return min(due)[2] if due else None


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
    elif upcoming is not None:
        rung_rings(case, clock, upcoming[1], planned=upcoming[0], now=now)
    else:
        expire(case, clock, now)
