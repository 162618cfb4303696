"""Why a report stands in the case where it stands, as officers are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from domain.decisions import RuleJoin, SplitFrom
from domain.matching.candidates import Candidate, Likeness
from domain.matching.canonical import canonical
from domain.matching.differences import common, differing
from domain.matching.outcome import MatchOutcome
from domain.matching.similarity import Similarity
from domain.reports.near_claims import KnownClaim
from domain.reports.report import Match
from domain.values import Frozen, is_empty

HIGHEST = 1.2
"""The score of two equal claims."""


class Placement(StrEnum):
    """How a report came to its case."""

    LETTER = "letter"
    RULE = "rule"
    SHORT = "short"
    BASKET = "basket"
    MOVED = "moved"
    OWN = "own"
    SPLIT = "split"


_PLACEMENTS = {
    Match.NEW: Placement.OWN,
    Match.SHORT: Placement.SHORT,
    Match.BASKET: Placement.BASKET,
    Match.MOVED: Placement.MOVED,
}
"""How a report came to its case where it met none of its claim to the letter."""


class PlacedReport(Frozen):
    """A report with how it came to its case, as the register has it.

    `shown` is its text on one line, cut. `like` is the folded wording that the rule compared it with. `split` is the
    case it was taken out of. `alike` is how many reports of the case have its wording.
    """

    report_id: str
    case_id: str
    number: str
    text: str
    shown: str
    accepted_at: datetime
    match: Match
    joined_by: RuleJoin | None = None
    like: str | None = None
    split: SplitFrom | None = None
    alike: int = 1

    @property
    def placement(self) -> Placement:
        """Return how the report came to its case."""
        if self.split is not None:
            return Placement.SPLIT
        if self.joined_by is not None:
            return Placement.RULE
        return _PLACEMENTS.get(self.match, Placement.LETTER)


class RuleReason(Frozen):
    """What the rule went by: how like the two claims are in percent, and what both, or only one of them, say.

    `guards` name what the differences touch; `version` is that of the rule.
    """

    percent: int
    common: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    version: str


class ComparedCase(KnownClaim, RuleReason):
    """A case a report is compared with, what is common, and what the rule says of it.

    `apart`: a person has taken this wording out of it. `running` and what is public are as of today.
    """

    outcome: MatchOutcome
    apart: bool = Field(default=False, exclude_if=is_empty)


class Explanation(Frozen):
    """Why a report stands where it stands; `text` is on one line, and cut.

    `by_rule` is what the rule went by when it joined the report, None if it joined none. `then` are the nearest cases
    among the wordings known when the report came, and `now` those of today, each compared anew by today's rule.
    """

    report_id: str
    case_id: str
    number: str
    text: str
    accepted_at: datetime
    placement: Placement
    alike: int = 1
    by_rule: RuleReason | None = None
    split: SplitFrom | None = None
    then: tuple[ComparedCase, ...] = ()
    now: tuple[ComparedCase, ...] = ()


def known_before(found: Iterable[Candidate], at: datetime) -> list[Candidate]:
    """Return the wordings that were known before an instant; of old ones it is not known since when they are."""
    return [one for one in found if one.since is None or one.since < at]


def explanation(report: PlacedReport, folded: str) -> Explanation:
    """Return why a report stands where it stands, without the cases near it; `folded` is its text as compared."""
    joined = report.joined_by
    reason = None
    if joined is not None:
        near = Similarity(joined.cosine, joined.left_of_report, joined.left_of_claim)
        reason = _reason(folded, report.like, near, joined.guards, joined.version)
    return Explanation(
        report_id=report.report_id,
        case_id=report.case_id,
        number=report.number,
        text=report.shown,
        accepted_at=report.accepted_at,
        placement=report.placement,
        alike=report.alike,
        by_rule=reason,
        split=report.split,
    )


def compared(folded: str, one: Likeness, case: KnownClaim) -> ComparedCase:
    """Return a case with how like a folded text is to it."""
    guards = tuple(str(guard) for guard in one.guards)
    reason = _reason(folded, one.folded, one.near, guards, one.version)
    return ComparedCase(**dict(case), **dict(reason), outcome=one.outcome, apart=one.apart)


def _reason(folded: str, other: str | None, near: Similarity, guards: tuple[str, ...], version: str) -> RuleReason:
    one, claim = canonical(folded), canonical(other or "")
    return RuleReason(
        percent=round(100 * near.score / HIGHEST),
        common=common(one, claim) if other else (),
        differing=differing(one, claim) if other else (),
        guards=guards,
        version=version,
    )
