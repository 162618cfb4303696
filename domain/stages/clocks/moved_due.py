"""A due time that moved: whoever works on the clock is notified, and what moved without a request is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.notice_planning import WORKING
from domain.case.obligations import Notice
from domain.clocks.clock import Clock
from domain.events import DueMoved
from domain.terms import Addressee, Audience
from domain.vocabulary import ClockName

INFORMED_OF = (ClockName.TRIAGE, ClockName.ANSWER, ClockName.RESPONSE)
"""The clocks of which those whom a level informs hear."""


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


def remember(case: Case, clock: Clock) -> None:
    """Remember who may know the present due time of a clock, before it moves: they hear of every other one.

    These are the seats its start called or informed and those its rungs called, at this level and at those before.
    """
    terms = case.promises(clock)
    rung = [whom for one in terms.ladder[: clock.rung] for whom in one.to]
    known = [*_by_name(case, clock, (*terms.start.to, *rung)), *_informed(case, clock)]
    clock.heard = tuple(dict.fromkeys((*clock.heard, *known)))


def notify(case: Case, clock: Clock, old: datetime, **values: str | int) -> None:
    """Notify whoever works on a clock, or has heard its old due time, of the new one; `values` say what moved it.

    A unit whose request still waits for the morning gets it with the new due time.
    """
    if case.never_told(clock.unit):
        return
    terms, values = case.promises(clock), {"old": old.isoformat(), **values}
    work = case.called(terms.start.to, clock)
    case.notify(Message.DUE_MOVED, work, terms.start.by, key=f"{clock.key}/moved", clock=clock, values=values)
    if know := tuple(one for one in clock.heard if one not in work):
        by = terms.inform_at_start.by or terms.start.by
        informs = {**values, "informs": 1}
        case.notify(Message.DUE_MOVED, know, by, key=f"{clock.key}/moved-informs", clock=clock, values=informs)


def _by_name(case: Case, clock: Clock, audiences: Iterable[Audience]) -> tuple[Addressee, ...]:
    """Return the seats audiences mean, but those of whoever a clock belongs to by its step: these change with it."""
    own = case.front(clock)
    return case.called([one for one in audiences if not (own and one in WORKING)], clock)


def _informed(case: Case, clock: Clock) -> tuple[Addressee, ...]:
    """Return who was informed of a clock, but those whose letter is still to go out: it names the present due time."""
    if clock.name not in INFORMED_OF:
        return ()
    pending = [one for one in case.pending_effects if isinstance(one, Notice) and one.message is Message.INFORM]
    later = {seat for one in pending if one.clock_key == clock.stem for seat in one.to}
    units = {clock.unit, case.office.code}
    return tuple(one for one in case.informed.get(clock.level, ()) if one.unit in units and one not in later)
