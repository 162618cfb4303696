"""The figures of the register: how triage took what was proposed, counted over all cases and never by person."""

from __future__ import annotations

from typing import Protocol

from domain.risk.proposal import Judgement
from domain.values import Frozen
from domain.vocabulary import Exit, Level


class JudgedLevels(Frozen):
    """How many cases were proposed at one level, handled at another, and judged so."""

    proposed: Level
    chosen: Level
    judgement: Judgement
    cases: int


class ProposedExits(Frozen):
    """How many reports spoke for an exit by their words, and how many of them a person let out by it."""

    exit: Exit
    proposed: int
    confirmed: int


class TriageFigures(Frozen):
    """How triage took what was proposed: levels, leads and exits.

    `leads_kept` and `leads_changed` count the cases for which a lead was proposed.
    """

    levels: tuple[JudgedLevels, ...] = ()
    leads_kept: int = 0
    leads_changed: int = 0
    exits: tuple[ProposedExits, ...] = ()

    def judged(self, judgement: Judgement) -> int:
        """Return how many cases were judged so."""
        return sum(row.cases for row in self.levels if row.judgement is judgement)


class FigureStore(Protocol):
    """What counts over all cases."""

    async def triage_figures(self) -> TriageFigures:
        """Return how triage took what was proposed, of each case its last judgement."""
