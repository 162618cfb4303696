"""How near two claims are: a cheap measure, for a person to look at; it never joins a report to a case by itself.

It counts the pairs of neighbouring characters of the shorter claim that the other one holds, after all folding. The
same link in both makes them near whatever else they say.
"""

from __future__ import annotations

from functools import lru_cache

from adapters.matching.claim_key import LINK_WORD, normalise

NEAR = 0.4
"""From which share on two claims are shown as near."""

FEWEST = 4
"""The fewest pairs a claim has to have: a few characters are in everything."""


def nearness(claim: str, other: str) -> float:
    """Return how near two claims are, from `NEAR` to 1, however they are written; 0 where they are not."""
    one, two = _pairs(claim), _pairs(other)
    if _links(claim) & _links(other):
        return 1.0
    fewest = min(len(one), len(two))
    share = len(one & two) / fewest if fewest >= FEWEST else 0.0
    return share if share >= NEAR else 0.0


@lru_cache(maxsize=4096)
def _pairs(claim: str) -> frozenset[str]:
    text = LINK_WORD.sub("", normalise(claim))
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


@lru_cache(maxsize=4096)
def _links(claim: str) -> frozenset[str]:
    return frozenset(LINK_WORD.findall(normalise(claim)))
