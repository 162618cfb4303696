"""The form of a report in which it is compared with claims: folded, without links and without its hashtags."""

from __future__ import annotations

from adapters.matching.claim_key import LINK_WORD, normalise
from domain.matching.canonical import own_words


def folded_claim(text: str) -> str:
    """Return a text folded as for its claim key, without links, and without hashtags where other words are left."""
    return " ".join(LINK_WORD.sub(" ", normalise(own_words(text))).split())
