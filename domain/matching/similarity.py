"""How much two claims have in common, weighed by how rare it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Rarity = Callable[[str], float]
"""What says how rare a term is (inverse document frequency, at least 1)."""


def rarity(known: int, documents: Mapping[str, int]) -> Rarity:
    """Return the rarity of terms among `known` texts, of which `documents` hold each."""
    return lambda term: math.log((1 + known) / (1 + documents.get(term, 0))) + 1


@dataclass(frozen=True)
class Weighed:
    """A claim with the weight of each of its terms, scaled to length 1; `pairs` weighs its terms of two characters."""

    weights: Mapping[str, float]
    pairs: Mapping[str, float]

    @classmethod
    def of(cls, terms: Mapping[str, int], rare: Rarity) -> Weighed:
        """Weigh the terms of a claim: a term that comes again counts little more."""
        raw = {term: (1 + math.log(count)) * rare(term) for term, count in terms.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        pairs = {term: rare(term) for term in terms if len(term) > 1}
        return cls({term: weight / length for term, weight in raw.items()}, pairs)


@dataclass(frozen=True)
class Similarity:
    """How near two claims are, each figure from 0 to 1.

    `cosine` is that of their weighed terms. `left_of_one` and `left_of_other` are the shares of the weight of each
    claim's pairs that the other lacks.
    """

    cosine: float
    left_of_one: float
    left_of_other: float

    @property
    def score(self) -> float:
        """Return what suggestions are ordered by: of two equally near claims, that which holds more of the report."""
        return self.cosine + 0.2 * (1 - self.left_of_one)


def similarity(one: Weighed, other: Weighed) -> Similarity:
    """Compare two claims; `one` is the report."""
    small, large = sorted((one.weights, other.weights), key=len)
    cosine = sum(weight * large[term] for term, weight in small.items() if term in large)
    return Similarity(min(1.0, cosine), _left(one.pairs, other.pairs), _left(other.pairs, one.pairs))


def _left(pairs: Mapping[str, float], other: Mapping[str, float]) -> float:
    whole = sum(pairs.values())
    return sum(weight for term, weight in pairs.items() if term not in other) / whole if whole else 0.0
