"""Handling a clock: taking it in hand, ringing its next rung by hand; a stale button changes nothing."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.rungs import ring_rung
from domain.clocks.acknowledgement import Acknowledgement
from domain.clocks.clock import Clock
from domain.decisions import Acknowledge, Actor, Escalate, Proven
from domain.errors import Stale, Unfit
from domain.events import Acknowledged
from domain.stages.clocks.standing_down import stand_down
from domain.terms import Addressee


def acknowledge(case: Case, decision: Acknowledge, proven: Proven, now: datetime) -> None:
    """Take a clock in hand: higher rungs are held until the acknowledgement expires; the due time stays.

    If a level above the person's own has rung, the acknowledgement is marked with that level, and the people called
    there are stood down (docs/design.md, rule 5). It holds no longer than the whole budget of the clock.

    Raises:
        Unfit: the person has done so at this level already; or it is about urgent help, whose clock only ends once that
            is received or handed on.

    """
    clock = case.owed_clock(decision.clock, decision.unit)
    refuse_stale(case, clock, decision)
    if clock.urgent:
        raise Unfit("urgent_is_not_in_hand", clock=clock.name, unit=case.short(clock.unit))
    if had_in_hand(clock, proven.actor):
        raise Unfit("acknowledged_already", clock=clock.name, unit=case.short(clock.unit), level=clock.rung)
    terms = case.promises(clock)
    until = min(case.time.after(now, one) for one in (terms.ack_lives, clock.account.budget))
    seat = proven.actor.seats[0] if proven.actor.seats else None
    hand = Acknowledgement(unit=proven.actor.unit, seat=seat, rung=clock.rung, at=now, until=until)
    clock.take_in_hand(proven.actor.voice, hand, terms, case.time)
    case.call_off_call(clock)
    own = _level_of(case, clock, proven.actor)
    working = proven.actor.unit == clock.unit and own == 0  # never called, so not late
    after = clock.rung if own < clock.rung and not working else None
    event = Acknowledged(clock=clock.name, unit=clock.unit, rung=clock.rung, until=until, after_level=after)
    case.happened(event, now, proven.actor)
    if after is not None:
        seats = tuple(Addressee(unit=proven.actor.unit, seat=one) for one in proven.actor.seats)
        stand_down(case, clock, own, but=seats)


def had_in_hand(clock: Clock, actor: Actor) -> bool:
    """Return whether a person has taken a clock in hand at its present level without progress since (rule 5)."""
    return (actor.voice, clock.rung) in clock.hands


def _level_of(case: Case, clock: Clock, actor: Actor) -> int:
    """Return the highest rung that has rung and named one of the actor's seats; 0 for none."""
    rang = case.promises(clock).ladder[: clock.rung]
    called = [any(actor.sits(c.unit, c.seat) for c in case.called(rung.to, clock)) for rung in rang]
    return max((n for n, mine in enumerate(called, start=1) if mine), default=0)


def escalate(case: Case, decision: Escalate, proven: Proven, now: datetime) -> None:
    """Ring the next rung by hand; a stale button changes nothing (docs/design.md, rule 6).

    Raises:
        Unfit: the ladder has rung out, or somebody has rung it by hand less than a minimum gap ago.

    """
    clock = _meant(case, decision)
    refuse_stale(case, clock, decision)
    ladder = case.promises(clock).ladder
    if clock.rung >= len(ladder):
        raise Unfit("ladder_rung_out", level=clock.rung)
    if (again := escalates_again(case, clock)) is not None and now < again:
        raise Unfit("escalated_just_now", until=again.isoformat())
    ring_rung(case, clock, ladder[clock.rung], planned=now, now=now, by_hand=decision.reason, by=proven.actor)
    clock.rung_by_hand = now


def escalates_again(case: Case, clock: Clock) -> datetime | None:
    """Return from when the next rung may be rung by hand: whom the last one called has the minimum gap to answer."""
    if clock.rung_by_hand is None:
        return None
    return case.time.after(clock.rung_by_hand, case.promises(clock).min_gap)


def refuse_stale(case: Case, clock: Clock, decision: Acknowledge | Escalate) -> None:
    """Refuse a button of an earlier generation or rung of a clock; one that names neither is taken as it comes.

    Raises:
        Stale: the clock has moved on (docs/design.md, rule 6).

    """
    refuse_other_generation(case, clock, decision.expected_generation)
    if decision.expected_level not in (None, clock.rung):
        raise Stale("already_escalated", expected=decision.expected_level or 0, level=clock.rung)


def refuse_other_generation(case: Case, clock: Clock, seen: int | None) -> None:
    """Refuse a button of an earlier generation of a clock; None takes it as it comes.

    Raises:
        Stale: the clock has moved on (docs/design.md, rule 6).

    """
    if seen not in (None, clock.generation):
        raise Stale("clock_moved_on", clock=clock.name, unit=case.short(clock.unit), due=clock.due.isoformat())


def _meant(case: Case, decision: Escalate) -> Clock:
    """Return the clock a person means: the named one, else the running step that is due first."""
    if decision.clock:
        return case.owed_clock(decision.clock, decision.unit or case.office.code)
    clock = case.most_urgent()
    if clock is None:
        raise Unfit("no_such_clock", clock="-", unit="-", running="-")
    return clock
