"""What a reviewer has to know of a text before a vote: who holds otherwise, what was said before, what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.html.differences import as_changes, differences
from domain.events import (
    Drafted,
    FindingApproved,
    FindingReceived,
    PositionTaken,
    Reviewed,
    SessionRuled,
)
from domain.ports.rows import TimelineEntry
from domain.vocabulary import Issuer, PublicationKind, Verdict, Vote


@dataclass(frozen=True)
class Objection:
    """A vote against a version of a text: by whom, and what it asks for."""

    entry: TimelineEntry
    outcome: Vote
    remarks: str


@dataclass(frozen=True)
class Changes:
    """What differs from the version before; a text that is the same has no `title` or no `text` here.

    `publication` and `issuer` are those of before and of now, None where they are the same.
    """

    since: int
    title: Markup
    text: Markup
    publication: tuple[PublicationKind, PublicationKind] | None
    issuer: tuple[Issuer, Issuer] | None


def held(entries: Iterable[TimelineEntry]) -> Mapping[str, Verdict]:
    """Return the last word of each unit on the verdict: its finding, its position, or its dissent from a ruling."""
    found: dict[str, Verdict] = {}
    for event in (entry.event for entry in entries):
        match event:
            case FindingReceived() | FindingApproved():
                found[event.unit] = event.verdict
            case PositionTaken() if event.verdict is not None:
                found[event.unit] = event.verdict
            case SessionRuled():
                found.update(event.dissent)
    return found


def dissent(entries: Iterable[TimelineEntry], verdict: Verdict | None, short: Callable[[str], str]) -> dict[str, str]:
    """Return the units that hold another verdict than a text's, by short name."""
    return {short(unit): word for unit, word in held(entries).items() if verdict is not None and word is not verdict}


def objections(entries: Sequence[TimelineEntry]) -> list[Objection]:
    """Return the votes against the latest version on which there are any, and which no vote has followed since."""
    found: list[Objection] = []
    version = 0
    for entry in entries:
        match entry.event:
            case Reviewed(outcome=outcome) as vote if outcome is not Vote.APPROVE:
                found = [*(found if vote.version == version else ()), Objection(entry, outcome, vote.remarks or "")]
                version = vote.version
    return found


def changes(entries: Iterable[TimelineEntry]) -> Changes | None:
    """Return what the latest text says otherwise than the one before; None for a first text."""
    drafts = [entry.event for entry in entries if isinstance(entry.event, Drafted)]
    if len(drafts) < 2:
        return None
    before, now = drafts[-2:]
    return Changes(
        since=before.version,
        title=_changed(before.title, now.title),
        text=_changed(before.text, now.text),
        publication=(before.publication, now.publication) if before.publication is not now.publication else None,
        issuer=(before.issuer, now.issuer) if before.issuer is not now.issuer else None,
    )


def _changed(before: str, now: str) -> Markup:
    return as_changes(differences(before, now)) if before != now else Markup("")
