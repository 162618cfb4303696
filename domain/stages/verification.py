"""Verification 查证核实: units sign for their request, answer in parallel, and together reach a verdict (rule 11)."""

from __future__ import annotations

from datetime import datetime

from domain import quorum
from domain.case import Case
from domain.decisions import Accept, AddUnit, Decline, Finding, Proven, ReturnFinding
from domain.errors import Unfit
from domain.events import (
    FindingReceived,
    FindingReturned,
    FindingsConflicted,
    RequestAccepted,
    RequestDeclined,
    RequestSent,
    VerdictReached,
)
from domain.owed import Message
from domain.rows import Request
from domain.stages import transferring
from domain.stages.report import ring_duty
from domain.stages.transferring import OPEN
from domain.terms import UnitRef
from domain.words import ClockName, RequestState, Role, Seat, Stage


def ask_unit(case: Case, unit: UnitRef, role: Role, now: datetime, *, assigned: bool = False) -> None:
    """Offer a verification request: accept and answer clocks run, the unit's seat is called at once.

    The answer clock is the budget of the case's level; accepting runs inside it.
    """
    if (offered := case.transfer_to(unit.code)) is not None:
        transferring.lapse(case, now, offered)  # asked by the office itself, it takes nobody's place
    existing = next((r for r in case.open_requests() if r.unit.code == unit.code), None)
    if existing:  # a co-unit that becomes the lead keeps its clocks and what it has answered
        transferring.lapse(case, now, existing)  # what it offered as co-unit is not what it is asked now
        existing.role, existing.assigned = role, existing.assigned or assigned
    else:
        case.requests.append(Request(unit=unit, role=role, assigned=assigned))
        case.arm(ClockName.ACCEPT, unit.code, now)
        case.arm(ClockName.ANSWER, unit.code, now)
    answer = case.clock(ClockName.ANSWER, unit.code)
    due = answer.due if answer else now
    case.happened(RequestSent(unit=unit.code, short=unit.short, role=role, due=due, assigned=assigned), now)
    if answer:
        accept = case.clock(ClockName.ACCEPT, unit.code)
        values: dict[str, str | int] = {
            "role": role,
            "ask": case.ask or "",
            "accept_due": accept.due.isoformat() if accept else "",
            "assigned": int(assigned),
        }
        start = case.terms.at(case.level).start
        case.tell(
            Message.REQUEST,
            case.seats(start.to, unit.code),
            start.by,
            key=f"{answer.key}/start-{role}" + (f"/v{case.visit}" if existing else ""),
            clock=answer,
            values=values,
        )


def add_unit(case: Case, said: AddUnit, proven: Proven, now: datetime) -> None:
    """Ask one more unit to verify alongside."""
    unit = proven.units[said.unit]
    if any(request.unit.code == unit.code for request in case.open_requests()):
        raise Unfit("already_asked", unit=unit.short)
    ask_unit(case, unit, Role.CO, now)


def accept(case: Case, said: Accept, proven: Proven, now: datetime) -> None:
    """Sign for the request to the actor's unit; its answer clock goes on."""
    if (offered := case.transfer_to(proven.actor.unit)) is not None:
        transferring.take_over(case, offered, proven.actor, now)
        return
    request = case.request_to(proven.actor.unit, RequestState.OFFERED)
    request.state = RequestState.ACCEPTED
    case.stop(now, case.clock(ClockName.ACCEPT, request.unit.code))
    case.happened(RequestAccepted(unit=request.unit.code), now, proven.actor)


def decline(case: Case, said: Decline, proven: Proven, now: datetime) -> None:
    """Return the request to the actor's unit; a declining lead sends the case back to triage and counts (rule 10)."""
    if (offered := case.transfer_to(proven.actor.unit)) is not None:
        transferring.turn_down(case, offered, said, proven, now)
        return
    request = case.request_to(proven.actor.unit, *OPEN)
    if request.assigned:
        raise Unfit("assigned_cannot_decline", unit=request.unit.short)
    transferring.lapse(case, now, request)
    request.state = RequestState.DECLINED
    for name in (ClockName.ACCEPT, ClockName.ANSWER):
        case.stop(now, case.clock(name, request.unit.code))
    suggested = proven.units[said.suggested].short if said.suggested else None
    case.happened(RequestDeclined(unit=request.unit.code, reason=said.reason, suggested=suggested), now, proven.actor)
    if request.role is Role.LEAD:
        _back_to_triage(case, now)
    elif case.stage is Stage.VERIFICATION:
        conclude(case, now)
    if not case.over:
        _tell_office(
            case, Message.DECLINED, now, unit=request.unit.short, reason=said.reason, suggested=suggested or ""
        )


