"""Proposals 复核: what one person asks for takes effect when another confirms it (docs/design.md, rule 16)."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.parts import Proposal
from domain.decisions import Confirm, Proven
from domain.errors import NotPermitted, Stale, Unfit
from domain.events import Confirmed, TurnedDown
from domain.stages import level, triage
from domain.stages.clocks import extension, own_pause, pause
from domain.stages.proposing import tell_asker
from domain.stages.rebuttal import consents, draft, interim, published_elsewhere
from domain.stages.verification import findings, release
from domain.vocabulary import ProposalKind, Vote


def confirm(case: Case, decision: Confirm, proven: Proven, now: datetime) -> None:
    """Confirm or turn down a proposal; never one's own, and only while it is pending.

    What somebody asked for who has left the seat since can only be turned down: two persons of now stand behind an act.
    """
    proposal = next((one for one in case.proposals if one.ref == decision.ref), None)
    if proposal is None:
        raise Stale("no_proposal", ref=decision.ref)
    if proposal.by.voice == proven.actor.voice:
        raise NotPermitted("own_proposal", who=proven.actor.person)
    if proposal.kind is ProposalKind.SKIP_CONSENT:
        consents.refuse_drafter(case, proven.actor)
    if decision.outcome is not Vote.APPROVE and not decision.remarks:
        raise Unfit("remarks_needed", outcome=decision.outcome)
    if decision.outcome is Vote.APPROVE and proven.proposer_left:
        raise Stale("proposer_left", ref=decision.ref, who=proposal.by.person)
    case.proposals = tuple(one for one in case.proposals if one is not proposal)
    if decision.outcome is Vote.APPROVE:
        _take_effect(case, proposal, proven, now)
    else:
        _turn_down(case, proposal, decision, proven, now)


def even_over(case: Case, ref: int) -> bool:
    """Return whether a proposal may be confirmed or turned down although the case is closed: only a unit's finding."""
    return any(one.ref == ref and one.kind is ProposalKind.FINDING for one in case.proposals)


def _take_effect(case: Case, proposal: Proposal, proven: Proven, now: datetime) -> None:
    if proposal.kind is ProposalKind.FINDING:
        findings.approve(case, proposal, proven.actor, now)
        return
    case.happened(Confirmed(what=proposal.kind, ref=proposal.ref, asked_by=proposal.by), now, proven.actor)
    match proposal.kind:
        case ProposalKind.INTERIM:
            interim.send(case, proposal, now)
        case ProposalKind.SKIP_CONSENT:
            draft.go_on_without(case, proposal.unit or "", now)
        case ProposalKind.LOWER_LEVEL:
            level.lower(case, proposal, proven.actor, now)
        case ProposalKind.LEAD_ALONE:
            level.go_on_with_the_lead(case, now)
        case ProposalKind.PAUSE:
            grants = own_pause if proposal.unit else pause
            grants.grant(case, proposal, proven, now)
        case ProposalKind.EXTENSION:
            extension.grant(case, proposal, proven, now)
        case ProposalKind.RELEASE:
            release.grant(case, proposal, proven.actor, now)
        case ProposalKind.EXIT:
            triage.let_out(case, proposal, proven, now)
        case ProposalKind.REPOST:
            published_elsewhere.repost(case, proposal, now, proven.actor)


def _turn_down(case: Case, proposal: Proposal, decision: Confirm, proven: Proven, now: datetime) -> None:
    if proposal.kind is ProposalKind.FINDING:
        findings.hold_back(case, proposal, decision.remarks, proven.actor, now)
        return
    case.happened(TurnedDown(what=proposal.kind, ref=proposal.ref, remarks=decision.remarks), now, proven.actor)
    tell_asker(case, proposal, decision.remarks)
