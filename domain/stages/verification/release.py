"""Letting a unit go 不再请单位协办: what it has found stands against another verdict (design.md, rules 10 and 16)."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal, Request
from domain.decisions import Actor, Proven, Release
from domain.errors import Unfit
from domain.events import Proposed, RequestReleased
from domain.stages.proposing import asked_by, propose
from domain.stages.verification import quorum, transfer
from domain.stages.verification.findings import conclude
from domain.stages.verification.transfer import OPEN
from domain.vocabulary import ClockName, ProposalKind, RequestState, Role, Seat, Stage, Verdict

STILL_ASKED = (*OPEN, RequestState.SUBMITTED, RequestState.ANSWERED)


def let_go(case: Case, decision: Release, proven: Proven, now: datetime) -> None:
    """Let a co-unit go; where nobody but the lead would be waited for then, a second person confirms it.

    Raises:
        Unfit: it is the lead, which is replaced by a transfer, it is not asked, or this waits to be confirmed.

    """
    request = case.request_to(decision.unit, *STILL_ASKED)
    if request.role is Role.LEAD:
        raise Unfit("lead_stays", unit=request.unit.short)
    if any(one.kind is ProposalKind.RELEASE and one.unit == decision.unit for one in case.proposals):
        raise Unfit("proposed_already")
    if completes_quorum(case, request):
        _propose_release(case, request, decision, proven.actor, now)
    else:
        go_on_without(case, request, decision.reason, proven.actor, now)


def completes_quorum(case: Case, request: Request) -> bool:
    """Return whether nobody but the lead would be waited for once a unit is let go (docs/design.md, rule 16).

    Whether the lead has answered by then does not matter: else the order of two clicks would decide.
    """
    if not isinstance(quorum.of(case), quorum.Missing):
        return False
    before, after = case.fork(), case.fork()
    for twin in (before, after):
        if (lead := twin.lead) is not None and lead.state is not RequestState.ANSWERED:
            lead.state, lead.verdict = RequestState.ANSWERED, Verdict.FALSE
    left = next(one for one in after.open_requests() if one.unit.code == request.unit.code)
    left.state = RequestState.RELEASED
    return isinstance(quorum.of(before), quorum.Missing) and not isinstance(quorum.of(after), quorum.Missing)


def _propose_release(case: Case, request: Request, decision: Release, actor: Actor, now: datetime) -> None:
    unit = request.unit
    case.happened(Proposed(what=ProposalKind.RELEASE, unit=unit.code, reason=decision.reason), now, actor)
    other = Seat.DUTY if actor.sits(case.office.code, Seat.DUTY_LEADER) else Seat.DUTY_LEADER
    proposal = Proposal(
        ref=case.seq, kind=ProposalKind.RELEASE, by=actor.signer, unit=unit.code, seat=other, reason=decision.reason
    )
    propose(case, proposal, actor)
    case.notify_office(
        Message.CONFIRM_REQUEST,
        other,
        values={
            **asked_by(actor),
            "what": proposal.kind,
            "ref": proposal.ref,
            "title": unit.short,
            "reason": decision.reason,
        },
    )


def grant(case: Case, proposal: Proposal, actor: Actor, now: datetime) -> None:
    """Let a co-unit go, as one person asked and another confirmed."""
    request = case.request_to(proposal.unit or "", *STILL_ASKED)
    go_on_without(case, request, proposal.reason, actor, now)


def lapse_outdated(case: Case, now: datetime) -> None:
    """End proposals to let a unit go that has found something since, is not asked any more, or completes nothing."""
    for proposal in case.proposals:
        if proposal.kind is ProposalKind.RELEASE:
            asked = [one for one in case.open_requests() if one.unit.code == proposal.unit and one.role is Role.CO]
            if case.stage is not Stage.VERIFICATION or not asked or not completes_quorum(case, asked[0]):
                case.lapse(now, ProposalKind.RELEASE, proposal.unit)


def go_on_without(case: Case, request: Request, reason: str | None, actor: Actor, now: datetime) -> None:
    """Let a co-unit go, and judge the findings of those who are left."""
    if (offered := case.transfer_to(request.unit.code)) is not None:  # what was offered to it is its sender's again
        transfer.lapse(case, now, offered)
        transfer.resume_accepting(case, offered, now)
    argued = quorum.contested(case)
    release(case, request, now, reason, actor)
    if not argued:  # a conflict the office knows of ends by ruling
        conclude(case, now)


def release(case: Case, request: Request, now: datetime, reason: str | None = None, by: Actor | None = None) -> None:
    """Let a unit go that the office needs no more, and tell it; what it found stands against another verdict."""
    unit, unknown = request.unit.code, case.never_told(request.unit.code)
    transfer.lapse(case, now, request)
    if request.state in (RequestState.ANSWERED, RequestState.SUBMITTED) and request.verdict is not None:
        case.disputed = {**case.disputed, unit: request.verdict}
    request.state = RequestState.RELEASED
    for name in (ClockName.ACCEPT, ClockName.ANSWER):
        case.stop(now, case.clock(name, unit))
    case.lapse(now, ProposalKind.FINDING, unit)
    case.happened(RequestReleased(unit=unit, reason=reason), now, by)
    key = f"v{case.visit}/released/{case.seq}"
    if not unknown:  # else its request goes with the clock, and it has never heard of the case
        case.notify_unit(Message.RELEASED, unit, key=key, values={"unit": request.unit.short, "reason": reason or ""})
