"""Ring what is due: every passed rung of every clock, in order, from the state of the case alone (rules 3, 4, 7)."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case
from domain.clocks import LATE, Clock
from domain.decisions import Actor
from domain.events import AcknowledgementExpired, RungRang
from domain.owed import Message
from domain.terms import Rung
from domain.words import RungKind

MESSAGES = {
    RungKind.INFORM: Message.INFORM,
    RungKind.REMIND: Message.REMINDER,
    RungKind.DUE_SOON: Message.REMINDER,
    RungKind.BREACH: Message.BREACH,
    RungKind.ESCALATE: Message.ESCALATION,
}


def ring(case: Case, now: datetime) -> None:
    """Ring every rung that is due at `now`, across all clocks in the order of their instants."""
    while (clock := _most_urgent(case, now)) is not None:
        _attend(case, clock, now)


def _most_urgent(case: Case, now: datetime) -> Clock | None:
    due = []
    for position, clock in enumerate(case.clocks):
        instant = clock.next_instant(case.promises(clock))
        if instant is not None and instant <= now:
            due.append((instant, position, clock))
    return min(due)[2] if due else None


def _attend(case: Case, clock: Clock, now: datetime) -> None:
    """Do the earliest thing this clock needs: expire an acknowledgement, record the breach, or ring."""
    upcoming = clock.next_rung(case.promises(clock))
    held = clock.acknowledged
    instant = clock.next_instant(case.promises(clock))
    if held and held.until == instant:
        clock.acknowledged, clock.paced = None, True
        case.happened(AcknowledgementExpired(clock=clock.name, unit=clock.unit), now)
    elif clock.breached is None and clock.due == instant:
        case.note_breach(clock, now)
    elif upcoming is not None:
        rung_rings(case, clock, upcoming[1], planned=upcoming[0], now=now)


def rung_rings(
    case: Case,
    clock: Clock,
    rung: Rung,
    *,
    planned: datetime,
    now: datetime,
    by_hand: str | None = None,
    by: Actor | None = None,
) -> None:
    """Ring one rung: written down with how late it is, and owed to the seats it names.

    `by_hand` is the reason when a person rings it before its time; `by` is that person.
    """
    late_by = max(0, int((now - planned).total_seconds()))
    clock.rung += 1
    clock.last_rang, clock.rang_late = now, (now - planned) > LATE
    case.happened(
        RungRang(
            clock=clock.name,
            unit=clock.unit,
            generation=clock.generation,
            rung=rung.kind,
            n=clock.rung,
            to=case.seats(rung.to, clock.unit),
            planned=planned,
            late_by=late_by,
            by_hand=by_hand,
        ),
        now,
        by,
    )
    case.call(MESSAGES[rung.kind], clock, rung, suffix=f"r{clock.rung}", kind=rung.kind, n=clock.rung, late_by=late_by)
