"""Findings 查证意见, a part of verification: one unit's signed answer, and when the answers are enough."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal, Request
from domain.clocks.pause import ResumedBy
from domain.decisions import Actor, Finding, Proven, ReturnFinding, Signer
from domain.events import (
    FindingApproved,
    FindingHeldBack,
    FindingReceived,
    FindingReturned,
    FindingsConflicted,
    FindingSubmitted,
)
from domain.stages import moved_on
from domain.stages.clocks.progress import progressed
from domain.stages.proposing import propose
from domain.stages.verification import conflict, joint_session, quorum, transfer
from domain.stages.verification.verdict import put_on_record, reach
from domain.terms import Audience
from domain.vocabulary import (
    ActionKind,
    ClockName,
    ProposalKind,
    RequestState,
    Role,
    Seat,
    Stage,
    VerdictStep,
)

UNANSWERED = (RequestState.OFFERED, RequestState.ACCEPTED, RequestState.SUBMITTED, RequestState.EXPIRED)
APPROVERS = (Seat.DEPUTY, Seat.HEAD)
"""The seats that approve a finding inside a unit, where the policy asks for a second person. If one of them hands it
in, no second person is needed."""


def finding(case: Case, decision: Finding, proven: Proven, now: datetime) -> None:
    """Take a unit's finding, also a late one or a new one; by policy it counts only once the unit has approved it.

    Until then what the unit has answered before stands. After the last signature, and after closing, it is kept and
    told, and changes nothing that was decided. The rule is in docs/design.md, rule 11.
    """
    actor = proven.actor
    request = case.request_to(actor.unit, *((RequestState.ANSWERED,) if decision.corrects else UNANSWERED))
    moved_on.refuse_other_round(request, decision.expected_round, own=True)
    transfer.lapse(case, now, request)
    if (offered := case.transfer_to(actor.unit)) is not None:  # an expired unit that answers for itself after all
        transfer.back_to_sender(case, offered, now)
    if request.pause is not None:  # what it waited for has come
        case.resume_unit(request, ResumedBy.STEP, now)
    if decision.corrects:
        request.round += 1  # whoever has read the one before has not read this one
    _drop_proposal(case, actor.unit)
    _found(case, actor)
    progressed(case, actor.unit)
    content = decision.model_dump(exclude={"kind", "corrects", "expected_round"})
    if case.level in case.terms.findings_approved_at and not actor.sits(actor.unit, *APPROVERS):
        case.stop(now, case.clock(ClockName.ACCEPT, actor.unit))  # handing in a finding accepts the request
        case.happened(FindingSubmitted(unit=actor.unit, **content), now, actor)
        if request.state is not RequestState.ANSWERED:
            _hand_in(request, decision, actor)
            request.state, request.approved_by = RequestState.SUBMITTED, None
        _ask_approval(case, request, decision, actor, now)
        return
    _hand_in(request, decision, actor)
    _stop_clocks(case, actor.unit, now)
    case.happened(FindingReceived(unit=actor.unit, late=_late(case), **content), now, actor)
    _take_in(case, request, actor.signer, now)


def _hand_in(request: Request, decision: Finding, actor: Actor) -> None:
    request.verdict, request.evidence, request.submitted_by = decision.verdict, decision.evidence, actor.signer


def approve(case: Case, proposal: Proposal, actor: Actor, now: datetime) -> None:
    """Count a finding that another person of the unit has handed in."""
    request = case.request_to(proposal.unit or "", RequestState.SUBMITTED, RequestState.ANSWERED)
    _found(case, actor)
    if request.state is RequestState.ANSWERED:  # the unit corrects itself
        request.verdict, request.evidence = proposal.verdict, proposal.evidence
        request.submitted_by = proposal.by
    assert request.verdict is not None  # noqa: S101  (handed in with one)
    _stop_clocks(case, request.unit.code, now)
    case.happened(
        FindingApproved(unit=request.unit.code, verdict=request.verdict, submitted_by=proposal.by, late=_late(case)),
        now,
        actor,
    )
    _take_in(case, request, actor.signer, now)


def hold_back(case: Case, proposal: Proposal, remarks: str | None, actor: Actor, now: datetime) -> None:
    """Return a finding inside its unit; its answer clock has never stopped."""
    request = case.request_to(proposal.unit or "", RequestState.SUBMITTED, RequestState.ANSWERED)
    running = case.clock(ClockName.ANSWER, request.unit.code) is not None
    if request.state is not RequestState.ANSWERED:  # what the unit has answered before stands
        request.state = RequestState.ACCEPTED if running else RequestState.EXPIRED  # no answer clock: nobody waits
        request.verdict, request.submitted_by = None, None
    case.happened(FindingHeldBack(unit=request.unit.code, remarks=remarks), now, actor)
    clock = case.clock(ClockName.ANSWER, request.unit.code)
    key = f"v{case.visit}/held-back/{case.seq}"
    unit, values = request.unit.code, {"missing": remarks or "–"}
    case.notify_unit(Message.FINDING_RETURNED, unit, key=key, clock=clock, owner=unit, values={**values})


def return_finding(case: Case, decision: ReturnFinding, proven: Proven, now: datetime) -> None:
    """Return a finding for what it lacks; the unit answers again in the time its clock had left.

    What it had found still stands against another verdict until then (docs/design.md, rule 11).

    The clock is a new generation of the same account: what the unit used stays used, and the time in which the office
    had its answer is not counted.
    """
    request = case.request_to(decision.unit, RequestState.ANSWERED)
    moved_on.refuse_other_round(request, decision.expected_round)
    verdict = request.verdict
    assert verdict is not None  # noqa: S101  (answered with one)
    case.disputed = {**case.disputed, decision.unit: verdict}
    request.state, request.verdict = RequestState.ACCEPTED, None
    request.submitted_by = request.approved_by = None
    request.round += 1
    before = case.last_clock(ClockName.ANSWER, decision.unit)
    clock = case.arm(ClockName.ANSWER, decision.unit, now, after=before)
    contradicts = len(set(quorum.held(case).values())) > 1
    returned = FindingReturned(unit=decision.unit, missing=decision.missing, disputed=verdict if contradicts else None)
    case.happened(returned, now, proven.actor)
    values: dict[str, str | int] = {"missing": decision.missing, "disputed": returned.disputed or ""}
    case.notify_unit(Message.FINDING_RETURNED, decision.unit, key=f"{clock.key}/returned", clock=clock, values=values)


def conclude(case: Case, now: datetime) -> None:
    """Move on to the rebuttal once enough units agree; open a joint session if they contradict each other."""
    match quorum.of(case):
        case quorum.Agreed(verdict):
            agreeing = (r for r in case.open_requests() if r.state is RequestState.ANSWERED and r.verdict is verdict)
            signers = tuple(request.approved_by for request in agreeing if request.approved_by)
            reach(case, verdict, signers, now)
        case quorum.Split(verdicts):
            case.happened(FindingsConflicted(verdicts=verdicts), now)
            conflict.take_to_a_session(case, now)
        case quorum.Alone():
            conflict.leave_to_the_office(case, now)
        case quorum.Missing():
            pass


def put_first_on_record(case: Case, request: Request, now: datetime) -> None:
    """Record the first verdict of the case: the lead's, once its answer counts."""
    answered = request.role is Role.LEAD and request.state is RequestState.ANSWERED
    if answered and request.verdict and request.approved_by and VerdictStep.FIRST not in case.verdicts:
        put_on_record(case, VerdictStep.FIRST, request.verdict, (request.approved_by,), now)


