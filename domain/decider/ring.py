"""Ring what is due: every passed rung of every clock, in order, from the state of the case alone.

The rules are in docs/design.md, rules 3, 4, 7 and 8.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.notice_planning import WORKING
from domain.case.parts import Request
from domain.case.rungs import ring_rung
from domain.clocks.clock import Clock
from domain.clocks.pause import ActivePause
from domain.events import AcknowledgementExpired
from domain.stages.clocks import calls, own_pause, pause
from domain.stages.rebuttal import interim
from domain.stages.verification import release
from domain.stages.verification.expiry import expire
from domain.terms import Addressee


def ring(case: Case, now: datetime) -> None:
    """Do everything that is due at `now`, for the pause and all clocks, in the order of their instants."""
    while (due := _most_urgent(case, now)) is not None:
        match due:
            case Clock():
                _attend(case, due, now)
            case Request():
                own_pause.attend(case, due, now)
            case _:
                pause.attend(case, now)
    pause.lapse_pointless(case, now)


def _most_urgent(case: Case, now: datetime) -> Clock | Request | ActivePause | None:
    """Return what is due first; at the same instant, pauses end before a clock that was not paused rings.

    A unit's own ends before that of the case, whose end is then told to that unit as well.
    """
    due: list[tuple[datetime, int, Clock | Request | ActivePause]] = []
    if case.pause is not None and case.pause.next_instant <= now:
        due.append((case.pause.next_instant, -1, case.pause))
    own = ((one.pause.next_instant, one) for one in case.own_pauses() if one.pause is not None)
    due += [(instant, -2, request) for instant, request in own if instant <= now]
    for position, clock in enumerate(case.clocks):
        instant = clock.next_instant(case.promises(clock), case.time)
        if instant is not None and instant <= now:
            due.append((instant, position, clock))
    return min(due, key=lambda one: one[:2])[2] if due else None


def _attend(case: Case, clock: Clock, now: datetime) -> None:
    """Do the earliest thing this clock needs: end an acknowledgement, record the breach, ring, or end a request."""
    terms = case.promises(clock)
    upcoming = clock.next_rung(terms, case.time)
    held = clock.acknowledged
    instant = clock.next_instant(terms, case.time)
    if clock.hand_reminds(terms, case.time) == instant:
        _announce_end(case, clock)
    elif held and held.until == instant:
        clock.out_of_hand(now, terms, case.time)
        case.happened(AcknowledgementExpired(clock=clock.name, unit=clock.unit), now)
    elif clock.breached is None and clock.due == instant:
        case.note_breach(clock, now)
    elif clock.reminds_caller(terms, case.time) == instant and (upcoming is None or upcoming[0] != instant):
        calls.remind_caller(case, clock)
    elif clock.calls_again(terms, case.time) == instant and (upcoming is None or upcoming[0] != instant):
        calls.pass_on(case, clock, now)
    elif upcoming is not None and upcoming[0] == instant:
        ring_rung(case, clock, upcoming[1], planned=upcoming[0], now=now)
    else:
        expire(case, clock, now)
        interim.lapse_outdated(case, now)
        release.lapse_outdated(case, now)


def _announce_end(case: Case, clock: Clock) -> None:
    """Remind whoever took a clock in hand that this ends soon (docs/design.md, rule 5)."""
    hand = clock.acknowledged
    assert hand is not None  # noqa: S101  (only an acknowledgement has an end to announce)
    clock.acknowledged = hand.model_copy(update={"reminded": True})
    seats = (Addressee(unit=hand.unit, seat=hand.seat),) if hand.seat else case.called(WORKING[:2], clock)
    key = f"{clock.key}/in-hand-ends/{int(hand.at.timestamp())}"
    values: dict[str, str | int] = {"until": hand.until.isoformat()}
    by = case.promises(clock).start.by
    case.notify(Message.IN_HAND_ENDING, seats, by, key=key, clock=clock, values=values)
