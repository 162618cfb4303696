"""Refused pages: what a channel refused for good is sent once more, or given up with a reason, also after closing."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.obligations import Publication
from domain.case.parts import RefusedPage
from domain.decisions import Proven, ResolveDelivery
from domain.errors import CaseOver, Stale
from domain.events import DeliveryResolved
from domain.vocabulary import ClockName, DeliveryAct, PublicationState


def keep(case: Case, publication: Publication, reason: str) -> None:
    """Keep a page whose refusal has just been written down, until somebody says what becomes of it."""
    case.refused = (*case.refused, RefusedPage(ref=case.seq, publication=publication, reason=reason))


def resolve(case: Case, decision: ResolveDelivery, proven: Proven, now: datetime) -> None:
    """Send a refused page once more under a key of its own, or leave it; its text and digest stay as they were signed.

    Raises:
        CaseOver: the case is closed, and nothing is left to be resolved.
        Stale: no page waits under that number.

    """
    page = next((one for one in case.refused if one.ref == decision.ref), None)
    if page is None and case.over and not case.refused:
        raise CaseOver("case_over", number=case.opening.number)
    if page is None:
        raise Stale("no_refused_page", ref=decision.ref)
    case.refused = tuple(one for one in case.refused if one is not page)
    publication = page.publication
    case.happened(
        DeliveryResolved(ref=page.ref, channel=publication.channel, act=decision.act, reason=decision.reason),
        now,
        proven.actor,
    )
    if decision.act is DeliveryAct.AGAIN:
        again = publication.model_copy(update={"key": f"{publication.key}.{case.seq}"})
        case.pending_effects.append(again)
        _watch(case, again, now)


def _watch(case: Case, publication: Publication, now: datetime) -> None:
    """Start the publish clock for a public channel whose page is on its way once more."""
    owed = case.publication is PublicationState.PUBLISHED and publication.channel in case.terms.public
    if owed and not case.over and case.clock(ClockName.PUBLISH, case.office.code) is None:
        case.arm(ClockName.PUBLISH, case.office.code, now)
