"""A due time that moved: whoever works on the clock is notified, and what moved without a request is recorded."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import KEEPS_ITS_DUE, Message
from domain.case.obligations import Notice
from domain.case.queries import waits
from domain.clocks.clock import Clock
from domain.events import DueMoved
from domain.terms import Addressee
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


def notify(case: Case, clock: Clock, old: datetime, **values: str | int) -> None:
    """Notify whoever works on a clock, or has heard its old due time, of the new one; `values` say what moved it.

    A unit whose request still waits for the morning gets it with the new due time.
    """
    terms = case.promises(clock)
    work = () if case.never_told(clock.unit) else case.called(terms.start.to, clock)
    if work:
        moved: dict[str, str | int] = {"old": old.isoformat(), **values}
        case.notify(Message.DUE_MOVED, work, terms.start.by, key=f"{clock.key}/moved", clock=clock, values=moved)
    notify_heard(case, clock, old, but=work, **values)


def notify_heard(
    case: Case, clock: Clock, old: datetime, *, but: tuple[Addressee, ...] = (), **values: str | int
) -> None:
    """Notify whoever has heard the old due time of a clock of the new one, except the seats in `but`."""
    terms = case.promises(clock)
    clock.heard = tuple(dict.fromkeys((*clock.heard, *_about_to_hear(case, clock, old))))
    have_done = _have_signed(case) if clock.name is ClockName.APPROVAL else set()
    if know := tuple(one for one in clock.heard if one not in but and one not in have_done):
        by = terms.inform_at_start.by or terms.start.by
        informs = {"old": old.isoformat(), **values, "informs": 1}
        case.notify(Message.DUE_MOVED, know, by, key=f"{clock.key}/moved-informs", clock=clock, values=informs)


def _about_to_hear(case: Case, clock: Clock, old: datetime) -> list[Addressee]:
    """Return who is about to hear the due time a clock has moved from, by a letter that goes out as it is.

    Who has heard it is remembered when the letter goes out (`domain.decider.due_named`). A call that the move has ended
    is asked of nobody any more, and one for the morning says by then what is due.
    """
    going = [one for one in case.pending_effects if isinstance(one, Notice) and not one.wave and not waits(one)]
    mine = [one for one in going if (one.clock_key, one.due) == (clock.stem, old) and one.message in KEEPS_ITS_DUE]
    named = [one for one in mine if one.message is not Message.CALL or clock.calls is not None]
    return [seat for one in named for seat in one.receivers]


def _have_signed(case: Case) -> set[Addressee]:
    """Return the seats that are not waited for any more: their signature was given, or they were asked for none."""
    slots = case.draft.slots if case.draft else ()
    missing = {seat for slot in slots if slot.open for seat in slot.to}
    return {seat for slot in slots for seat in slot.to} - missing
