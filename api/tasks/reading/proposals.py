"""What waits for a second person, as a page shows it: who asks for what, why, and what it would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.html.evidence import ShownEvidence, ShownFile, ShownFiles
from domain.case.summary import Summary
from domain.ports.rows import TimelineEntry
from domain.tasks.brief import ProposalView
from domain.vocabulary import ProposalKind
from texts.catalogue import current


@dataclass(frozen=True)
class ShownProposal:
    """One proposal: a sentence that says who asks for what, what follows from it, and the rest of what is known.

    `captured` is the file of what a unit has published itself, None without one.
    """

    view: ProposalView
    says: str
    then: str
    evidence: Sequence[ShownEvidence]
    captured: ShownFile | None


def proposals(
    views: Iterable[ProposalView],
    summary: Summary,
    entries: Iterable[TimelineEntry],
    names: Mapping[str, str],
    files: ShownFiles,
) -> list[ShownProposal]:
    """Return the proposals of a case; `names` are those of persons, by id."""
    asked = {entry.seq: entry for entry in entries if entry.by is not None}
    shown = []
    for one in views:
        asker = _asker(one, asked.get(one.ref), names)
        evidence = files.evidence(one.pause.evidence) if one.pause else ()
        captured = files.of(one.digest) if one.digest else None
        shown.append(ShownProposal(one, _says(one, asker, summary), _then(one), evidence, captured))
    return shown


def _asker(one: ProposalView, entry: TimelineEntry | None, names: Mapping[str, str]) -> str:
    name = names.get(one.by, "")
    if entry is None or entry.by is None:
        return name
    seat = current().word("seat", entry.by.seats[0]) if entry.by.seats else ""
    return current().phrase("asks", "asker", unit=entry.by.short, seat=seat, name=name or one.by)


def _says(one: ProposalView, asker: str, summary: Summary) -> str:
    """Return who asks for what, in one sentence of the texts."""
    texts, kind = current(), str(one.kind)
    values: dict[str, Any] = {"asker": asker, "unit": one.unit or ""}
    match one.kind:
        case ProposalKind.EXTENSION if one.clock and "new_due" in one.effects:
            due = next((debt.due for debt in summary.debts if (debt.clock, debt.short) == (one.clock, one.unit)), None)
            values |= {"clock": texts.word("clock", one.clock), "longer": texts.span(one.longer)}
            values |= {"old": texts.when(due), "new": texts.when(one.effects["new_due"])}
        case ProposalKind.EXTENSION:  # the clock stands no more, so that nothing is left to be lengthened
            kind, values["longer"] = "extension_late", texts.span(one.longer)
        case ProposalKind.LOWER_LEVEL:
            values |= {"old": texts.word("level", summary.level), "new": texts.word("level", one.level or "")}
        case ProposalKind.EXIT:
            values["exit"] = texts.word("exit", one.exit or "")
            kind = "exit_merge" if one.original else "exit_to" if one.pass_to else kind
            values |= {"to": one.pass_to or "", "into": one.original or ""}
        case ProposalKind.PAUSE if one.pause:
            kind = "own_pause" if one.pause.unit else kind
            values |= {"why": texts.word("pause_reason", one.pause.reason), "until": texts.when(one.pause.until)}
    return texts.phrase("asks", kind, **values)


def _then(one: ProposalView) -> str:
    """Return what follows from an extension for the first public word; empty for anything else."""
    if one.kind is not ProposalKind.EXTENSION or "response" not in one.effects:
        return ""
    return current().phrase("asks", "response", at=current().when(one.effects["response"]))