def finding(case: Case, said: Finding, proven: Proven, now: datetime) -> None:
    """Attach one unit's signed answer; late ones too (rule 11)."""
    request = case.request_to(proven.actor.unit, *OPEN)
    transferring.lapse(case, now, request)
    request.state, request.verdict, request.evidence = RequestState.ANSWERED, said.verdict, said.evidence
    for name in (ClockName.ACCEPT, ClockName.ANSWER):
        case.stop(now, case.clock(name, request.unit.code))
    late = case.stage in (Stage.REBUTTAL, Stage.CLOSURE)
    case.happened(
        FindingReceived(
            unit=request.unit.code,
            verdict=said.verdict,
            explanation=said.explanation,
            evidence=said.evidence,
            late=late,
        ),
        now,
        proven.actor,
    )
    if late and said.verdict is not case.verdict:
        _tell_office(case, Message.LATE_FINDING, now, unit=request.unit.short, verdict=said.verdict)
    if case.stage is Stage.VERIFICATION:
        conclude(case, now)


def return_finding(case: Case, said: ReturnFinding, proven: Proven, now: datetime) -> None:
    """Return a finding for what it lacks; the unit answers again within the time its clock had left.

    The clock is a new generation with the old start, so returning never buys or costs the unit time.
    """
    request = case.request_to(said.unit, RequestState.ANSWERED)
    request.state, request.verdict = RequestState.ACCEPTED, None
    request.round += 1
    stopped = [c for c in case.clocks if c.name is ClockName.ANSWER and c.unit == said.unit and not c.running]
    before = stopped[-1] if stopped and stopped[-1].visit == case.visit else None
    clock = case.arm(ClockName.ANSWER, said.unit, now, after=before)
    case.happened(FindingReturned(unit=said.unit, missing=said.missing), now, proven.actor)
    start = case.terms.at(case.level).start
    case.tell(
        Message.FINDING_RETURNED,
        case.seats(start.to, said.unit),
        start.by,
        key=f"{clock.key}/returned",
        clock=clock,
        values={"missing": said.missing},
    )


def conclude(case: Case, now: datetime) -> None:
    """Move on to the rebuttal once enough units agree; tell the office when they contradict each other."""
    match quorum.of(case):
        case quorum.Agreed(verdict):
            case.verdict = verdict
            case.happened(VerdictReached(verdict=verdict), now)
            transferring.lapse(case, now, *case.open_requests())
            for clock in case.running():
                if clock.name in (ClockName.ACCEPT, ClockName.ANSWER):
                    case.stop(now, clock)  # an answer is still welcome, and no longer owed
            case.enter(Stage.REBUTTAL, now)
            ask_for_draft(case, now)
        case quorum.Split(verdicts):
            case.happened(FindingsConflicted(verdicts=verdicts), now)
            _tell_office(case, Message.CONFLICT, now)
        case quorum.Missing():
            pass


def ask_for_draft(case: Case, now: datetime, remarks: str = "") -> None:
    """Start the drafting clock and call the office's editor."""
    clock = case.arm(ClockName.DRAFT, case.office.code, now)
    editor = case.seats((f"office.{Seat.EDITOR}",), case.office.code)
    by = case.terms.at(case.level).start.by
    values: dict[str, str | int] = {"verdict": case.verdict or "", "remarks": remarks}
    case.tell(Message.DRAFT_REQUEST, editor, by, key=f"{clock.key}/start", clock=clock, values=values)


def _back_to_triage(case: Case, now: datetime) -> None:
    case.bounces += 1
    if case.stage is Stage.VERIFICATION:
        case.enter(Stage.TRIAGE, now)
        clock = case.arm(ClockName.TRIAGE, case.office.code, now)
        ring_duty(case, now, key=clock.key)


def _tell_office(case: Case, message: Message, now: datetime, **values: str) -> None:
    duty = case.seats((f"office.{Seat.DUTY}",), case.office.code)
    by = case.terms.at(case.level).start.by
    case.tell(message, duty, by, key=f"v{case.visit}/{message}/{case.seq}", values=dict(values))
