"""Which notices name a due time that has moved since: they are called off, and owed anew if they ask.

Whoever gets letters only once a gateway is back hears one due time, the present one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from domain.case.notice_kinds import ANEW, INFORMS, OF_A_GENERATION, Message
from domain.case.obligations import Notice, PendingEffect
from domain.case.queries import CaseQueries, waits
from domain.clocks.clock import Clock
from domain.decider.moves import Moves
from domain.vocabulary import ClockName

OUTLIVE_THEIR_CLOCK = (
    *(Message.CONFIRM_REQUEST, Message.REVIEW_REQUEST, Message.CONSENT_REQUEST, Message.SIGN_REQUEST),
)
"""Notices that still ask once their clock has stopped: a signature by that of the next unit, a proposal by none."""

AGAIN = "/again-"
"""What stands in the key of a notice that was owed anew, before the number of its clock's generation and due time."""


def with_present_due(case: CaseQueries, effects: list[PendingEffect]) -> list[PendingEffect]:
    """Return effects in which no notice that is still to go out names a due time that is replaced."""
    stale = list(_stale(case, effects))
    off = {notice.key for notice, _ in stale}
    anew = [_anew(case, notice, clock, effects) for notice, clock in stale if notice.message in ANEW]
    kept = [_called_off(one) if one.key in off else one for one in effects]
    present = [*(one for one in kept if one is not None), *anew]
    moves = Moves(case, [one for one, _ in reversed(stale) if one.message is Message.DUE_MOVED], present)
    return [one for effect in present for one in (moves.going_out(effect) if _tells_a_move(effect) else (effect,))]


def _stale(case: CaseQueries, effects: list[PendingEffect]) -> Iterator[tuple[Notice, Clock | None]]:
    """Yield the notices whose due time is replaced, with the clock that says the present one; None if none does."""
    clocks = {clock.stem: clock for clock in case.running()}
    for notice in effects:
        if not isinstance(notice, Notice) or notice.called_off or waits(notice):
            continue  # what waits takes the present due time by itself
        clock = clocks.get(notice.clock_key or "")
        if clock is not None and _is_stale(case, notice, clock):
            yield notice, clock
        elif clock is None and notice.due is not None and notice.message in OUTLIVE_THEIR_CLOCK:
            present = None if notice.message is Message.CONFIRM_REQUEST else _signing(clocks.values())
            if present is None or present.due != notice.due:
                yield notice, present


def _signing(clocks: Iterable[Clock]) -> Clock | None:
    return next((one for one in clocks if one.name is ClockName.APPROVAL), None)


def _called_off(effect: PendingEffect) -> PendingEffect | None:
    return effect.model_copy(update={"called_off": True}) if isinstance(effect, Notice) and effect.wave else None


def _is_stale(case: CaseQueries, notice: Notice, clock: Clock) -> bool:
    if notice.message in OF_A_GENERATION:
        return not notice.key.startswith(f"{case.key_base}/{clock.key}/")
    if notice.message is not Message.DUE_MOVED and notice.message not in ANEW:
        return False
    present = case.also_named(notice).items()
    moved = any(one is not None and notice.values[name] != one.due.isoformat() for name, one in present)
    return notice.due != clock.due or moved


def _anew(case: CaseQueries, notice: Notice, clock: Clock | None, effects: list[PendingEffect]) -> Notice:
    """Return a notice with the present due time: if it asks, as urgently as the letter that says what moved."""
    again = f"{notice.key.partition(AGAIN)[0]}{AGAIN}{clock.generation if clock else 0}-{case.seq}"
    by = next((one.by for one in effects if _tells_a_move(one) and one.clock_key == notice.clock_key), notice.by)
    fresh = {
        "key": again if notice.wave else notice.key,
        "by": notice.by if notice.message in INFORMS else by,
        "due": clock.due if clock else None,
        "clock": clock.name if clock else None,
        "clock_key": clock.stem if clock else None,
        "owner": clock.unit if clock else None,
        "values": case.present_values(notice),
        "wave": 0,
        "not_before": case.held_until(notice.message, clock) if clock else None,
        "heard": (),
    }
    return notice.model_copy(update=fresh)


def _tells_a_move(effect: PendingEffect) -> TypeGuard[Notice]:
    """Return whether an effect is a letter about a due time that moved, and is not on its way."""
    return isinstance(effect, Notice) and effect.message is Message.DUE_MOVED and not effect.wave
