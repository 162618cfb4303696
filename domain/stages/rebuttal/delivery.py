"""Delivery of a signed text: it is owed to every channel of the level, each channel answers, and public ones count.

The rule is in docs/design.md, rule 12.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.obligations import Page, Publication, digest_of
from domain.case.payloads import Issued, NotIssued
from domain.events import Delivered, DeliveryRefused
from domain.stages.rebuttal import interim, outcome_letters, refused_pages
from domain.stages.rebuttal.signing import void_draft
from domain.stages.verification import conflict
from domain.vocabulary import (
    ClockName,
    PublicationState,
    Seat,
    Stage,
)


def delivered(case: Case, publication: Publication, outcome: Issued | NotIssued, now: datetime) -> None:
    """Record how a channel answered; the first public receipt is the first public word and stops the response clock."""
    if isinstance(outcome, NotIssued):
        _refused(case, publication, outcome, now)
    else:
        version, channel = publication.page.version, publication.channel
        case.happened(Delivered(version=version, channel=channel, where=outcome.where, on_file=outcome.on_file), now)
        if case.is_public(channel, outcome) and _is_the_answer(case, publication):
            _is_out(case, publication.page, outcome.where, now)
    if _is_the_answer(case, publication) and not _public_still_owed(case):
        _every_public_channel_answered(case, outcome, now)


def send(case: Case, page: Page) -> None:
    """Owe a page to every channel of the level; what was refused of an earlier one is not sent any more."""
    case.refused = tuple(one for one in case.refused if interim.is_interim(one.publication))
    for channel in case.terms.at(case.level).publish_to:
        key = f"{case.key_base}/publish/v{page.version}/{channel}"
        case.pending_effects.append(Publication(key=key, channel=channel, page=page, digest=digest_of(page)))


def mark_answered(case: Case, now: datetime) -> None:
    """Record that the first authoritative word is public: the response clock stops, the interim notice lapses."""
    case.answered_at = case.answered_at or now
    case.stop(now, case.clock(ClockName.RESPONSE, case.office.code))
    interim.lapse(case, now)


def outstanding(case: Case) -> tuple[str, ...]:
    """Return the channels that have still to answer to a page, or refused one that nobody has resolved, each once."""
    owed = [effect.channel for effect in case.pending_effects if isinstance(effect, Publication)]
    owed += [one.publication.channel for one in case.refused]
    return tuple(dict.fromkeys(owed))


def public_outstanding(case: Case) -> tuple[str, ...]:
    """Return the public channels that have still to answer: while one has, no case ends (docs/design.md, rule 15)."""
    return tuple(channel for channel in outstanding(case) if channel in case.terms.public)


def end_without_a_word(case: Case, now: datetime) -> None:
    """End what the public was promised where nothing is published: the response clock stops, and nothing is public."""
    case.stop(now, case.clock(ClockName.RESPONSE, case.office.code))
    interim.lapse(case, now)


def _is_out(case: Case, page: Page, where: str, now: datetime) -> None:
    mark_answered(case, now)
    if case.publication is PublicationState.APPROVED:
        case.publication = PublicationState.PUBLISHED
        case.enter(Stage.CLOSURE, now)
        outcome_letters.tell_how_it_ended(case, page, where)
        outcome_letters.ask_to_close(case)


def _every_public_channel_answered(case: Case, latest: Issued | NotIssued, now: datetime) -> None:
    """Stop the publish clock; a text that is nowhere public is called back from the other channels and written anew.

    A partner that took it points its readers at a page that is not there.
    """
    case.stop(now, case.clock(ClockName.PUBLISH, case.office.code))
    if case.publication is PublicationState.APPROVED:
        case.pending_effects = [effect for effect in case.pending_effects if not _owes_the_answer(case, effect)]
        case.refused = tuple(one for one in case.refused if not _owes_the_answer(case, one.publication))
        void_draft(case, latest.reason if isinstance(latest, NotIssued) else "", now, refused=True)
        conflict.look_anew(case, now)


def _refused(case: Case, publication: Publication, outcome: NotIssued, now: datetime) -> None:
    """Keep a refused page and tell the office, also after the case is closed; what is void is only written down."""
    version, channel = publication.page.version, publication.channel
    case.happened(DeliveryRefused(version=version, channel=channel, reason=outcome.reason), now)
    if publication.page.source is not None or case.publication in (
        PublicationState.APPROVED,
        PublicationState.PUBLISHED,
    ):
        refused_pages.keep(case, publication, outcome.reason)
    seats = case.office_seats(Seat.EDITOR, Seat.DUTY)
    values: dict[str, str | int] = {"channel": channel, "reason": outcome.reason}
    by = case.terms.at(case.level).start.by
    case.notify(Message.PUBLICATION_REFUSED, seats, by, key=f"{channel}/refused/{case.seq}", values=values)


def _public_still_owed(case: Case) -> bool:
    owed = (effect for effect in case.pending_effects if _owes_the_answer(case, effect))
    return any(isinstance(effect, Publication) and effect.channel in case.terms.public for effect in owed)


def _owes_the_answer(case: Case, effect: object) -> bool:
    return isinstance(effect, Publication) and not interim.is_interim(effect) and _is_the_answer(case, effect)


def _is_the_answer(case: Case, publication: Publication) -> bool:
    """Return whether a page is the case's answer; an earlier publication of a unit may still be on its way."""
    return publication.page.version == case.versions
