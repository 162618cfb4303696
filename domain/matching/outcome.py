"""The rule: when a report is a case's claim, when it is a variant of it, and when a person is only shown it."""

from __future__ import annotations

from enum import StrEnum

from domain.matching.canonical import canonical
from domain.matching.differences import Guard, guards
from domain.matching.quoting import quotes
from domain.matching.similarity import Similarity

VERSION = "lexical-1"
"""Stands on the timeline with each join; another rule has another."""

SHORTEST = 8
"""The fewest characters of a claim that joins: shorter ones say too little."""

NEAR = 0.5
"""The least cosine of two claims one of which only says more."""
ALIKE = 0.25
"""The least cosine of two claims that differ in words that say nothing."""
MOST_LEFT = 0.35
"""The largest share of a claim's weight that the other may lack."""

VARIANT_NEAR = 0.5
VARIANT_LEFT = 0.5
SLOTS = frozenset({Guard.NUMBER, Guard.PLACE, Guard.REPLACED, Guard.LIST, Guard.PREDICATE, Guard.USE})


class MatchOutcome(StrEnum):
    """What follows from the likeness of a report and a known claim."""

    JOIN = "join"
    LINK = "link"
    SUGGEST = "suggest"


def decide(report: str, claim: str, near: Similarity) -> tuple[MatchOutcome, list[Guard]]:
    """Return what follows for a folded report and a folded claim, and what their differences touch."""
    one, other = canonical(report), canonical(claim)
    met = guards(one, other)
    if min(len(one), len(other)) < SHORTEST:
        return MatchOutcome.SUGGEST, met
    if (not met and near.cosine >= ALIKE) or quotes(one, other):
        return MatchOutcome.JOIN, met
    most = max(near.left_of_one, near.left_of_other)
    if met == [Guard.ADDED] and near.cosine >= NEAR and most <= MOST_LEFT:
        return MatchOutcome.JOIN, met
    slot = {Guard.REPLACED, Guard.PLACE, Guard.NUMBER} & set(met) and set(met) <= SLOTS
    if slot and near.cosine >= VARIANT_NEAR and most <= VARIANT_LEFT:
        return MatchOutcome.LINK, met
    return MatchOutcome.SUGGEST, met
