"""Refused pages: what a channel refused for good is sent once more, or given up with a reason, also after closing."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.obligations import Publication
from domain.case.parts import RefusedPage
from domain.decisions import Proven, ResolveDelivery
from domain.errors import CaseOver, Stale, Unfit
from domain.events import DeliveryResolved
from domain.stages.rebuttal import publish_clock
from domain.stages.verification import quorum
from domain.vocabulary import ClockName, DeliveryAct, ProposalKind, PublicationKind, PublicationState


def keep(case: Case, publication: Publication, reason: str) -> None:
    """Keep a page whose refusal has just been written down, until somebody says what becomes of it."""
    case.refused = (*case.refused, RefusedPage(ref=case.seq, publication=publication, reason=reason))


def resolve(case: Case, decision: ResolveDelivery, proven: Proven, now: datetime) -> None:
    """Send a refused page once more under a key of its own, or leave it; its text and digest stay as they were signed.

    Raises:
        CaseOver: the case is closed, and nothing is left to be resolved.
        Stale: no page waits under that number.
        Unfit: it is to be sent once more, and a finding contradicts it that nobody has ruled over.

    """
    page = next((one for one in case.refused if one.ref == decision.ref), None)
    if page is None and case.over and not case.refused:
        raise CaseOver("case_over", number=case.opening.number)
    if page is None:
        raise Stale("no_refused_page", ref=decision.ref)
    publication = page.publication
    if decision.act is DeliveryAct.AGAIN and (against := doubted_by(case, publication)):
        raise Unfit("contradicted_page", units="、".join(against), verdict=publication.page.verdict or "")
    case.refused = tuple(one for one in case.refused if one is not page)
    case.happened(
        DeliveryResolved(ref=page.ref, channel=publication.channel, act=decision.act, reason=decision.reason),
        now,
        proven.actor,
    )
    if decision.act is DeliveryAct.AGAIN:
        if publication.page.publication is PublicationKind.INTERIM:
            case.lapse(now, ProposalKind.INTERIM)  # the notice is on its way: no second one goes out beside it
        again = publication.model_copy(update={"key": f"{publication.key}.{case.seq}"})
        case.pending_effects.append(again)
        _watch(case, again, now)


def doubted_by(case: Case, publication: Publication) -> tuple[str, ...]:
    """Return the short names of the units that contradict what a page says since it was signed."""
    verdict = publication.page.verdict
    return tuple(one.unit.short for one in quorum.doubters(case, verdict)) if verdict else ()


def _watch(case: Case, publication: Publication, now: datetime) -> None:
    """Start the publish clock for a public channel whose page is on its way once more."""
    owed = case.publication is PublicationState.PUBLISHED and publication.channel in case.terms.public
    if owed and not case.over and case.clock(ClockName.PUBLISH, case.office.code) is None:
        publish_clock.start(case, now)
