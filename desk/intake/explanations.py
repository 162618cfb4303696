"""Why reports stand where they stand: what the register knows of it, and the cases near them then and now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from domain.errors import Unknown
from domain.matching.candidates import MOST, Candidates, rank
from domain.ports.register import Register
from domain.reports.explanation import (
    ComparedCase,
    Explanation,
    PlacedReport,
    compared,
    explanation,
    known_before,
)
from domain.reports.near_claims import LEAST

SHOWN = 20
"""How many wordings that a rule has joined a page shows."""


@dataclass(frozen=True)
class CaseReports:
    """Why the first report of a case opened one, and the others that a rule has joined, one of each wording.

    `more` is how many further wordings are not among them.
    """

    first: Explanation | None = None
    joined: Sequence[Explanation] = ()
    more: int = 0


class Explanations:
    """What explains where reports stand; `fold` makes the form of a text that is compared."""

    def __init__(self, register: Register, fold: Callable[[str], str]) -> None:
        self._register, self._fold = register, fold

    async def of_report(self, report_id: str) -> Explanation:
        """Return why a report stands where it stands, with the nearest cases then and now.

        Raises:
            Unknown: there is no such report.
            Unavailable: the register does not answer.

        """
        placed = await self._register.placed(report_id)
        if placed is None:
            raise Unknown("unknown_report", report=report_id)
        return await self._with_near(placed)

    async def of_case(self, case_id: str) -> CaseReports:
        """Return why the reports of a case stand in it.

        Raises:
            Unavailable: the register does not answer.

        """
        first = await self._register.first_of(case_id)
        joined, count = await self._register.joined_by_rule(case_id, SHOWN)
        return CaseReports(
            first=await self._opener(first) if first is not None else None,
            joined=[explanation(one, self._fold(one.text)) for one in joined],
            more=count - len(joined),
        )

    async def _opener(self, placed: PlacedReport) -> Explanation:
        """Return why a report has opened a case, with the other cases that are nearest now."""
        folded = self._fold(placed.text)
        found = await self._register.claims_like(folded)
        others = replace(found, found=[one for one in found.found if one.case_id != placed.case_id])
        return explanation(placed, folded).model_copy(update={"now": await self._nearest(folded, others)})

    async def _with_near(self, placed: PlacedReport) -> Explanation:
        folded = self._fold(placed.text)
        found = await self._register.claims_like(folded)
        before = replace(found, found=known_before(found.found, placed.accepted_at))
        own = [one for one in found.found if one.case_id == placed.case_id and one.since == placed.accepted_at]
        others = replace(found, found=[one for one in found.found if one not in own])
        then, now = await self._nearest(folded, before), await self._nearest(folded, others)
        return explanation(placed, folded).model_copy(update={"then": then, "now": now})

    async def _nearest(self, folded: str, candidates: Candidates) -> tuple[ComparedCase, ...]:
        likest = [one for one in rank(folded, candidates, MOST) if one.near.cosine >= LEAST]
        known = await self._register.claims_of([one.case_id for one in likest])
        return tuple(compared(folded, one, known[one.case_id]) for one in likest if one.case_id in known)
