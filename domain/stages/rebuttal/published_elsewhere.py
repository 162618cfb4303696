"""Published elsewhere, a part of the rebuttal: a unit published first; its text is recorded and re-posted.

One person records it, and another of that unit or of the office confirms it: title, text and address go out in a unit's
name (docs/design.md, rules 12 and 16).
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.obligations import Page, PageSource
from domain.case.parts import Proposal
from domain.decisions import Actor, Proven, RecordPublication
from domain.errors import Unfit
from domain.events import Proposed, PublicationRecorded
from domain.stages.proposing import asked_by, propose
from domain.stages.rebuttal import delivery, draft, exclusive, kinds, publish_clock, replacing
from domain.terms import Addressee, UnitRef
from domain.vocabulary import ProposalKind, PublicationKind, PublicationState, Seat, Stage


def record_publication(case: Case, decision: RecordPublication, proven: Proven, now: datetime) -> None:
    """Propose to re-post what a unit has published itself; it goes out when another person confirms it."""
    if not decision.publication.public or decision.publication is PublicationKind.INTERIM:
        raise Unfit("not_a_publication", chosen=decision.publication)
    if case.handover is not None:
        raise Unfit("handed_over", unit=case.handover.unit.short)
    if case.publication in (PublicationState.APPROVED, PublicationState.PUBLISHED):
        raise Unfit("already_approved")
    kinds.refuse_misfit(decision.publication, case.verdict, decision.reason)
    unit = proven.units[decision.unit]
    if any(one.record and one.record.url == decision.url for one in case.proposals):
        raise Unfit("proposed_already")
    exclusive.refuse_in_anothers_name(proven, unit, "releases_elsewhere")
    case.names |= {unit.code: unit.short}
    what, reason = ProposalKind.REPOST, decision.reason
    title, text, digest = decision.title, decision.text, decision.digest
    proposed = Proposed(what=what, unit=unit.code, reason=reason, title=title, text=text, digest=digest)
    case.happened(proposed, now, proven.actor)
    page = _page(case, decision, unit)
    proposal = Proposal(
        ref=case.seq, kind=what, by=proven.actor.signer, unit=unit.code, reason=reason, page=page, record=decision
    )
    propose(case, proposal, proven.actor)
    _ask_for_confirmation(case, proposal, page, proven.actor)


def repost(case: Case, proposal: Proposal, now: datetime, by: Actor) -> None:
    """Record a unit's own publication that another person has confirmed, and re-post it with its source.

    The response clock stops. In the rebuttal stage it becomes the case's answer, and a text that waits for signatures
    is void. Before that stage the units go on verifying.
    """
    decision, page = proposal.record, proposal.page
    assert decision is not None and page is not None  # noqa: S101, PT018  (proposed with both)
    page = page.model_copy(update={"version": case.versions + 1, "verdict": case.verdict})
    case.versions += 1
    case.happened(
        PublicationRecorded(
            unit=decision.unit,
            short=page.issuer,
            publication=page.publication,
            version=page.version,
            title=page.title,
            url=str(decision.url),
            captured_at=decision.captured_at,
            digest=decision.digest,
        ),
        now,
        by,
    )
    delivery.mark_answered(case, now)
    case.lapse(now, ProposalKind.EXIT)  # the page is owed to the public now
    if case.stage is Stage.REBUTTAL:
        _answer_the_case(case, now)
    delivery.send(case, page)


def _answer_the_case(case: Case, now: datetime) -> None:
    case.stop(now, *(clock for clock in case.running() if clock.name in draft.STEPS))
    replacing.tell_voters(case, None, elsewhere=True)
    case.draft, case.publication = None, PublicationState.APPROVED
    for kind in (ProposalKind.SKIP_CONSENT, ProposalKind.REPOST):
        case.lapse(now, kind)
    publish_clock.start(case, now)


def _ask_for_confirmation(case: Case, proposal: Proposal, page: Page, actor: Actor) -> None:
    """Call the office's duty seats and the unit's deputy: whichever comes first confirms it."""
    seats = (
        *case.office_seats(Seat.DUTY, Seat.DUTY_LEADER),
        *((Addressee(unit=proposal.unit, seat=Seat.DEPUTY),) if proposal.unit else ()),
    )
    case.notify(
        Message.CONFIRM_REQUEST,
        case.others(seats, actor),
        case.terms.at(case.level).start.by,
        key=f"v{case.visit}/confirm/{proposal.ref}",
        values={
            **asked_by(actor),
            "what": proposal.kind, "ref": proposal.ref, "title": page.title, "unit": page.issuer,
            "reason": proposal.reason or "",
        },
    )  # fmt: skip


def _page(case: Case, decision: RecordPublication, unit: UnitRef) -> Page:
    """Return the page that re-posts a unit's own text, in that unit's name and with its source."""
    return Page(
        number=case.opening.number,
        version=case.versions + 1,
        publication=decision.publication,
        title=decision.title,
        text=decision.text,
        claim=case.claim,
        verdict=case.verdict,
        units=(unit.short,),
        issuer=unit.short,
        as_of=decision.captured_at,
        source=PageSource(unit=unit.short, url=str(decision.url), captured_at=decision.captured_at),
    )
