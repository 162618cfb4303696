"""The units of a case as a page shows them, each once: how far it is, until when, and what it has found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from api.html.evidence import ShownEvidence, ShownFiles
from domain.events import FindingReceived, FindingSubmitted
from domain.tasks.brief import Brief
from domain.vocabulary import RequestState, Role, Verdict

Short = Callable[[str], str]
"""A function that returns a unit's short name, given its code."""


@dataclass(frozen=True)
class ShownFinding:
    """The last finding of a unit; `internal` is empty for those it is not meant for."""

    verdict: Verdict
    explanation: str
    internal: str
    party_statement: str
    evidence: Sequence[ShownEvidence]
    waits: bool
    """Whether it waits for the approval of a second person of its unit."""


@dataclass(frozen=True)
class ShownUnit:
    """One unit: its part and how far it is, None if it is asked no more; when it is due, in words; what it has found.

    `other` is true if it holds another verdict than the text on the table.
    """

    unit: str
    short: str
    role: Role | None = None
    state: RequestState | None = None
    verdict: Verdict | None = None
    disputed: Verdict | None = None
    offered_to: str | None = None
    due: str = ""
    finding: ShownFinding | None = None
    other: bool = False


def units(
    brief: Brief | None,
    found: Iterable[FindingReceived | FindingSubmitted],
    files: ShownFiles,
    due: Mapping[str, str],
    short: Short,
) -> list[ShownUnit]:
    """Return the units that are asked, the lead first, and then those that were asked before and have found something.

    `due` are what each unit owes by when, in words; without a brief they are all that is known of who is asked.
    """
    asked = [ShownUnit(unit=code, short=short(code), due=says) for code, says in due.items()]
    if brief is not None:
        asked = [
            ShownUnit(
                unit=one.unit,
                short=one.short,
                role=one.role,
                state=one.state,
                verdict=one.verdict,
                disputed=one.disputed,
                offered_to=one.offered_to,
                due=due.get(one.unit, ""),
            )
            for one in brief.asked
        ]
    findings = {one.unit: one for one in found}
    before = [ShownUnit(unit=code, short=short(code)) for code in findings if code not in {one.unit for one in asked}]
    return [replace(one, finding=_shown(findings.get(one.unit), files)) for one in (*asked, *before)]


def _shown(finding: FindingReceived | FindingSubmitted | None, files: ShownFiles) -> ShownFinding | None:
    if finding is None:
        return None
    return ShownFinding(
        verdict=finding.verdict,
        explanation=finding.explanation,
        internal=finding.internal or "",
        party_statement=finding.party_statement or "",
        evidence=files.evidence(finding.evidence),
        waits=isinstance(finding, FindingSubmitted),
    )
