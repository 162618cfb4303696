"""A draft from the findings, by the office's template: fact first, the claim once, who verified it, as of when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.case.summary import Summary
from domain.errors import Unfit
from domain.events import FindingReceived, FindingSubmitted
from domain.ports.rows import TimelineEntry
from domain.values import Frozen
from domain.vocabulary import USUAL_KIND, PublicationKind
from texts.catalogue import current
from texts.headlines import excerpt
from texts.own_names import named

TITLE = 200
"""The longest title the rules accept, in characters."""


class DraftProposal(Frozen):
    """A text an editor may begin with."""

    publication: PublicationKind
    title: str
    text: str


class QuotedFinding(Frozen):
    """The finding of one unit, as a draft quotes it: without what is for the office alone.

    `short` is the unit's short name, which `explanation` calls it by.
    """

    short: str
    verdict: str
    explanation: str
    evidence: tuple[str, ...]
    lead: bool


def propose(
    summary: Summary,
    claim: str,
    entries: Iterable[TimelineEntry],
    shorts: Mapping[str, str],
    kind: PublicationKind | None,
    now: datetime,
) -> DraftProposal:
    """Return the template of a kind filled from the findings; `kind` None means the verdict's usual one.

    Raises:
        Unfit: there is no verdict yet, or no such text is drafted.

    """
    if summary.verdict is None:
        raise Unfit("no_verdict_yet")
    kind = kind or USUAL_KIND[summary.verdict]
    if kind is PublicationKind.INTERIM:
        raise Unfit("interim_is_asked_for")
    quoted = _quoted(summary, entries, shorts)
    agreeing = [one for one in quoted if one.verdict == summary.verdict]
    values = {
        "claim": claim,
        "verdict": summary.verdict,
        "agreeing": agreeing,
        "others": [one for one in quoted if one.verdict != summary.verdict],
        "level": summary.level,
        "now": now,
    }
    title, _, text = current().say(f"draft_{kind}", **values).partition("\n")
    return DraftProposal(publication=kind, title=excerpt(title, TITLE), text=text.strip())


def _quoted(summary: Summary, entries: Iterable[TimelineEntry], shorts: Mapping[str, str]) -> list[QuotedFinding]:
    """Return the latest finding of each unit that still has a request, the lead's first."""
    latest: dict[str, FindingReceived | FindingSubmitted] = {}
    for entry in entries:
        match entry.event:
            case FindingReceived() | FindingSubmitted() as finding:
                latest[finding.unit] = finding
    found = [
        QuotedFinding(
            short=shorts.get(unit, unit),
            verdict=finding.verdict,
            explanation=named(finding.explanation, shorts.get(unit, unit)),
            evidence=tuple(f"{one.kind}（{one.source}）" for one in finding.evidence),
            lead=unit == summary.lead,
        )
        for unit, finding in latest.items()
        if unit in summary.units
    ]
    return sorted(found, key=lambda one: not one.lead)
