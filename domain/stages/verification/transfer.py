"""Transfer 转办, a part of verification: a request is handed on, and always has an owner (docs/design.md, rule 10)."""

from __future__ import annotations

from datetime import datetime

from domain.case import rungs
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Request
from domain.clocks.clock import Clock
from domain.clocks.pause import ResumedBy
from domain.decisions import Actor, Decline, Proven, Transfer
from domain.errors import Unfit
from domain.events import TransferAccepted, TransferDeclined, TransferLapsed, TransferOffered
from domain.stages import moved_on
from domain.stages.clocks.progress import progressed
from domain.stages.verification import session_calls
from domain.terms import UnitRef
from domain.vocabulary import ClockName, RequestState, Role, Seat

OPEN = (RequestState.OFFERED, RequestState.ACCEPTED)


def transfer(case: Case, decision: Transfer, proven: Proven, now: datetime) -> None:
    """Offer a request to another unit: it gets an accept clock of its own, the sender's answer clock goes on.

    The sender has taken a stand, so its own accept clock stands still until the offer is refused. A lead may offer its
    request to a co-unit as well: if that accepts, the two swap roles (`domain.stages.verification.swap`).
    """
    moved_on.refuse_other_visit(case, decision.expected_visit)
    request = case.request_to(decision.unit or proven.actor.unit, *OPEN)
    to = proven.units[decision.to]
    _refuse_unfit(case, request, to, proven.actor)
    request.offered_to = to
    stop_accepting(case, request.unit.code, now)
    running = case.clock(ClockName.ACCEPT, to.code)
    clock = running or case.arm(ClockName.ACCEPT, to.code, now)
    if running is None:
        rungs.begin_call(case, clock, now)
    case.happened(
        TransferOffered(
            unit=request.unit.code, to=to.code, short=to.short, reason=decision.reason, accept_due=clock.due
        ),
        now,
        proven.actor,
    )
    answer = case.clock(ClockName.ANSWER, request.unit.code)
    case.notify_unit(
        Message.TRANSFER,
        to.code,
        key=f"{clock.key}/transfer" if own_request(case, to.code) is None else f"{clock.key}/transfer/{case.seq}",
        clock=clock,
        values={
            "from": request.unit.short,
            "role": request.role,
            "reason": decision.reason,
            "ask": case.ask or "",
            "answer_due": answer.due.isoformat() if answer else "",
        },
    )


def take_over(case: Case, request: Request, actor: Actor, now: datetime) -> None:
    """Move the request to the unit it was offered to; the time used so far stays used."""
    old, new = request.unit, request.offered_to
    assert new is not None  # noqa: S101  (found by it)
    if request.pause is not None:  # its reason was the sender's
        case.resume_unit(request, ResumedBy.STEP, now)
    request.paused_in = 0
    case.stop(now, case.clock(ClockName.ACCEPT, new.code))
    late = RequestState.EXPIRED  # what the unit let expire before is one with what it takes over
    case.requests = [one for one in case.requests if one is request or (one.unit.code, one.state) != (new.code, late)]
    running = case.clock(ClockName.ANSWER, old.code)
    request.unit, request.offered_to, request.state = new, None, RequestState.ACCEPTED
    request.evidence, request.round = (), 1
    stop_accepting(case, old.code, now)
    due = now
    if running is not None:
        case.stop(now, running)
        clock = case.arm(ClockName.ANSWER, new.code, now, level=running.level, after=running)
        due = clock.due
        if running.acknowledged is not None:  # the sender's acknowledgement ends; the receiver gets the minimum gap
            clock.paced, clock.last_rang = True, now
    session_calls.take_over(case, old.code, new.code)
    case.happened(TransferAccepted(unit=old.code, to=new.code, due=due), now, actor)
    progressed(case, new.code)
    case.notify_unit(Message.TAKEN_OVER, old.code, key=f"v{case.visit}/taken-over/{case.seq}", values={"to": new.short})


