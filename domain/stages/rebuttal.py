"""Rebuttal 发声辟谣: a text is drafted, two other people approve exactly that text, and it goes out."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from domain.case import Case
from domain.decisions import Actor, DraftSubmission, Proven, Review
from domain.errors import NotPermitted, Stale, Unfit
from domain.events import Approved, Delivered, DeliveryRefused, Drafted, Reviewed
from domain.owed import Issued, Message, NotIssued, Page, Publication
from domain.rows import Ballot, Draft
from domain.stages.verification import ask_for_draft
from domain.words import (
    USUAL_KIND,
    ClockName,
    PublicationKind,
    PublicationState,
    Seat,
    Stage,
    Verdict,
    Vote,
)

APPROVALS = 2
"""How many people besides the drafter approve a text; one of them of the lead unit or its parent."""


def canonical(page: Page) -> str:
    """Write a page as canonical JSON: sorted keys, no spaces; its UTF-8 bytes are what the digest is over."""
    return json.dumps(page.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(page: Page) -> str:
    """Return the SHA-256 of a page over its canonical JSON: what a vote binds to."""
    return hashlib.sha256(canonical(page).encode()).hexdigest()


def draft(case: Case, said: DraftSubmission, proven: Proven, now: datetime) -> None:
    """Put a text on the table: a new version with its digest; votes on an older one are void."""
    if case.publication not in (PublicationState.NONE, PublicationState.DRAFTED) or case.verdict is None:
        raise Unfit("already_approved")
    _refuse_wrong_kind(said, case.verdict)
    case.versions += 1
    page = _page(case, said, now)
    case.draft = Draft(page=page, digest=digest_of(page), drafter=proven.actor.person)
    case.publication = PublicationState.DRAFTED
    case.happened(
        Drafted(
            version=page.version,
            publication=page.publication,
            title=page.title,
            text=page.text,
            digest=case.draft.digest,
            reason=said.reason,
        ),
        now,
        proven.actor,
    )
    case.stop(now, case.clock(ClockName.DRAFT, case.office.code))
    _ask_for_votes(case, case.draft, now)


def review(case: Case, said: Review, proven: Proven, now: datetime) -> None:
    """Take one vote on exactly one text; the second approval sends it out."""
    table = case.draft
    if table is None or case.publication is not PublicationState.DRAFTED:
        raise Unfit("nothing_to_review")
    if said.digest != table.digest:
        raise Stale("other_text", voted=said.digest[:8], current=table.digest[:8])
    _refuse_unfit_voter(table, proven.actor)
    if said.outcome is not Vote.APPROVE and not said.remarks:
        raise Unfit("remarks_needed", outcome=said.outcome)
    cast = Ballot(person=proven.actor.person, unit=proven.actor.unit, outcome=said.outcome)
    table.ballots = (*table.ballots, cast)
    case.happened(
        Reviewed(version=table.page.version, digest=said.digest, outcome=said.outcome, remarks=said.remarks),
        now,
        proven.actor,
    )
    if said.outcome is not Vote.APPROVE:
        _back_to_the_desk(case, said.remarks or "", now)
    elif _approved(case, table):
        _publish(case, table, now)


def delivered(case: Case, owed: Publication, outcome: Issued | NotIssued, now: datetime) -> None:
    """Take in what a channel said; the first receipt is the first public word and ends the response clock."""
    version = owed.page.version
    if isinstance(outcome, NotIssued):
        case.happened(DeliveryRefused(version=version, channel=owed.channel, reason=outcome.reason), now)
        seats = case.seats((f"office.{Seat.EDITOR}", f"office.{Seat.DUTY}"), case.office.code)
        values: dict[str, str | int] = {"channel": owed.channel, "reason": outcome.reason}
        by = case.terms.at(case.level).start.by
        if not case.over:
            case.tell(Message.PUBLICATION_REFUSED, seats, by, key=f"{owed.channel}/refused/{version}", values=values)
        if case.publication is PublicationState.APPROVED and not _still_going_out(case):
            case.stop(now, case.clock(ClockName.PUBLISH, case.office.code))
            _back_to_the_desk(case, outcome.reason, now)
        return
    case.happened(Delivered(version=version, channel=owed.channel, where=outcome.where), now)
    if case.publication is PublicationState.APPROVED:
        case.publication = PublicationState.PUBLISHED
        for name in (ClockName.PUBLISH, ClockName.RESPONSE):
            case.stop(now, case.clock(name, case.office.code))
        case.enter(Stage.CLOSURE, now)


def _still_going_out(case: Case) -> bool:
    return any(isinstance(debt, Publication) for debt in case.owed)


def _page(case: Case, said: DraftSubmission, now: datetime) -> Page:
    agreeing = [r for r in case.open_requests() if r.verdict is case.verdict]
    assert case.verdict is not None  # noqa: S101  (checked by the caller; says so to the type checker)
    return Page(
        number=case.opening.number,
        version=case.versions,
        publication=said.publication,
        title=said.title,
        text=said.text,
        claim=case.opening.claim,
        verdict=case.verdict,
        units=tuple(request.unit.short for request in agreeing),
        issuer=case.terms.city,
        as_of=now,
    )


def _refuse_wrong_kind(said: DraftSubmission, verdict: Verdict) -> None:
    """Refuse to call a true claim a rumor, and an unusual kind without its reason (DESIGN §5)."""
    usual = USUAL_KIND[verdict]
    if said.publication is PublicationKind.REBUTTAL and usual is not PublicationKind.REBUTTAL:
        raise Unfit("no_rebuttal_of_this", verdict=verdict)
    if said.publication is not usual and not said.reason:
        raise Unfit("unusual_kind_needs_reason", usual=usual, chosen=said.publication, verdict=verdict)


def _refuse_unfit_voter(table: Draft, actor: Actor) -> None:
    if actor.person == table.drafter:
        raise NotPermitted("own_text", who=actor.person)
    if any(ballot.person == actor.person for ballot in table.ballots):
        raise NotPermitted("voted_already", who=actor.person)


def _approved(case: Case, table: Draft) -> bool:
    """Tell whether two people approve, one of them of the lead unit or its parent."""
    lead = case.lead
    competent = {lead.unit.code, lead.unit.parent} if lead else set()
    return len(table.ballots) >= APPROVALS and any(ballot.unit in competent for ballot in table.ballots)


def _ask_for_votes(case: Case, table: Draft, now: datetime) -> None:
    lead = case.lead
    owner = lead.unit.code if lead else case.office.code
    case.stop(now, case.clock(ClockName.APPROVAL, owner))
    clock = case.arm(ClockName.APPROVAL, owner, now)
    seats = case.seats((f"owner.{Seat.DEPUTY}", f"office.{Seat.DEPUTY}"), owner)
    values: dict[str, str | int] = {
        "digest": table.digest,
        "version": table.page.version,
        "title": table.page.title,
        "publication": table.page.publication,
    }
    by = case.terms.at(case.level).start.by
    case.tell(Message.REVIEW_REQUEST, seats, by, key=f"{clock.key}/start", clock=clock, values=values)


def _back_to_the_desk(case: Case, remarks: str, now: datetime) -> None:
    """Void the text and ask the editor for another."""
    case.draft, case.publication = None, PublicationState.NONE
    for clock in case.running():
        if clock.name is ClockName.APPROVAL:
            case.stop(now, clock)
    ask_for_draft(case, now, remarks)


def _publish(case: Case, table: Draft, now: datetime) -> None:
    case.publication = PublicationState.APPROVED
    case.happened(Approved(version=table.page.version, digest=table.digest), now)
    for clock in case.running():
        if clock.name is ClockName.APPROVAL:
            case.stop(now, clock)
    case.arm(ClockName.PUBLISH, case.office.code, now)
    for channel in case.terms.at(case.level).publish_to:
        key = f"{case.opening.case_id}/publish/v{table.page.version}/{channel}"
        case.owed.append(Publication(key=key, channel=channel, page=table.page, digest=table.digest))
