"""Which notices name a due time that has moved since: they are called off, and owed anew if they ask.

Whoever gets letters only once a gateway is back hears one due time, the present one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeGuard

from domain.case.notice_kinds import INFORMS, Message
from domain.case.obligations import Notice, PendingEffect
from domain.case.queries import CaseQueries, waits
from domain.clocks.clock import Clock
from domain.terms import Addressee
from domain.vocabulary import ClockName

ANEW = (
    *(Message.RING, Message.REQUEST, Message.TRANSFER, Message.HANDOVER, Message.INFORM, Message.NUDGE),
    *(Message.SUPERVISE, Message.DRAFT_REQUEST, Message.FINDING_RETURNED, Message.LEAD_ALONE, Message.INTERIM_REQUEST),
    *(Message.MINUTES_REQUEST, Message.CLOSE_REQUEST, Message.RESUMED, Message.PAUSE_ENDING),
    *(Message.REVIEW_REQUEST, Message.CONSENT_REQUEST, Message.SIGN_REQUEST),
    *(Message.SESSION, Message.CONFIRM_REQUEST, Message.FINDING_TO_APPROVE),
)
"""Notices that say by when something is to be done: with another due time they are letters of their own."""

OF_A_GENERATION = (Message.REMINDER, Message.IN_HAND_ENDING)
"""Notices about how the clock stood before it moved: its rungs may ring again, and nobody has it in hand any more."""

AGAIN = "/again-"
"""What stands in the key of a notice that was owed anew, before the number of its clock's generation and due time."""


def with_present_due(case: CaseQueries, effects: list[PendingEffect]) -> list[PendingEffect]:
    """Return effects in which no notice that is still to go out names a due time that is replaced."""
    stale = list(_stale(case, effects))
    if not stale:
        return effects
    off = {notice.key for notice, _ in stale}
    anew = [_anew(case, notice, clock, effects) for notice, clock in stale if notice.message in ANEW]
    moves = [one for one, _ in reversed(stale) if one.message is Message.DUE_MOVED]
    kept = [_called_off(one) if one.key in off else _moved(one, moves, anew) for one in effects]
    return [*(one for one in kept if one is not None), *anew]


def _stale(case: CaseQueries, effects: list[PendingEffect]) -> Iterator[tuple[Notice, Clock]]:
    clocks = {clock.stem: clock for clock in case.running()}
    for notice in effects:
        if not isinstance(notice, Notice) or notice.called_off or waits(notice):
            continue  # what waits takes the present due time by itself
        clock = clocks.get(notice.clock_key or "")
        if clock is not None and _is_stale(case, notice, clock):
            yield notice, clock


def _called_off(effect: PendingEffect) -> PendingEffect | None:
    return effect.model_copy(update={"called_off": True}) if isinstance(effect, Notice) and effect.wave else None


def _is_stale(case: CaseQueries, notice: Notice, clock: Clock) -> bool:
    if notice.message in OF_A_GENERATION:
        return not notice.key.startswith(f"{case.key_base}/{clock.key}/")
    if notice.message is not Message.DUE_MOVED and notice.message not in ANEW:
        return False
    accept = case.clock(ClockName.ACCEPT, clock.unit) if notice.message is Message.REQUEST else None
    moved = accept is not None and notice.values.get("accept_due") != accept.due.isoformat()
    return notice.due != clock.due or moved


def _anew(case: CaseQueries, notice: Notice, clock: Clock, effects: list[PendingEffect]) -> Notice:
    """Return a notice with the present due time: if it asks, as urgently as the letter that says what moved."""
    values = dict(notice.values)
    if "accept_due" in values and notice.message is Message.REQUEST:
        accept = case.clock(ClockName.ACCEPT, clock.unit)
        values["accept_due"] = accept.due.isoformat() if accept else ""
    again = f"{notice.key.partition(AGAIN)[0]}{AGAIN}{clock.generation}-{case.seq}"
    by = next((one.by for one in effects if _tells_a_move(one) and one.clock_key == notice.clock_key), notice.by)
    fresh = {
        "key": again if notice.wave else notice.key,
        "by": notice.by if notice.message in INFORMS else by,
        "due": clock.due,
        "values": values,
        "wave": 0,
        "not_before": case.held_until(notice.message, clock),
        "heard": (),
    }
    return notice.model_copy(update=fresh)


def _tells_a_move(effect: PendingEffect) -> TypeGuard[Notice]:
    """Return whether an effect is a letter about a due time that moved, and is not on its way."""
    return isinstance(effect, Notice) and effect.message is Message.DUE_MOVED and not effect.wave


def _moved(effect: PendingEffect, replaced: list[Notice], anew: list[Notice]) -> PendingEffect | None:
    """Return a letter about a due time that moved as it goes out now: from the due time its receivers know.

    `replaced` are letters about due times in between, the latest first. Whoever gets the present due time by another
    letter hears of no other. None: nobody is left, or nobody heard that it was ever another.
    """
    if not _tells_a_move(effect):
        return effect
    hear = {seat for notice in anew if _covers(notice, effect) for seat in notice.to if _names(notice, seat)}
    to: tuple[Addressee, ...] = tuple(seat for seat in effect.to if seat not in hear)
    between = [one for one in replaced if one.clock_key == effect.clock_key]
    old = between[-1].values["old"] if between else effect.values["old"]
    back = effect.due is not None and datetime.fromisoformat(str(old)) == effect.due
    if not to or (back and not any(one.wave for one in between)):
        return None
    return effect.model_copy(update={"to": to, "values": {**effect.values, "old": old}})


def _names(notice: Notice, seat: Addressee) -> bool:
    """Return whether a notice says its due time to a seat: what asks does, and what informs that a clock runs."""
    return notice.asks(seat) or notice.message is Message.INFORM


def _covers(notice: Notice, moved: Notice) -> bool:
    """Return whether a notice says what a due time that moved is: a request says that of accepting it, too."""
    accepts = notice.message is Message.REQUEST and moved.clock is ClockName.ACCEPT and moved.owner == notice.owner
    return notice.clock_key == moved.clock_key or accepts
