"""Progress 进展: what moves a clock's work on, so that people may take the clock in hand again."""

from __future__ import annotations

from domain.case.case import Case
from domain.vocabulary import ClockName


def progressed(case: Case, unit: str) -> None:
    """Let everybody take the clocks in hand again that a unit's work is about (docs/design.md, rule 5).

    Its own clocks, those of the whole case, and that of the minutes, which waits for the units.
    """
    for clock in case.running():
        if clock.unit == unit or clock.name.whole or clock.name is ClockName.SESSION:
            clock.hands = ()
