"""Verification 查证核实: units accept their requests, answer in parallel, and together reach a verdict.

The rules are in docs/design.md, rules 10 and 11.
"""

from __future__ import annotations

from datetime import datetime

from domain.case import rungs
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Request
from domain.clocks.clock import Clock
from domain.decisions import Accept, Actor, AddUnit, Decline, Proven
from domain.errors import Unfit
from domain.events import RequestAccepted, RequestDeclined, RequestSent
from domain.stages import moved_on
from domain.stages.clocks.progress import progressed
from domain.stages.report import ring_duty
from domain.stages.verification import session_calls, transfer
from domain.stages.verification.findings import conclude, put_first_on_record
from domain.stages.verification.swap import swap, swaps
from domain.stages.verification.transfer import OPEN
from domain.terms import UnitRef
from domain.vocabulary import ClockName, RequestState, Role, Seat, Stage


def ask_unit(
    case: Case, unit: UnitRef, role: Role, now: datetime, *, assigned: bool = False, ask: str | None = None
) -> None:
    """Offer a verification request: accept and answer clocks run, and the unit's seat is called at once.

    The answer clock has the budget of the case's level; the accept clock runs inside it. `ask` is what this unit is
    asked apart from the others; None: what all are asked.
    """
    if (offered := case.transfer_to(unit.code)) is not None:
        transfer.lapse(case, now, offered)  # asked by the office itself, the unit takes over nobody's request
        transfer.resume_accepting(case, offered, now)
    existing = next((r for r in case.open_requests() if r.unit.code == unit.code), None)
    if existing:
        _change_role(case, existing, role, now, assigned=assigned)
    else:
        _ask_anew(case, unit, role, now, assigned=assigned)
    answer = case.clock(ClockName.ANSWER, unit.code)
    due = answer.due if answer else now
    session_calls.join(case, unit.code)
    case.happened(RequestSent(unit=unit.code, short=unit.short, role=role, due=due, assigned=assigned), now)
    if answer:
        key = f"{answer.key}/start-{role}" + (f"/v{case.visit}" if existing else "")
        _send_request(case, answer, role, ask, key=key, assigned=assigned)


def _change_role(case: Case, request: Request, role: Role, now: datetime, *, assigned: bool) -> None:
    """Let a co-unit become the lead: it keeps its clocks and what it has answered."""
    transfer.lapse(case, now, request)  # the request it offered to hand on was another one
    transfer.resume_accepting(case, request, now)
    request.role, request.assigned = role, request.assigned or assigned
    request.asked_in = case.visit
    put_first_on_record(case, request, now)


def _ask_anew(case: Case, unit: UnitRef, role: Role, now: datetime, *, assigned: bool) -> None:
    """Put a request to a unit; one that was asked before goes on in the time it had left."""
    expired = RequestState.EXPIRED
    case.requests = [one for one in case.requests if (one.unit.code, one.state) != (unit.code, expired)]
    case.requests.append(Request(unit=unit, role=role, assigned=assigned, asked_in=case.visit))
    before = case.last_clock(ClockName.ANSWER, unit.code)
    rungs.begin_call(case, case.arm(ClockName.ACCEPT, unit.code, now), now)
    case.arm(ClockName.ANSWER, unit.code, now, after=before, least=True).climb_again(case.terms.at(case.level), now)


def _send_request(case: Case, answer: Clock, role: Role, ask: str | None, *, key: str, assigned: bool) -> None:
    accept = case.clock(ClockName.ACCEPT, answer.unit)
    values: dict[str, str | int] = {
        "role": role,
        "ask": ask or case.ask or "",
        "accept_due": accept.due.isoformat() if accept else "",
        "assigned": int(assigned),
    }
    case.notify_unit(Message.REQUEST, answer.unit, key=key, clock=answer, values=values)
    if assigned and case.must_assign:  # others bounced before: the unit's head is to know
        case.notify_seat(Message.REQUEST, answer.unit, Seat.HEAD, key=f"{key}/head", clock=answer, values=values)


