"""The store of triage baskets 待归并: cases in which reports wait together that say too little for one of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.decisions import Original, SplitCase
from domain.values import Frozen


class BasketReport(Frozen):
    """A report of a triage basket as a page lists it; `position` orders them, `first` is the one that opened it."""

    report_id: str
    position: int
    text: str
    place: str | None
    channel: str
    accepted_at: datetime
    first: bool


class BasketStore(Protocol):
    """The store of triage baskets."""

    async def basket_reports(self, case_id: str, most: int, before: int | None = None) -> list[BasketReport]:
        """Return reports of a case, the newest first, `most` at most; those before a position if one is given."""

    async def leaving(self, case_id: str, reports: Sequence[str], into: Original) -> SplitCase | None:
        """Return what a basket still counts if some of its reports go to another case.

        None: one of them is not of that case, or has opened it. The case itself refuses then, unless it has let them go
        by this very decision.
        """

    async def case_of_wording(self, claim: str, besides: str) -> str | None:
        """Return the number of the running case whose claim is that to the letter, not `besides`; None without one."""
