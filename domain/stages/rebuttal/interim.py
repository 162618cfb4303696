"""Interim 正在核实: a notice in the office's fixed words that a claim is being checked, until there is an answer."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.obligations import Page, Publication, digest_of
from domain.case.parts import Proposal
from domain.case.payloads import Issued, NotIssued
from domain.decisions import Interim, Proven, Wording
from domain.errors import Unfit
from domain.events import Delivered, DeliveryRefused, ProposalLapsed, Proposed
from domain.stages.proposing import asked_by, propose
from domain.stages.rebuttal import exclusive, refused_pages
from domain.stages.rebuttal.signing import void_draft
from domain.stages.verification import joint_session
from domain.vocabulary import ActionKind, ClockName, ProposalKind, PublicationKind, Seat


def interim(case: Case, decision: Interim, proven: Proven, now: datetime) -> None:
    """Propose the notice; it goes out when another person confirms it."""
    _refuse_untimely(case)
    if proven.concludes:
        raise Unfit("interim_concludes", words="、".join(proven.concludes))
    if proven.unfilled:
        raise Unfit("unfilled", words="、".join(proven.unfilled))
    wording = proven.wording
    assert wording is not None  # noqa: S101  (the desk proves it with every interim)
    exclusive.refuse_in_anothers_name(proven, case.office, "releases_interim")
    case.happened(Proposed(what=ProposalKind.INTERIM, title=wording.title, text=wording.text), now, proven.actor)
    proposal = Proposal(ref=case.seq, kind=ProposalKind.INTERIM, by=proven.actor.signer, page=_page(case, wording, now))
    propose(case, proposal, proven.actor)
    case.withdraw(Message.INTERIM_REQUEST)
    seats = case.others(case.seats(case.terms.signing_interim, case.office.code), proven.actor)
    case.notify(
        Message.CONFIRM_REQUEST,
        seats,
        case.terms.at(case.level).start.by,
        key=f"v{case.visit}/confirm/{proposal.ref}",
        clock=case.clock(ClockName.INTERIM, case.office.code),
        values={
            **asked_by(proven.actor),
            "what": ProposalKind.INTERIM,
            "ref": proposal.ref,
            "title": wording.title,
            "reason": "",
        },
    )


def may_be_asked_for(case: Case) -> bool:
    """Return whether the notice can still be asked for."""
    try:
        _refuse_untimely(case)
    except Unfit:
        return False
    return True


def _refuse_untimely(case: Case) -> None:
    if case.provisional:
        raise Unfit("level_first")
    if case.handover is not None:
        raise Unfit("handed_over", unit=case.handover.unit.short)
    if case.interim_at is not None or case.answered_at is not None:
        raise Unfit("interim_out")
    if any(proposal.kind is ProposalKind.INTERIM for proposal in case.proposals) or _going_out(case):
        raise Unfit("interim_pending")


def owes_answer(case: Case) -> bool:
    """Return whether a notice that is out, or on its way, has promised the public an answer that is still to come."""
    return case.answered_at is None and (case.interim_at is not None or _going_out(case))


def send(case: Case, proposal: Proposal, now: datetime) -> None:
    """Owe the confirmed notice to every channel of the level; a text that would say nothing to the public is void."""
    case.refused = tuple(one for one in case.refused if not is_interim(one.publication))
    page = proposal.page
    assert page is not None  # noqa: S101  (proposed with one)
    if case.draft is not None and not case.draft.page.publication.public:
        void_draft(case, "", now)
    case.lapse(now, ProposalKind.EXIT)  # the public is owed an answer now
    for channel in case.terms.at(case.level).publish_to:
        key = f"{case.key_base}/publish/interim{proposal.ref}/{channel}"
        case.pending_effects.append(Publication(key=key, channel=channel, page=page, digest=digest_of(page)))


def delivered(case: Case, publication: Publication, outcome: Issued | NotIssued, now: datetime) -> None:
    """Record how a channel answered; the first public receipt stops the interim clock, never the response clock.

    A channel may have taken the notice at the moment the answer came out: that is recorded, and nobody is notified of
    it.
    """
    tells = not case.over and case.answered_at is None
    if isinstance(outcome, NotIssued):
        case.happened(
            DeliveryRefused(
                version=publication.page.version, channel=publication.channel, reason=outcome.reason, interim=True
            ),
            now,
        )
        if tells:
            refused_pages.keep(case, publication, outcome.reason)
            values: dict[str, str | int] = {"channel": publication.channel, "reason": outcome.reason, "interim": 1}
            case.notify_office(Message.PUBLICATION_REFUSED, Seat.EDITOR, Seat.DUTY, values=values)
        return
    version, channel = publication.page.version, publication.channel
    case.happened(
        Delivered(version=version, channel=channel, where=outcome.where, interim=True, on_file=outcome.on_file), now
    )
    if case.interim_at is None and case.is_public(channel, outcome):
        case.interim_at = now
        case.stop(now, case.clock(ClockName.INTERIM, case.office.code))
        joint_session.done(case, ActionKind.INTERIM, case.office.code, now)
        if tells:
            case.notify_office(Message.INTERIM_OUT, Seat.DUTY_LEADER, values={"title": publication.page.title})


def lapse(case: Case, now: datetime) -> None:
    """End what is left of the notice once there is an answer: nobody confirms or receives it any more."""
    case.lapse(now, ProposalKind.INTERIM)
    case.refused = tuple(one for one in case.refused if not is_interim(one.publication))
    case.pending_effects = [effect for effect in case.pending_effects if not is_interim(effect)]
    case.stop(now, case.clock(ClockName.INTERIM, case.office.code))
    joint_session.drop(case, ActionKind.INTERIM, case.office.code, now)


def lapse_outdated(case: Case, now: datetime) -> None:
    """End a proposal whose text names a unit that is verifying no more: it has declined, handed on or been let go."""
    verifying = {request.unit.short for request in case.open_requests()}
    for proposal in case.proposals:
        if proposal.kind is ProposalKind.INTERIM and proposal.page and not verifying.issuperset(proposal.page.units):
            case.proposals = tuple(one for one in case.proposals if one is not proposal)
            case.happened(ProposalLapsed(what=proposal.kind, ref=proposal.ref, outdated=True), now)


def is_interim(effect: object) -> bool:
    """Return whether an effect is an interim notice to a channel."""
    return isinstance(effect, Publication) and effect.page.publication is PublicationKind.INTERIM


def _going_out(case: Case) -> bool:
    return any(is_interim(effect) for effect in case.pending_effects)


def _page(case: Case, wording: Wording, now: datetime) -> Page:
    return Page(
        number=case.opening.number,
        version=0,  # anything published later has a higher version
        publication=PublicationKind.INTERIM,
        title=wording.title,
        text=wording.text,
        claim=case.claim,
        units=tuple(request.unit.short for request in case.open_requests()),
        issuer=case.terms.issuer_name(),
        as_of=now,
    )
