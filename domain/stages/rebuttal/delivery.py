"""Delivery of a signed text: it is owed to every channel of the level, and each channel answers."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.obligations import Page, Publication, digest_of
from domain.case.payloads import Issued, NotIssued
from domain.events import Delivered, DeliveryRefused
from domain.stages.rebuttal import interim
from domain.stages.rebuttal.signing import void_draft
from domain.vocabulary import (
    ClockName,
    PublicationState,
    Seat,
    Stage,
)


def delivered(case: Case, publication: Publication, outcome: Issued | NotIssued, now: datetime) -> None:
    """Record how a channel answered; the first receipt is the first public word and stops the response clock."""
    version = publication.page.version
    if isinstance(outcome, NotIssued):
        _refused(case, publication, outcome, now)
        return
    case.happened(Delivered(version=version, channel=publication.channel, where=outcome.where), now)
    if _is_the_answer(case, publication):
        _is_out(case, now)


def send(case: Case, page: Page) -> None:
    """Owe a page to every channel of the level."""
    for channel in case.terms.at(case.level).publish_to:
        key = f"{case.key_base}/publish/v{page.version}/{channel}"
        case.pending_effects.append(Publication(key=key, channel=channel, page=page, digest=digest_of(page)))


def mark_answered(case: Case, now: datetime) -> None:
    """Record that the first authoritative word is public: the response clock stops, the interim notice lapses."""
    case.answered_at = case.answered_at or now
    case.stop(now, case.clock(ClockName.RESPONSE, case.office.code))
    interim.lapse(case, now)


def end_without_a_word(case: Case, now: datetime) -> None:
    """End what the public was promised where nothing is published: the response clock stops, and nothing is public."""
    case.stop(now, case.clock(ClockName.RESPONSE, case.office.code))
    interim.lapse(case, now)


def _is_out(case: Case, now: datetime) -> None:
    mark_answered(case, now)
    if case.publication is PublicationState.APPROVED:
        case.publication = PublicationState.PUBLISHED
        case.stop(now, case.clock(ClockName.PUBLISH, case.office.code))
        case.enter(Stage.CLOSURE, now)


def _refused(case: Case, publication: Publication, outcome: NotIssued, now: datetime) -> None:
    """Notify the office that a channel refuses a page; if no channel takes it, ask for a new text."""
    version = publication.page.version
    case.happened(DeliveryRefused(version=version, channel=publication.channel, reason=outcome.reason), now)
    seats = case.office_seats(Seat.EDITOR, Seat.DUTY)
    values: dict[str, str | int] = {"channel": publication.channel, "reason": outcome.reason}
    by = case.terms.at(case.level).start.by
    if not case.over:
        case.notify(
            Message.PUBLICATION_REFUSED, seats, by, key=f"{publication.channel}/refused/{version}", values=values
        )
    if (
        case.publication is PublicationState.APPROVED
        and _is_the_answer(case, publication)
        and not _still_going_out(case)
    ):
        case.stop(now, case.clock(ClockName.PUBLISH, case.office.code))
        void_draft(case, outcome.reason, now)


def _still_going_out(case: Case) -> bool:
    return any(isinstance(effect, Publication) and _is_the_answer(case, effect) for effect in case.pending_effects)


def _is_the_answer(case: Case, publication: Publication) -> bool:
    """Return whether a page is the case's answer; an earlier publication of a unit may still be on its way."""
    return publication.page.version == case.versions
