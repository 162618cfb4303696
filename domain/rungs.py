"""Ring one rung of a clock: written down with how late it is, and owed to the seats it names."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case
from domain.clocks import LATE, Clock
from domain.decisions import Actor
from domain.events import RungRang
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
            to=case.called(rung.to, clock),
            planned=planned,
            late_by=late_by,
            by_hand=by_hand,
        ),
        now,
        by,
    )
    case.call(MESSAGES[rung.kind], clock, rung, suffix=f"r{clock.rung}", kind=rung.kind, n=clock.rung, late_by=late_by)
