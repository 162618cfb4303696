"""Handing over 转交 what cannot wait: urgent help goes to a unit by phone and letter, and is open until it is received.

The policy says which exits are handed over so, and by when. All others are told to the unit, and the case is closed.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import UrgentHandover
from domain.case.rungs import begin_call
from domain.clocks.clock import Clock
from domain.decisions import Accept, Actor, Decline, Proven
from domain.errors import Unfit
from domain.events import HandoverEnded, HandoverReceived, PassedOn
from domain.stages import closure, moved_on
from domain.stages.clocks.standing_down import stand_down_everybody, stand_down_owner
from domain.stages.proposing import propose_exit
from domain.stages.report import on_duty, ring_duty
from domain.stages.verification import requests
from domain.stages.verification.release import release
from domain.terms import Addressee, HandoverTerms, UnitRef
from domain.vocabulary import ClockName, Exit, ProposalKind


def hand_over(
    case: Case, why: Exit, to: UnitRef | None, reason: str | None, terms: HandoverTerms, actor: Actor, now: datetime
) -> None:
    """Ask a unit to receive a report at once: by phone and letter, by a clock whose ladder asks again.

    What waits for a second person and would owe the public something lapses: the case may end at any moment now.

    Raises:
        Unfit: no unit is named, or the office itself; or that unit has been asked to receive it already.

    """
    if to is None or to.code == case.office.code:
        raise Unfit("needs_receiver", exit=why)
    if receives(case, to.code):
        raise Unfit("handed_over_already", unit=to.short)
    if is_received(case, why, to):
        propose_exit(case, why, to, reason, actor, now)  # a second person has turned it down before
        return
    take_back(case, now)
    for kind in (ProposalKind.EXIT, ProposalKind.INTERIM, ProposalKind.REPOST):
        case.lapse(now, kind)
    case.provisional = False
    case.stop(now, case.clock(ClockName.TRIAGE, case.office.code))
    case.handover = UrgentHandover(exit=why, unit=to, by=actor.signer, reason=reason)
    clock = case.arm(ClockName.HANDOVER, to.code, now, level=terms.level, budget=terms.within)
    case.happened(PassedOn(exit=why, to=to.short, reason=reason, receive_by=clock.due), now, actor)
    start = case.promises(clock).start
    values: dict[str, str | int] = {"exit": why, "reason": reason or "", "lines": "、".join(terms.emergency)}
    seats = case.called(start.to, clock)
    begin_call(case, clock, now)
    case.notify(Message.HANDOVER, seats, start.by, key=f"{clock.key}/start", clock=clock, values=values)


def is_received(case: Case, why: Exit, to: UnitRef | None) -> bool:
    """Return whether a unit has received what was handed over to it by the exit `why`."""
    done = case.handover
    return done is not None and done.received and done.exit is why and to is not None and done.unit.code == to.code


def receives(case: Case, unit: str) -> bool:
    """Return whether a unit is asked to receive what was handed over, and has not said yet that it has."""
    return case.handover is not None and not case.handover.received and case.handover.unit.code == unit


def accept(case: Case, decision: Accept, proven: Proven, now: datetime) -> None:
    """Receive what was handed over to the actor's unit, or accept its request."""
    if _is_meant(case, decision, proven.actor):
        moved_on.refuse_other_visit(case, decision.expected_visit)
        received(case, proven.actor, now)
    else:
        requests.accept(case, decision, proven, now)


def decline(case: Case, decision: Decline, proven: Proven, now: datetime) -> None:
    """Return what was handed over to the actor's unit, or its request."""
    if _is_meant(case, decision, proven.actor):
        moved_on.refuse_other_visit(case, decision.expected_visit)
        _return(case, decision, proven, now)
    else:
        requests.decline(case, decision, proven, now)


def _is_meant(case: Case, decision: Accept | Decline, actor: Actor) -> bool:
    """Return whether a decision is about what was handed over: it says so, or its unit is asked for nothing else.

    Raises:
        Unfit: it says so, and nothing waits to be received by the actor's unit.

    """
    waits = receives(case, actor.unit)
    if decision.handover and not waits:
        raise Unfit("no_handover")
    asked = case.transfer_to(actor.unit) or any(one.unit.code == actor.unit for one in case.open_requests())
    return decision.handover or (waits and not asked and decision.request_of is None)