def _take_in(case: Case, request: Request, signer: Signer, now: datetime) -> None:
    """Count a finding: the lead's first one is a verdict of its own, and enough findings conclude the verification."""
    unit, verdict = request.unit.code, request.verdict
    assert verdict is not None  # noqa: S101  (set by the caller)
    request.state, request.approved_by = RequestState.ANSWERED, signer
    case.disputed = {code: said for code, said in case.disputed.items() if code != unit}
    joint_session.done(case, ActionKind.VERIFY, unit, now, request.submitted_by or signer)
    if case.over:  # it is kept and told, and changes nothing that was decided
        conflict.tell_after_closing(case, request)
        return
    put_first_on_record(case, request, now)
    if case.stage is Stage.VERIFICATION:
        conclude(case, now)
    elif _late(case) and verdict is not case.verdict:
        conflict.contradict(case, request, now)


def _stop_clocks(case: Case, unit: str, now: datetime) -> None:
    """Stop what a unit owes before its finding is recorded, so that a missed due time comes first in the timeline."""
    for name in (ClockName.ACCEPT, ClockName.ANSWER):
        case.stop(now, case.clock(name, unit))


def _ask_approval(case: Case, request: Request, decision: Finding, actor: Actor, now: datetime) -> None:
    unit = request.unit.code
    proposal = Proposal(ref=case.seq, kind=ProposalKind.FINDING, by=actor.signer, unit=unit)
    if request.state is RequestState.ANSWERED:
        proposal = proposal.model_copy(update={"verdict": decision.verdict, "evidence": decision.evidence})
    propose(case, proposal, actor)
    clock = case.clock(ClockName.ANSWER, unit)
    seats = case.seats((Audience.owner(Seat.DEPUTY),), unit)
    values: dict[str, str | int] = {"ref": proposal.ref, "verdict": decision.verdict}
    by = case.terms.at(case.level).start.by
    key = f"v{case.visit}/approve-finding/{proposal.ref}"
    case.notify(Message.FINDING_TO_APPROVE, seats, by, key=key, clock=clock, values=values)


def _found(case: Case, actor: Actor) -> None:
    case.finders = tuple(dict.fromkeys((*case.finders, actor.voice)))


def _drop_proposal(case: Case, unit: str) -> None:
    case.proposals = tuple(p for p in case.proposals if p.kind is not ProposalKind.FINDING or p.unit != unit)


def _late(case: Case) -> bool:
    return case.stage in (Stage.REBUTTAL, Stage.CLOSURE)
