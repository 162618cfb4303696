"""Kinds of text, a part of the rebuttal: which one fits a verdict, through whatever door (docs/design.md, Publication).

`rebuttal` (辟谣公告) says by itself that a claim is false, so it needs a verdict that says so.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.decisions import RecordPublication
from domain.errors import Unfit
from domain.events import ProposalLapsed
from domain.vocabulary import USUAL_KIND, PublicationKind, Verdict


def refuse_misfit(chosen: PublicationKind, verdict: Verdict | None, reason: str | None) -> None:
    """Refuse to call a claim a rumor that was not found false, and an unusual kind without a reason.

    Raises:
        Unfit: the kind does not fit the verdict (None: there is none yet).

    """
    if verdict is None:
        if chosen is PublicationKind.REBUTTAL:
            raise Unfit("no_rebuttal_yet")
        return
    usual = USUAL_KIND[verdict]
    if chosen is PublicationKind.REBUTTAL and usual is not PublicationKind.REBUTTAL:
        raise Unfit("no_rebuttal_of_this", verdict=verdict)
    if chosen is not usual and not reason:
        raise Unfit("unusual_kind_needs_reason", usual=usual, chosen=chosen, verdict=verdict)


def fitting(verdict: Verdict | None) -> tuple[PublicationKind, ...]:
    """Return the kinds that may be chosen at a verdict, the usual one first; an interim notice is asked for apart."""
    usual = USUAL_KIND[verdict] if verdict else None
    never = {PublicationKind.INTERIM, PublicationKind.REBUTTAL} - {usual}
    return tuple(sorted((kind for kind in PublicationKind if kind not in never), key=lambda kind: kind is not usual))


def lapse_misfits(case: Case, now: datetime) -> None:
    """End proposals to re-post a text whose kind does not fit the verdict of now; they may be made anew."""
    gone = [one for one in case.proposals if one.record and not _fits(one.record, case.verdict)]
    case.proposals = tuple(one for one in case.proposals if one not in gone)
    for one in gone:
        case.happened(ProposalLapsed(what=one.kind, ref=one.ref, outdated=True), now)


def _fits(record: RecordPublication, verdict: Verdict | None) -> bool:
    try:
        refuse_misfit(record.publication, verdict, record.reason)
    except Unfit:
        return False
    return True
