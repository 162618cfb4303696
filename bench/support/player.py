"""A player of the standard case, through the desk."""

from __future__ import annotations

import asyncio
import secrets
import time

from bench.support import standard_case
from desk import CaseDesk
from domain.case.answer import Answer
from domain.errors import WrongStage
from domain.events import Drafted
from domain.reports.report import Report
from domain.reports.sources import Source

PATIENCE = 30.0
"""Seconds a publication has until the case can be closed."""


class Player:
    """A player that takes the decisions of a story for all its people."""

    def __init__(self, desk: CaseDesk) -> None:
        self.desk = desk
        self.decided = 0
        self.took: list[float] = []
        """How long each decision took, in seconds."""
        self.closed_late = 0
        """How often a case was asked to close before its page was out."""

    async def report(self) -> str:
        """Report a new claim and return its case."""
        taken = await self.desk.report(
            Report(text=standard_case.claim()), key=secrets.token_hex(8), principal="bench", source=Source()
        )
        return taken.case_id

    async def says(self, case: str, *lines: standard_case.Line) -> Answer:
        """Take the decisions of `lines` one after another, and return the last answer."""
        for line in lines:
            by = line.speaker(self.desk.office)
            begun = time.perf_counter()
            answer = await self.desk.decide(case, line.said, by=by, key=secrets.token_hex(8))
            self.took.append(time.perf_counter() - begun)
            self.decided += 1
        return answer

    async def publishes(self, case: str, drafted: Answer) -> None:
        """Have the text that `drafted` answers reviewed and signed."""
        await self.says(case, *standard_case.signatures(digest_of(drafted)))

    async def closes(self, case: str) -> None:
        """Close a case as soon as its page is out."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.says(case, standard_case.close())
                except WrongStage:
                    self.closed_late += 1
                    await asyncio.sleep(0.1)
                else:
                    return

    async def opens_and_publishes(self) -> str:
        """Play a case up to its second approval: ten decisions."""
        case = await self.report()
        await self.publishes(case, await self.says(case, *standard_case.before_the_text()))
        return case


def digest_of(drafted: Answer) -> str:
    """Return the digest of the text that was handed in with the decision of that answer."""
    return next(entry.event.digest for entry in drafted.entries if isinstance(entry.event, Drafted))
