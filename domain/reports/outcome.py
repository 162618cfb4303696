"""What has become of a report: how the case ended whose answer is its answer."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from domain.events import CaseClosed, Event, UnknownEvent
from domain.vocabulary import Exit, PublicationState


class ReportOutcome(StrEnum):
    """What has become of a report; `lost`: the merges of its case lead in a circle, or to a case nobody knows."""

    OPEN = "open"
    ANSWERED = "answered"
    LET_OUT = "let_out"
    NOT_PUBLIC = "not_public"
    LOST = "lost"


def outcome_of(
    publication: PublicationState, events: Iterable[Event | UnknownEvent], *, closed: bool, page: bool
) -> tuple[ReportOutcome, Exit | None]:
    """Return what a case has come to, and by which exit it was let out; `page` is whether the public reads one of it.

    A page of a case that is not closed may be an interim notice, which is no answer.
    """
    if not closed:
        public = publication is PublicationState.PUBLISHED
        return (ReportOutcome.ANSWERED if public else ReportOutcome.OPEN), None
    if page:
        return ReportOutcome.ANSWERED, None
    ends = [event.exit for event in events if isinstance(event, CaseClosed)]
    why = ends[-1] if ends else None
    return (ReportOutcome.LET_OUT if why else ReportOutcome.NOT_PUBLIC), why
