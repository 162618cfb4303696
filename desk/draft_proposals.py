"""A draft from the findings, by the office's template: fact first, the claim once, who verified, true as of when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from domain.case.summary import Summary
from domain.errors import Unfit
from domain.values import Frozen
from domain.vocabulary import USUAL_KIND, PublicationKind
from texts.catalogue import current

TITLE = 200
"""Characters of a title the rules take."""


class DraftProposal(Frozen):
    """Be a text an editor may begin with."""

    publication: PublicationKind
    title: str
    text: str


class QuotedFinding(Frozen):
    """Be what one unit found, as a draft quotes it."""

    short: str
    verdict: str
    explanation: str
    evidence: tuple[str, ...]
    lead: bool


def propose(
    summary: Summary,
    claim: str,
    timeline: Iterable[Mapping[str, Any]],
    shorts: Mapping[str, str],
    kind: PublicationKind | None,
    now: datetime,
) -> DraftProposal:
    """Fill the template of a kind (the usual one for the verdict, if none is named) from the findings.

    Raises:
        Unfit: there is no verdict yet, or no such text is drafted.

    """
    if summary.verdict is None:
        raise Unfit("no_verdict_yet")
    kind = kind or USUAL_KIND[summary.verdict]
    if kind is PublicationKind.INTERIM:
        raise Unfit("interim_is_asked_for")
    heard = _heard(summary, timeline, shorts)
    agreeing = [one for one in heard if one.verdict == summary.verdict]
    values = {
        "claim": claim,
        "verdict": summary.verdict,
        "agreeing": agreeing,
        "others": [one for one in heard if one.verdict != summary.verdict],
        "level": summary.level,
        "now": now,
    }
    title, _, text = current().say(f"draft_{kind}", **values).partition("\n")
    return DraftProposal(publication=kind, title=title.strip()[:TITLE], text=text.strip())


def _heard(summary: Summary, timeline: Iterable[Mapping[str, Any]], shorts: Mapping[str, str]) -> list[QuotedFinding]:
    """Return the latest finding of each unit that is still asked, the lead's first."""
    latest: dict[str, Mapping[str, Any]] = {}
    for entry in timeline:
        event = entry["event"]
        if event["kind"] in ("finding_received", "finding_submitted"):
            latest[event["unit"]] = event
    found = [
        QuotedFinding(
            short=shorts.get(unit, unit),
            verdict=event["verdict"],
            explanation=event["explanation"],
            evidence=tuple(f"{one['kind']}（{one['source']}）" for one in event["evidence"]),
            lead=unit == summary.lead,
        )
        for unit, event in latest.items()
        if unit in summary.units
    ]
    return sorted(found, key=lambda one: not one.lead)