def received(case: Case, actor: Actor, now: datetime, *, by_call: bool = False) -> None:
    """Take in that a unit has received what was handed over to it, and close the case with that.

    Once units were asked, whoever handed it over cannot end the case alone: somebody else confirms it (rule 16), and
    the office's own clock runs until then. Another exit that waits for a second person lapses.
    """
    waiting = case.handover
    assert waiting is not None  # noqa: S101  (asked by the callers, and by its clock)
    case.lapse(now, ProposalKind.EXIT)
    _stop(case, waiting, now, {"received": 1})
    case.handover = waiting.model_copy(update={"received": True})
    case.happened(HandoverReceived(unit=waiting.unit.code, by_call=by_call), now, actor)
    if case.visit > 1 and actor.voice == waiting.by.voice:
        _triage_again(case, now)
        propose_exit(case, waiting.exit, waiting.unit, waiting.reason, actor, now)
        return
    for request in case.open_requests():
        release(case, request, now, waiting.reason)
    finish(case, actor, now)


def _return(case: Case, decision: Decline, proven: Proven, now: datetime) -> None:
    """Return what was handed over to the office, which is called to hand it on as urgently as the unit was."""
    waiting = case.handover
    assert waiting is not None  # noqa: S101  (asked by the caller)
    before = case.last_clock(ClockName.HANDOVER, waiting.unit.code)
    suggested = proven.units[decision.suggested].short if decision.suggested else None
    _stop(case, waiting, now, {"returned": 1}, but=on_duty(case))  # who is asked to hand it on
    case.handover = None
    ended = HandoverEnded(unit=waiting.unit.code, reason=decision.reason, suggested=suggested)
    case.happened(ended, now, proven.actor)
    values: dict[str, str | int] = {
        "returned_by": waiting.unit.short, "reason": decision.reason, "suggested": suggested or "",
    }  # fmt: skip
    ring_duty(case, now, _hand_on(case, before, now).key, values)


def _hand_on(case: Case, before: Clock | None, now: datetime) -> Clock:
    """Start the clock by which the office hands on what was returned: due when that of the unit (`before`) was."""
    assert before is not None  # noqa: S101  (what waits to be received has a clock)
    level, budget = before.level, before.account.budget
    clock = case.arm(ClockName.TRIAGE, case.office.code, now, level=level, budget=budget)
    clock.begin_returned(before.due, case.terms.at(level), case.time, now)
    return clock


def _triage_again(case: Case, now: datetime) -> Clock:
    """Start the clock of the office's triage again, in the time it had left."""
    own = [one for one in case.clocks if one.name is ClockName.TRIAGE and not one.returned]
    before = own[-1] if own else None
    return case.arm(ClockName.TRIAGE, case.office.code, now, after=before, least=True)


def take_back(case: Case, now: datetime) -> None:
    """End what was handed over, because the office decides otherwise; whoever was called is told.

    A unit that has received it already is told that it need not go on; the others know that it is received. So it is
    with what a unit has returned and nobody has handed on: whoever was called about that is told, too.
    """
    _end_returned(case, now)
    waiting = case.handover
    if waiting is None:
        return
    case.handover = None
    case.happened(HandoverEnded(unit=waiting.unit.code, received=waiting.received), now)
    values: dict[str, str | int] = {"unit": waiting.unit.short, "reason": "", "handover": 1}
    if not waiting.received:
        _stop(case, waiting, now, values, Message.RELEASED)
    elif (clock := case.last_clock(ClockName.HANDOVER, waiting.unit.code)) is not None:
        stand_down_owner(case, clock, {**values, "received": 1}, Message.RELEASED)


def _end_returned(case: Case, now: datetime) -> None:
    """Stop the clock of what a unit has returned, if it runs: whoever was called hears that the office has decided."""
    clock = case.clock(ClockName.TRIAGE, case.office.code)
    if clock is not None and clock.returned:
        stand_down_everybody(case, clock, {"handed_on": 1})
        case.stop(now, clock)


def _stop(
    case: Case,
    waiting: UrgentHandover,
    now: datetime,
    values: dict[str, str | int],
    message: Message = Message.STAND_DOWN,
    but: tuple[Addressee, ...] = (),
) -> None:
    """Stop the clock of a handover; everybody who was called hears that nobody is asked to receive it any more."""
    clock = case.clock(ClockName.HANDOVER, waiting.unit.code)
    if clock is not None:
        stand_down_everybody(case, clock, values, message, but)
        case.stop(now, clock)


def finish(case: Case, actor: Actor, now: datetime) -> None:
    """Close the case whose report has been received."""
    assert case.handover is not None  # noqa: S101  (received)
    closure.end_without_verification(case, case.handover.exit, case.handover.reason, actor, now)
