"""The form of a claim that is compared, and the terms it is found by."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from domain.matching.words import FRAME, SAME

LONGEST = 400
"""How many characters of a claim are compared; what a report says later is rarely its claim."""

_HASHTAG = re.compile(r"#[^#]{1,40}#")
_WORD = re.compile(r"[a-z0-9]+(?:['.][a-z0-9]+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")
_FRAME = "|".join(sorted(FRAME, key=len, reverse=True))
_FRAMED = re.compile(rf"^(?:{_FRAME})+|(?:{_FRAME})+$")
_GRAM = 4
"""How many characters of a word of letters are one term, beside the word itself: endings of words differ."""


def own_words(text: str) -> str:
    """Return a text as handed in without its hashtags, if enough is left: many unrelated texts share these."""
    bare = _HASHTAG.sub(" ", text)
    return bare if len(_CHINESE.findall(bare)) and len("".join(_CHINESE.findall(bare))) >= 8 else text


@lru_cache(maxsize=8192)
def canonical(folded: str) -> str:
    """Return a folded text as it is compared: without what only asks or answers, and with one word for one thing."""
    claim = unframed(folded[:LONGEST])
    for word, same in SAME:
        claim = claim.replace(word, same)
    return claim


def unframed(folded: str) -> str:
    """Return a folded text without what only asks or answers around it."""
    while (inner := _FRAMED.sub("", folded.strip())) != folded:
        folded = inner
    return folded


def terms(folded: str) -> Counter[str]:
    """Return what a folded text is found by: its characters and pairs of them; words of letters, and parts of these."""
    found: Counter[str] = Counter()
    for run in _CHINESE.findall(folded[:LONGEST]):
        found.update(run)
        found.update(run[place : place + 2] for place in range(len(run) - 1))
    for word in _WORD.findall(folded[: 2 * LONGEST]):
        found[word] += 1
        edged = f" {word} "
        found.update(edged[place : place + _GRAM] for place in range(len(edged) - _GRAM + 1))
    return found
