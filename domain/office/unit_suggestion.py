"""The units that fit a claim: suggested from their topics and the place, with the words that speak for each."""

from __future__ import annotations

from collections.abc import Iterable

from domain.office.office import Unit
from domain.values import Frozen
from domain.vocabulary import UnitKind

PLACE_WEIGHT = 3
"""The score of a named district; it outweighs a single topic word, as the district answers for its own streets."""


class Suggestion(Frozen):
    """One unit that may lead, with its score and the words that were found."""

    unit: str
    score: int
    words: tuple[str, ...]


def suggest(text: str, place: str | None, units: Iterable[Unit], most: int = 5) -> list[Suggestion]:
    """Return the units that may lead, ranked by the topic words found in `text`; longer words count more.

    A district needs its own name in the text or the place. Units with equal scores keep the order of `units`. At most
    `most` units are returned.
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
