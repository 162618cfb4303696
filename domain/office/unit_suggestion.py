"""Which unit fits a claim? A suggestion from the units' topics and the place, with the words that speak for it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.office.office import Unit
from domain.values import Frozen
from domain.vocabulary import UnitKind

PLACE_WEIGHT = 3
"""A named district outweighs a single topic word: the district answers for its own streets."""


class Suggestion(Frozen):
    """Be one unit that may lead, the score behind it, and the words that were found."""

    unit: str
    score: int
    words: tuple[str, ...]


def suggest(text: str, place: str | None, units: Iterable[Unit], most: int = 5) -> list[Suggestion]:
    """Rank the units that may lead by the topic words found in `text`; longer words count more.

    A district unit needs its own name in the text or the place. Equal scores keep the order of `units`.
    """
    found = []
    for unit in units:
        if not unit.can_lead or unit.kind is UnitKind.OFFICE:
            continue
        words = tuple(topic for topic in unit.topics if topic in text or (place and topic == place))
        score = sum(PLACE_WEIGHT if word == place else len(word) for word in words)
        if words:
            found.append(Suggestion(unit=unit.code, score=score, words=words))
    return sorted(found, key=lambda one: -one.score)[:most]