def add_unit(case: Case, decision: AddUnit, proven: Proven, now: datetime) -> None:
    """Ask one more co-unit."""
    unit = proven.units[decision.unit]
    if any(request.unit.code == unit.code for request in case.open_requests()):
        raise Unfit("already_asked", unit=unit.short)
    ask_unit(case, unit, Role.CO, now, ask=decision.ask)


def accept(case: Case, decision: Accept, proven: Proven, now: datetime) -> None:
    """Accept the request to the actor's unit; its answer clock goes on."""
    moved_on.refuse_other_visit(case, decision.expected_visit)
    if (offered := moved_on.offer_meant(case, decision, proven.actor.unit)) is not None:
        take = swap if swaps(case, offered) else transfer.take_over
        take(case, offered, proven.actor, now)
        return
    request = case.request_to(proven.actor.unit, RequestState.OFFERED)
    request.state = RequestState.ACCEPTED
    transfer.stop_accepting(case, request.unit.code, now)
    case.happened(RequestAccepted(unit=request.unit.code), now, proven.actor)
    progressed(case, request.unit.code)


def decline(case: Case, decision: Decline, proven: Proven, now: datetime) -> None:
    """Return the request to the actor's unit.

    If the lead declines, the case goes back to triage and counts a bounce (docs/design.md, rule 10).
    """
    moved_on.refuse_other_visit(case, decision.expected_visit)
    if (offered := moved_on.offer_meant(case, decision, proven.actor.unit)) is not None:
        transfer.turn_down(case, offered, decision, proven, now)
        return
    request = case.request_to(proven.actor.unit, *OPEN)
    if request.assigned:
        raise Unfit("assigned_cannot_decline", unit=request.unit.short)
    if request.state is RequestState.ACCEPTED:
        _refuse_after_accepting(case, request, proven.actor, now)
    transfer.lapse(case, now, request)
    role, request.state = request.role, RequestState.DECLINED
    case.stop(now, case.clock(ClockName.ANSWER, request.unit.code))
    transfer.stop_accepting(case, request.unit.code, now)
    suggested = proven.units[decision.suggested].short if decision.suggested else None
    case.happened(
        RequestDeclined(unit=request.unit.code, reason=decision.reason, suggested=suggested), now, proven.actor
    )
    gone(case, role, now)
    values: dict[str, str | int] = {
        "unit": request.unit.short, "role": role, "reason": decision.reason, "suggested": suggested or "",
    }  # fmt: skip
    case.notify_office(Message.DECLINED, values=values)


def may_decline(request: Request, actor: Actor) -> bool:
    """Return whether a person may return a request: once it is accepted, only the unit's deputy or head (rule 10)."""
    return request.state is not RequestState.ACCEPTED or actor.sits(request.unit.code, Seat.DEPUTY, Seat.HEAD)


def declinable_until(case: Case, request: Request) -> datetime | None:
    """Return until when an accepted red or orange request may be returned: within the accept budget; None: no limit."""
    answer = case.clock(ClockName.ANSWER, request.unit.code)
    if request.state is not RequestState.ACCEPTED or not case.level.urgent or answer is None:
        return None
    return case.time.after(answer.started, case.terms.at(case.level).budgets[ClockName.ACCEPT])


def _refuse_after_accepting(case: Case, request: Request, actor: Actor, now: datetime) -> None:
    if not may_decline(request, actor):
        raise Unfit("decline_needs_deputy", unit=request.unit.short)
    until = declinable_until(case, request)
    if until is not None and now > until:
        raise Unfit("too_late_to_decline", unit=request.unit.short, until=until.isoformat())


def gone(case: Case, role: Role, now: datetime) -> None:
    """Go on without a unit that declined or let its request expire; without its lead, the case goes back to triage."""
    if role is Role.LEAD:
        case.bounces += 1
        if case.stage is Stage.VERIFICATION:
            case.enter(Stage.TRIAGE, now)
            clock = case.arm(ClockName.TRIAGE, case.office.code, now)
            ring_duty(case, now, key=clock.key)
    elif case.stage is Stage.VERIFICATION:
        conclude(case, now)
