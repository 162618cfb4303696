"""Short texts: how much a text says of its own; those that say too little wait together under one form."""

from __future__ import annotations

import re
from dataclasses import dataclass

SYLLABLES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U000323af]")
"""Characters that say about as much as a Chinese one each: Chinese, kana and Hangul."""
LETTERS = re.compile(r"[^\W\d_]")
LETTERS_OF_ONE = 3
"""How many letters of any other script count as one Chinese character: eight are some five English words."""

ENDINGS = re.compile("[吗嘛么呢吧啊呀哦]+$")
"""Words at the end of a short text that ask, and say nothing."""


@dataclass(frozen=True)
class ShortForm:
    """The form of a text, as a digest, and how many Chinese characters of its own it has."""

    form: str
    own: int


def own_characters(folded: str) -> int:
    """Return how much a folded text says, in Chinese characters; digits say nothing by themselves."""
    syllables = len(SYLLABLES.findall(folded))
    return syllables + (len(LETTERS.findall(folded)) - syllables) // LETTERS_OF_ONE