def turn_down(case: Case, request: Request, decision: Decline, proven: Proven, now: datetime) -> None:
    """Leave the request with its sender, who is notified of the reason."""
    to = request.offered_to
    assert to is not None  # noqa: S101  (found by it)
    request.offered_to = None
    stop_accepting(case, to.code, now)
    suggested = proven.units[decision.suggested].short if decision.suggested else None
    case.happened(
        TransferDeclined(unit=request.unit.code, to=to.code, reason=decision.reason, suggested=suggested),
        now,
        proven.actor,
    )
    _refused(case, request, now)
    case.notify_unit(
        Message.TRANSFER_DECLINED,
        request.unit.code,
        key=f"v{case.visit}/transfer-declined/{case.seq}",
        clock=_owes_now(case, request),
        also=(Seat.DUTY,) if request.assigned else (),
        values={
            "unit": to.short,
            "owner": request.unit.short,
            "reason": decision.reason,
            "suggested": suggested or "",
            "assigned": int(request.assigned),
            "offered": int(request.state is RequestState.OFFERED),
        },
    )


def lapse(case: Case, now: datetime, *requests: Request) -> None:
    """End the offers of requests that need no new owner any more: answered, declined, or no longer asked for."""
    for request in requests:
        if request.offered_to is not None:
            to, request.offered_to = request.offered_to, None
            unknown = case.never_told(to.code)
            stop_accepting(case, to.code, now)
            case.happened(TransferLapsed(unit=request.unit.code, to=to.code), now)
            key = f"v{case.visit}/transfer-lapsed/{case.seq}"
            if not unknown:
                case.notify_unit(Message.TRANSFER_LAPSED, to.code, key=key, values={"unit": request.unit.short})


def back_to_sender(case: Case, request: Request, now: datetime) -> None:
    """End an offer nobody accepted; receiver and sender are notified, and the request stays with its sender."""
    to = request.offered_to
    assert to is not None  # noqa: S101  (found by it)
    offered = case.clock(ClockName.ACCEPT, to.code)
    assert offered is not None  # noqa: S101  (armed with the offer)
    lapse(case, now, request)
    _refused(case, request, now)
    values: dict[str, str | int] = {
        "unit": to.short,
        "owner": request.unit.short,
        "reason": "",
        "suggested": "",
        "assigned": int(request.assigned),
        "offered": int(request.state is RequestState.OFFERED),
    }
    key, clock = f"{offered.key}/silent", _owes_now(case, request)
    case.notify_unit(Message.TRANSFER_DECLINED, request.unit.code, key=key, clock=clock, values=values)


def _owes_now(case: Case, request: Request) -> Clock | None:
    """Return the clock of what the unit of a request is to do first: to accept it, or to answer."""
    name = ClockName.ACCEPT if request.state is RequestState.OFFERED else ClockName.ANSWER
    return case.clock(name, request.unit.code)


def _refuse_unfit(case: Case, request: Request, to: UnitRef, actor: Actor) -> None:
    if request.offered_to is not None:
        raise Unfit("transfer_pending", unit=request.unit.short, to=request.offered_to.short)
    if request.assigned and not actor.sits(case.office.code, Seat.DUTY, Seat.DUTY_LEADER):
        raise Unfit("assigned_cannot_transfer", unit=request.unit.short)
    own = own_request(case, to.code)
    swaps = own is not None and request.role is Role.LEAD and own.role is Role.CO
    if (own is not None and not swaps) or case.transfer_to(to.code) is not None:
        raise Unfit("already_asked", unit=to.short)
    if request.role is Role.LEAD and not to.can_lead:
        raise Unfit("cannot_lead", unit=to.short)


def own_request(case: Case, unit: str) -> Request | None:
    """Return the open request to a unit; None if it is not asked."""
    return next((one for one in case.open_requests() if one.unit.code == unit), None)


def resume_accepting(case: Case, request: Request, now: datetime) -> None:
    """Let the sender's accept clock go on where it stood: its request is its own again, and it has not accepted it."""
    unit = request.unit.code
    last = case.last_clock(ClockName.ACCEPT, unit)  # of an earlier visit, if it was offered there
    if request.state is RequestState.OFFERED and last is not None and not last.running:
        case.arm(ClockName.ACCEPT, unit, now, after=last)


def _refused(case: Case, request: Request, now: datetime) -> None:
    """Leave a refused request with its sender; one that a lead handed on in vain counts as a bounce."""
    if request.role is Role.LEAD:
        case.bounces += 1
    resume_accepting(case, request, now)


def stop_accepting(case: Case, unit: str, now: datetime) -> None:
    """Stop the accept clock of a unit, unless it has something else to accept by it: its own request, or an offer."""
    own = own_request(case, unit)
    accepts = own is not None and own.state is RequestState.OFFERED and own.offered_to is None
    if not accepts and case.transfer_to(unit) is None:
        case.stop(now, case.clock(ClockName.ACCEPT, unit))
