"""Proposals 复核: what one person asks for takes effect when another confirms it (docs/design.md, rule 16)."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.decisions import Confirm, Override, Proven
from domain.errors import NotPermitted, Stale, Unfit
from domain.events import Confirmed, Proposed, TurnedDown
from domain.stages import level
from domain.stages.clocks import extension, pause
from domain.stages.rebuttal import draft, interim, signing
from domain.stages.verification import findings
from domain.vocabulary import ClockName, ProposalKind, Seat, Vote


def override(case: Case, decision: Override, proven: Proven, now: datetime) -> None:
    """Propose to go on without a co-unit's consent; the duty leader is asked to confirm."""
    table = case.draft
    if table is None or signing.missing_consent(table, decision.unit) is None:
        raise Unfit("no_consent_missing", unit=case.short(decision.unit))
    if any(p.kind is ProposalKind.SKIP_CONSENT and p.unit == decision.unit for p in case.proposals):
        raise Unfit("proposed_already")
    case.happened(
        Proposed(what=ProposalKind.SKIP_CONSENT, unit=decision.unit, reason=decision.reason), now, proven.actor
    )
    proposal = Proposal(
        ref=case.seq, kind=ProposalKind.SKIP_CONSENT, by=proven.actor.signer, unit=decision.unit, reason=decision.reason
    )
    case.proposals = (*case.proposals, proposal)
    case.notify_office(
        Message.CONFIRM_REQUEST,
        Seat.DUTY_LEADER,
        clock=next((clock for clock in case.running() if clock.name is ClockName.APPROVAL), None),
        values={
            "what": proposal.kind, "ref": proposal.ref, "title": case.short(decision.unit), "reason": decision.reason,
        },
    )  # fmt: skip


def confirm(case: Case, decision: Confirm, proven: Proven, now: datetime) -> None:
    """Confirm or turn down a proposal; never one's own, and only while it is pending.

    What somebody asked for who has left the seat since can only be turned down: two persons of now stand behind an act.
    """
    proposal = next((one for one in case.proposals if one.ref == decision.ref), None)
    if proposal is None:
        raise Stale("no_proposal", ref=decision.ref)
    if proposal.by.person == proven.actor.person:
        raise NotPermitted("own_proposal", who=proven.actor.person)
    if decision.outcome is not Vote.APPROVE and not decision.remarks:
        raise Unfit("remarks_needed", outcome=decision.outcome)
    if decision.outcome is Vote.APPROVE and proven.proposer_left:
        raise Stale("proposer_left", ref=decision.ref, who=proposal.by.person)
    case.proposals = tuple(one for one in case.proposals if one is not proposal)
    if decision.outcome is Vote.APPROVE:
        _take_effect(case, proposal, proven, now)
    else:
        _turn_down(case, proposal, decision, proven, now)


def _take_effect(case: Case, proposal: Proposal, proven: Proven, now: datetime) -> None:
    if proposal.kind is ProposalKind.FINDING:
        findings.approve(case, proposal, proven.actor, now)
        return
    case.happened(Confirmed(what=proposal.kind, ref=proposal.ref, asked_by=proposal.by), now, proven.actor)
    match proposal.kind:
        case ProposalKind.INTERIM:
            interim.send(case, proposal)
        case ProposalKind.SKIP_CONSENT:
            draft.go_on_without(case, proposal.unit or "", now)
        case ProposalKind.LOWER_LEVEL:
            level.lower(case, proposal, proven.actor, now)
        case ProposalKind.LEAD_ALONE:
            level.go_on_with_the_lead(case, now)
        case ProposalKind.PAUSE:
            pause.grant(case, proposal, proven, now)
        case ProposalKind.EXTENSION:
            extension.grant(case, proposal, proven, now)


def _turn_down(case: Case, proposal: Proposal, decision: Confirm, proven: Proven, now: datetime) -> None:
    if proposal.kind is ProposalKind.FINDING:
        findings.hold_back(case, proposal, decision.remarks, proven.actor, now)
        return
    case.happened(TurnedDown(what=proposal.kind, ref=proposal.ref, remarks=decision.remarks), now, proven.actor)
