"""Nudging 催办 and supervising 督办: notices sent by people beside the ladder; they use up no rung of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.notice_planning import WORKING
from domain.case.rungs import urgency
from domain.clocks.clock import Clock
from domain.decisions import Actor, Nudge, Proven, Supervise
from domain.errors import Unfit
from domain.events import Nudged, Supervised
from domain.stages.clocks.handling import refuse_other_generation
from domain.terms import Addressee, Audience
from domain.vocabulary import Seat

LEADERS = (Audience.owner(Seat.DEPUTY), Audience.owner(Seat.HEAD))


def urged(case: Case, clock: Clock, kind: str) -> tuple[Addressee, ...]:
    """Return the seats that a `nudge` about a clock, or a `supervise`, reaches."""
    return case.called(WORKING[:2] if kind == "nudge" else (*WORKING[:1], *LEADERS), clock)


def urges_oneself(actor: Actor, seats: Iterable[Addressee]) -> bool:
    """Return whether a person would be among those the letter goes to: nobody urges oneself by mistake."""
    return any(actor.sits(one.unit, one.seat) for one in seats)


def nudge(case: Case, decision: Nudge, proven: Proven, now: datetime) -> None:
    """Urge whoever works on a clock."""
    clock = case.owed_clock(decision.clock, decision.unit)
    refuse_other_generation(case, clock, decision.expected_generation)
    to = _others(case, clock, decision, proven)
    case.happened(Nudged(clock=clock.name, unit=clock.unit, to=to, text=decision.text), now, proven.actor)
    key = f"{clock.key}/nudge/{case.seq}"
    values: dict[str, str | int] = {"text": decision.text or "", **urgency(clock)}
    case.notify(Message.NUDGE, to, case.promises(clock).start.by, key=key, clock=clock, values=values)


def supervise(case: Case, decision: Supervise, proven: Proven, now: datetime) -> None:
    """Notify the leaders of a clock's unit that the office watches it, and why."""
    clock = case.owed_clock(decision.clock, decision.unit)
    refuse_other_generation(case, clock, decision.expected_generation)
    to = _others(case, clock, decision, proven)
    case.happened(Supervised(clock=clock.name, unit=clock.unit, to=to, reason=decision.reason), now, proven.actor)
    key = f"{clock.key}/supervise/{case.seq}"
    by = case.promises(clock).start.by
    values: dict[str, str | int] = {"reason": decision.reason, **urgency(clock)}
    case.notify(Message.SUPERVISE, to, by, key=key, clock=clock, values=values)


def _others(case: Case, clock: Clock, decision: Nudge | Supervise, proven: Proven) -> tuple[Addressee, ...]:
    """Return the seats a letter goes to.

    Raises:
        Unfit: whoever sends it is one of them.

    """
    to = urged(case, clock, decision.kind)
    if urges_oneself(proven.actor, to):
        raise Unfit("urges_oneself", clock=clock.name, unit=case.short(clock.unit))
    return to
