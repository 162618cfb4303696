"""Surge: an unusual rise of the different sources of a claim within an hour, by the policy's figure."""

from __future__ import annotations

from domain.terms import SurgeTerms
from domain.vocabulary import Level


def level_in_surge(level: Level, heat: int, terms: SurgeTerms | None) -> Level | None:
    """Return the level to which a case at `level` is raised by its heat; None if it stays.

    `heat` is the number of different sources within an hour. Nothing is ever lowered by it.
    """
    if terms is None or heat < terms.sources or not level.below(terms.level):
        return None
    return terms.level
