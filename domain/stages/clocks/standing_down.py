"""Standing down: whoever was called about a clock hears that it asks nothing of them any more.

Whoever a call was passed on to hears of it, too, and whoever was called in place of somebody without a number; nobody
does who was called only now, after downtime, and whose letter has not gone out. The rule is in docs/design.md, rule 15.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.case.case import Case
from domain.case.notice_kinds import OF_A_RUNG, Message
from domain.case.obligations import Notice
from domain.clocks.clock import Clock
from domain.terms import PHONE, Addressee, Call

PAGED = timedelta(hours=1)
"""People whom a rung called within this time get a stand-down notice when the case is closed."""

AT_START = (Message.HANDOVER, Message.RING)
"""Notices by which the clocks that everybody is stood down of begin."""


def stand_down(case: Case, clock: Clock, above: int, but: tuple[Addressee, ...] = ()) -> None:
    """Owe a stand-down notice to the seats the rungs `above` a number called, except those in `but`.

    The clock is in hand: the letters of its rungs that are still to go out say what has passed.
    """
    _tell(case, clock, Message.STAND_DOWN, [one for one in _made(clock) if one[0] > above], but, {})


def stand_down_recently_called(case: Case, now: datetime) -> None:
    """Owe a stand-down notice to the seats the last rung of each running clock called within `PAGED`.

    The rule is in docs/design.md, rule 15.
    """
    for clock in case.running():
        heard = _heard(case, clock)
        n = max((one for one, _ in heard), default=0)
        rang = clock.last_rang if n == clock.rung else clock.plan[n - 1]
        if n and rang is not None and now - rang <= PAGED:
            _tell(case, clock, Message.STAND_DOWN, [one for one in heard if one[0] == n], (), {})


def stand_down_everybody(
    case: Case,
    clock: Clock,
    values: dict[str, str | int],
    message: Message = Message.STAND_DOWN,
    but: tuple[Addressee, ...] = (),
) -> None:
    """Owe a notice to all the seats that had a letter about a clock that is over: called, urged or asked to call.

    Whoever was only informed that it runs reads in the case how it ended.
    """
    informed = {seat for seats in case.informed.values() for seat in seats}
    urged = tuple(one for one in clock.heard if one not in informed)
    _tell(case, clock, message, _heard(case, clock), but, values, also=urged)


def stand_down_owner(case: Case, clock: Clock, values: dict[str, str | int], message: Message) -> None:
    """Owe a notice to those of the seats that were called about a clock that are of the unit which owes it."""
    heard = _heard(case, clock)
    called = (one for n, _ in heard for one in case.called(_call(case, clock, n).to, clock, n))
    _tell(case, clock, message, heard, tuple(one for one in called if one.unit != clock.unit), values)


def _tell(
    case: Case,
    clock: Clock,
    message: Message,
    made: list[tuple[int, int]],
    but: tuple[Addressee, ...],
    values: dict[str, str | int],
    also: tuple[Addressee, ...] = (),
) -> None:
    """Owe a notice to `also`, the seats that some calls (`_made`) were to, and whoever was called in their place."""
    by, key = case.promises(clock).start.by, f"{clock.key}/{message.replace('_', '-')}/{case.seq}"
    calls = {n: _call(case, clock, n) for n, turn in made if not turn}
    seats = {n: _without(case.called(call.to, clock, n), but) for n, call in calls.items()}
    phoned = any(PHONE in call.by for call in calls.values())
    if to := tuple(dict.fromkeys((*(one for named in seats.values() for one in named), *_without(also, but)))):
        case.notify(message, to, by, key=key, clock=clock, values=values, in_place=phoned)
    for n, turn in made:
        if turn and seats.get(n):
            turned = f"{key}/r{n}/call{turn}"
            case.notify(message, seats[n], by, key=turned, clock=clock, values=values, passed_on=turn, in_place=True)


def _call(case: Case, clock: Clock, n: int) -> Call:
    terms = case.promises(clock)
    return terms.ladder[n - 1] if n else terms.start


def _without(seats: Iterable[Addressee], but: tuple[Addressee, ...]) -> tuple[Addressee, ...]:
    return tuple(one for one in seats if one not in but)


def _heard(case: Case, clock: Clock) -> list[tuple[int, int]]:
    """Return the calls of a clock anybody may have heard: not those whose letter is dropped with the clock."""
    mine = [one for one in case.pending_effects if isinstance(one, Notice) and one.clock_key == clock.stem]
    calls = [one for one in mine if one.message in (*AT_START, *OF_A_RUNG) and not one.wave]
    unsent = {(one.values.get("n", 0), one.passed_on) for one in calls}
    return [one for one in _made(clock) if one not in unsent]


def _made(clock: Clock) -> list[tuple[int, int]]:
    """Return every call of a clock by its rung (0: the start) and how often it had been passed on by then."""
    turns = [*((one.n, one.times) for one in clock.earlier), (clock.rung, clock.passed_on)]
    return [*((n, 0) for n in range(clock.rung + 1)), *(one for one in dict.fromkeys(turns) if one[1])]
