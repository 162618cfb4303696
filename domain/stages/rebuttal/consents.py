"""Consents 会签, a part of the signing: which units are asked, who refused, and how a text goes on without one.

The rules are in docs/design.md, rules 12 and 16.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import ConsentRefusal, Draft, Proposal, Slot
from domain.decisions import Actor, Ballot, DraftSubmission, Override, Proven
from domain.errors import NotPermitted, Unfit
from domain.events import Proposed
from domain.stages.proposing import asked_by, propose
from domain.vocabulary import ClockName, ProposalKind, Seat, SlotKind, Vote


def units_of(
    case: Case, decision: DraftSubmission, proven: Proven, givers: Collection[str], *, but: Collection[str]
) -> tuple[str, ...]:
    """Return the units whose consent a text needs, except those that sign it anyway.

    They are the units that were asked, also if they declined or let it expire, if the drafter names them or the desk
    finds their field in the text; whoever refused an earlier version, whatever the new one says; and the `givers` of
    information that the issuer may not give alone.
    """
    ever = dict.fromkeys(request.unit.code for request in (*case.open_requests(), *case.requests))
    if strange := [code for code in decision.consents if code not in ever]:
        raise Unfit("consent_not_asked", units="、".join(case.short(code) for code in strange))
    refused = [one.unit for one in case.refusals]
    stated = (*decision.consents, *proven.competent) if case.terms.signing[decision.issuer].consent else ()
    asked = (*(code for code in ever if code in (*stated, *refused)), *refused, *givers)
    return tuple(code for code in dict.fromkeys(asked) if code not in but)


def note_vote(case: Case, decision: Ballot, actor: Actor) -> None:
    """Remember a refusal until the unit consents; one that asks for a change has refused this text, too."""
    case.refusals = tuple(one for one in case.refusals if one.unit != actor.unit)
    if decision.outcome is not Vote.APPROVE and case.draft is not None:
        refusal = ConsentRefusal(
            unit=actor.unit, by=actor.signer, version=case.draft.page.version, remarks=decision.remarks or ""
        )
        case.refusals = (*case.refusals, refusal)


def override(case: Case, decision: Override, proven: Proven, now: datetime) -> None:
    """Propose to go on without a co-unit's consent; the duty leader is asked to confirm, and told of a refusal."""
    table = case.draft
    if table is None or missing(table, decision.unit) is None:
        raise Unfit("no_consent_missing", unit=case.short(decision.unit))
    if any(p.kind is ProposalKind.SKIP_CONSENT and p.unit == decision.unit for p in case.proposals):
        raise Unfit("proposed_already")
    if is_giver(table, decision.unit):
        raise Unfit("giver_consents", unit=case.short(decision.unit))
    refuse_drafter(case, proven.actor)
    if not may_go_on_without(case, table, decision.unit, now):
        raise Unfit("consent_just_asked", unit=case.short(decision.unit), until=opens(case, table).isoformat())
    refusal = next((one.remarks for one in case.refusals if one.unit == decision.unit), None)
    case.happened(
        Proposed(what=ProposalKind.SKIP_CONSENT, unit=decision.unit, reason=decision.reason, refusal=refusal),
        now,
        proven.actor,
    )
    proposal = Proposal(
        ref=case.seq,
        kind=ProposalKind.SKIP_CONSENT,
        by=proven.actor.signer,
        unit=decision.unit,
        reason=decision.reason,
        refusal=refusal,
    )
    propose(case, proposal, proven.actor)
    _ask_the_leader(case, proposal, proven.actor)


def _ask_the_leader(case: Case, proposal: Proposal, actor: Actor) -> None:
    values: dict[str, str | int] = {
        **asked_by(actor),
        "what": proposal.kind,
        "ref": proposal.ref,
        "title": case.short(proposal.unit or ""),
        "reason": proposal.reason or "",
        "refusal": proposal.refusal or "",
    }
    approval = next((clock for clock in case.running() if clock.name is ClockName.APPROVAL), None)
    case.notify_office(Message.CONFIRM_REQUEST, Seat.DUTY_LEADER, clock=approval, values=values)


def refuse_drafter(case: Case, actor: Actor) -> None:
    """Refuse whoever wrote the text: a drafter neither asks for a consent to be skipped nor confirms it."""
    if case.draft is not None and is_drafter(case.draft, actor):
        raise NotPermitted("drafter_skips_consent", who=actor.person)


def is_giver(table: Draft, unit: str) -> bool:
    """Return whether a text holds information only `unit` may give: nobody goes on without its consent."""
    slot = missing(table, unit)
    return slot is not None and slot.giver


def is_drafter(table: Draft, actor: Actor) -> bool:
    """Return whether somebody wrote the text on the table."""
    return table.drafter.voice == actor.voice


def may_go_on_without(case: Case, table: Draft, unit: str, now: datetime) -> bool:
    """Return whether it may be asked for: the unit has refused, or has had the minimum gap of the level to answer."""
    since = opens_for(case, table, unit)
    return since is None or now >= since


def opens_for(case: Case, table: Draft, unit: str) -> datetime | None:
    """Return from when it may be asked for to go on without one unit; None: at any time, because it has refused."""
    return None if any(one.unit == unit for one in case.refusals) else opens(case, table)


def opens(case: Case, table: Draft) -> datetime:
    """Return from when it may be asked for to go on without a consent nobody has refused."""
    return case.time.after(table.page.as_of, case.terms.at(case.level).min_gap)


def skip(case: Case, table: Draft, unit: str) -> None:
    """Let a text go on without a unit's consent, if that is still missing; its refusal has been named."""
    slot = missing(table, unit)
    if slot is not None:
        skipped = slot.model_copy(update={"skipped": True})
        table.slots = tuple(skipped if one is slot else one for one in table.slots)
    case.refusals = tuple(one for one in case.refusals if one.unit != unit)


def missing(table: Draft, unit: str) -> Slot | None:
    """Return a unit's slot while its consent is missing, else None."""
    consents = (slot for slot in table.slots if slot.kind is SlotKind.CONSENT and slot.open)
    return next((slot for slot in consents if slot.to[0].unit == unit), None)
