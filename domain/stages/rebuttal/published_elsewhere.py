"""Published elsewhere, a part of the rebuttal: a unit published first; its text is recorded and re-posted."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.obligations import Page, PageSource
from domain.decisions import Proven, RecordPublication
from domain.errors import Unfit
from domain.events import PublicationRecorded
from domain.stages.rebuttal import delivery, draft, exclusive, replacing
from domain.terms import UnitRef
from domain.vocabulary import ClockName, ProposalKind, PublicationKind, PublicationState, Stage


def record_publication(case: Case, decision: RecordPublication, proven: Proven, now: datetime) -> None:
    """Record a unit's own publication: the response clock stops, and the text is re-posted with its source.

    In the rebuttal stage it becomes the case's answer, and a text that waits for signatures is void. Before that stage
    the units go on verifying.
    """
    if not decision.publication.public or decision.publication is PublicationKind.INTERIM:
        raise Unfit("not_a_publication", chosen=decision.publication)
    if decision.captured_at > now:
        raise Unfit("captured_in_future")
    if case.publication in (PublicationState.APPROVED, PublicationState.PUBLISHED):
        raise Unfit("already_approved")
    unit = proven.units[decision.unit]
    exclusive.refuse_in_anothers_name(proven, unit, "releases_elsewhere")
    case.versions += 1
    page = _page(case, decision, unit)
    case.happened(
        PublicationRecorded(
            unit=unit.code,
            short=unit.short,
            publication=decision.publication,
            version=page.version,
            title=decision.title,
            url=str(decision.url),
            captured_at=decision.captured_at,
            digest=decision.digest,
        ),
        now,
        proven.actor,
    )
    delivery.mark_answered(case, now)
    if case.stage is Stage.REBUTTAL:
        case.stop(now, *(clock for clock in case.running() if clock.name in draft.STEPS))
        replacing.tell_voters(case, None, elsewhere=True)
        case.draft, case.publication = None, PublicationState.APPROVED
        case.lapse(now, ProposalKind.SKIP_CONSENT)
        case.arm(ClockName.PUBLISH, case.office.code, now)
    delivery.send(case, page)


def _page(case: Case, decision: RecordPublication, unit: UnitRef) -> Page:
    """Return the page that re-posts a unit's own text, in that unit's name and with its source."""
    return Page(
        number=case.opening.number,
        version=case.versions,
        publication=decision.publication,
        title=decision.title,
        text=decision.text,
        claim=case.opening.claim,
        verdict=case.verdict,
        units=(unit.short,),
        issuer=unit.short,
        as_of=decision.captured_at,
        source=PageSource(unit=unit.short, url=str(decision.url), captured_at=decision.captured_at),
    )
