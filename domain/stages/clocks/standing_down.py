"""Standing down: whoever was called about a clock hears that it asks nothing of them any more.

Whoever a call was passed on to hears of it, too, and whoever was called in place of somebody without a number. The
rule is in docs/design.md, rule 15.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.clocks.clock import Clock
from domain.terms import PHONE, Addressee, Call

PAGED = timedelta(hours=1)
"""People whom a rung called within this time get a stand-down notice when the case is closed."""


def stand_down(case: Case, clock: Clock, above: int, but: tuple[Addressee, ...] = ()) -> None:
    """Owe a stand-down notice to the seats the rungs `above` a number called, except those in `but`.

    The clock is in hand, or over.
    """
    _tell(case, clock, Message.STAND_DOWN, range(above + 1, clock.rung + 1), but, {})


def stand_down_recently_called(case: Case, now: datetime) -> None:
    """Owe a stand-down notice to the seats the last rung of each running clock called within `PAGED`.

    The rule is in docs/design.md, rule 15.
    """
    for clock in case.running():
        if clock.rung and clock.last_rang is not None and now - clock.last_rang <= PAGED:
            stand_down(case, clock, clock.rung - 1)


def stand_down_everybody(
    case: Case,
    clock: Clock,
    values: dict[str, str | int],
    message: Message = Message.STAND_DOWN,
    but: tuple[Addressee, ...] = (),
) -> None:
    """Owe a notice to all the seats that were called about a clock: at its start, and by every rung that has rung."""
    _tell(case, clock, message, range(clock.rung + 1), but, values)


def stand_down_owner(case: Case, clock: Clock, values: dict[str, str | int], message: Message) -> None:
    """Owe a notice to those of the seats that were called about a clock that are of the unit which owes it."""
    rungs = range(clock.rung + 1)
    called = (one for n in rungs for one in case.called(_call(case, clock, n).to, clock, n))
    _tell(case, clock, message, rungs, tuple(one for one in called if one.unit != clock.unit), values)


def _tell(
    case: Case,
    clock: Clock,
    message: Message,
    rungs: Iterable[int],
    but: tuple[Addressee, ...],
    values: dict[str, str | int],
) -> None:
    """Owe a notice to the seats that some rungs called (0: the start), and to whoever was called in their place."""
    by, key = case.promises(clock).start.by, f"{clock.key}/{message.replace('_', '-')}/{case.seq}"
    calls = {n: _call(case, clock, n) for n in rungs}
    seats = {n: _without(case.called(call.to, clock, n), but) for n, call in calls.items()}
    phoned = any(PHONE in call.by for call in calls.values())
    if to := tuple(dict.fromkeys(one for named in seats.values() for one in named)):
        case.notify(message, to, by, key=key, clock=clock, values=values, in_place=phoned)
    for n, turn in _turns(clock):
        if seats.get(n):
            turned = f"{key}/r{n}/call{turn}"
            case.notify(message, seats[n], by, key=turned, clock=clock, values=values, passed_on=turn, in_place=True)


def _call(case: Case, clock: Clock, n: int) -> Call:
    terms = case.promises(clock)
    return terms.ladder[n - 1] if n else terms.start


def _without(seats: Iterable[Addressee], but: tuple[Addressee, ...]) -> tuple[Addressee, ...]:
    return tuple(one for one in seats if one not in but)


def _turns(clock: Clock) -> list[tuple[int, int]]:
    """Return the calls of a clock that were passed on to the next person, each by its rung and how often."""
    made = [*((one.n, one.times) for one in clock.earlier), (clock.rung, clock.passed_on)]
    return [(n, turn) for n, turn in dict.fromkeys(made) if turn]
