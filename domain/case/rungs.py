"""Rungs of a clock: one that rings is recorded with how late it is, and its notice is owed to the seats it names.

One that is a call by phone is asked of whoever the policy names, who is reminded while no log comes (rule 4).
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.clocks.clock import LATE, Clock
from domain.decisions import Actor
from domain.events import RungRang
from domain.terms import PHONE, Addressee, Rung
from domain.vocabulary import ClockName, RungKind

MESSAGES = {
    RungKind.INFORM: Message.INFORM,
    RungKind.REMIND: Message.REMINDER,
    RungKind.DUE_SOON: Message.REMINDER,
    RungKind.BREACH: Message.BREACH,
    RungKind.ESCALATE: Message.ESCALATION,
}


def ring_passed(case: Case, clock: Clock, now: datetime) -> None:
    """Ring the rungs of one clock that have passed, in order (docs/design.md, rule 7)."""
    while (upcoming := clock.next_rung(case.promises(clock), case.time)) is not None and upcoming[0] <= now:
        ring_rung(case, clock, upcoming[1], planned=upcoming[0], now=now)


def ring_rung(
    case: Case,
    clock: Clock,
    rung: Rung,
    *,
    planned: datetime,
    now: datetime,
    by_hand: str | None = None,
    by: Actor | None = None,
) -> None:
    """Ring one rung: record it with how late it is (in seconds), and owe its notice to the seats it names.

    `by_hand` is the reason if the person `by` rings it before its time; None if it rings by itself.
    """
    late_by = max(0, int((now - planned).total_seconds()))
    if PHONE in case.call_of(clock).by:
        clock.call_over(clock.rung)
    clock.rung += 1
    clock.call_out(now if PHONE in rung.by else None)
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
    early = rung.kind is RungKind.BREACH and now < clock.due
    message = Message.ESCALATION if early else MESSAGES[rung.kind]
    values: dict[str, str | int] = {"kind": rung.kind, "n": clock.rung, "late_by": late_by, **urgency(clock)}
    case.call(message, clock, rung, suffix=f"r{clock.rung}", **values)
    ask_for_call(case, clock)


def urgency(clock: Clock) -> dict[str, str | int]:
    """Return what a notice says of a clock that is about urgent help: nobody takes it in hand."""
    return {"urgent": 1} if clock.urgent else {}


def called(case: Case, clock: Clock) -> tuple[Addressee, ...]:
    """Return the seats the present call of a clock is to."""
    return case.called(case.call_of(clock).to, clock)


def callers(case: Case, clock: Clock) -> tuple[Addressee, ...]:
    """Return the seats of which the first whose holder is not called makes the present call of a clock."""
    by = case.by_whom(clock)
    return case.seats(by.to, clock.unit) if by else ()


def units_called(case: Case, clock: Clock) -> tuple[str, ...]:
    """Return the units whose people the present call of a clock is to; of urgent help all it may be to, if unknown yet.

    Where the seats are empty or have no number, that is another unit, and the last of all the office itself.
    """
    seats = tuple(one.unit for one in called(case, clock)) or (clock.unit,)
    if units := clock.went_to(clock.rung, clock.passed_on):
        return units
    if not _asked_for(case, clock) or case.handover is None or clock.name is not ClockName.HANDOVER:
        return tuple(dict.fromkeys(seats))
    parent = case.handover.unit.parent
    return tuple(dict.fromkeys((*seats, *((parent,) if parent else ()), case.office.code)))


def _asked_for(case: Case, clock: Clock) -> bool:
    """Return whether somebody is still being asked to make the present call of a clock: who answers is not known."""
    asks = (
        one
        for one in case.pending_effects
        if isinstance(one, Notice) and one.message is Message.CALL and one.clock_key == clock.stem
    )
    present = (clock.rung, clock.passed_on)
    return any((one.values.get("n"), one.passed_on) == present and not one.values.get("again") for one in asks)


def begin_call(case: Case, clock: Clock, now: datetime) -> None:
    """Ask for the call a clock begins with, where its level calls by phone; what waits for the morning calls then."""
    if PHONE in case.call_of(clock).by and case.by_whom(clock) is not None:
        clock.call_out(case.held_until(Message.CALL, clock) or now)
        ask_for_call(case, clock)


def ask_for_call(case: Case, clock: Clock, *, again: bool = False) -> None:
    """Ask whoever the policy names to make the open call of a clock; `again` reminds them of a log that lacks."""
    by = case.by_whom(clock)
    case.call_off_call(clock)  # what asks for the call before
    if by is None or clock.calls is None:
        return
    case.notify(
        Message.CALL,
        callers(case, clock),
        by.by,
        key=f"{clock.key}/r{clock.rung}/by{clock.passed_on}{'/again' if again else ''}",
        clock=clock,
        values={"again": int(again), "n": clock.rung, **urgency(clock), **_lines(case, clock)},
        passed_on=clock.passed_on,
        calls=called(case, clock),
    )


def _lines(case: Case, clock: Clock) -> dict[str, str | int]:
    """Return the emergency numbers whoever calls about a handover is told, as the office is; never its receiver."""
    waiting = case.handover if clock.name is ClockName.HANDOVER else None
    terms = case.terms.exits.get(waiting.exit) if waiting else None
    return {"lines": "、".join(terms.emergency)} if terms and terms.emergency else {}


def comes_first(case: Case, clock: Clock) -> bool:
    """Return whether a unit is called about a clock: about what it has to do first, to accept or else to answer."""
    if clock.name is ClockName.ANSWER:
        return case.clock(ClockName.ACCEPT, clock.unit) is None
    return clock.name is ClockName.ACCEPT
