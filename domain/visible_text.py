"""What a reader sees of a text: which characters show something, and which belong together."""

from __future__ import annotations

import unicodedata

BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and symbols without a shape: the fillers of Hangul, two vowels of Khmer, the empty Braille pattern."""

JOINERS = "\u200d\ufe0e\ufe0f"
"""Characters that bind two others into one; a cut text does not end with one."""

TONES = range(0x1F3FB, 0x1F400)
"""Colours of the face or hand before them."""

TAGS = range(0xE0020, 0xE0080)
"""Characters that say which flag the flag before them is."""

LETTERS_OF_FLAGS = range(0x1F1E6, 0x1F200)
"""Characters of which two are one flag."""


def shows_something(text: str) -> bool:
    """Return whether a text has a letter, digit, punctuation or symbol that a reader can see."""
    return any(unicodedata.category(mark)[0] in "LNPS" and mark not in BLANK for mark in text)


def whole_characters(kept: str, rest: str) -> str:
    """Return the beginning of a text that was cut before `rest`, without a last character whose marks were left out."""
    while kept and rest and (_belongs_to_the_one_before(rest[0]) or kept[-1] in JOINERS or _halves_a_flag(kept, rest)):
        kept, rest = kept[:-1], kept[-1] + rest
    return kept


def _belongs_to_the_one_before(mark: str) -> bool:
    belongs = unicodedata.category(mark).startswith("M") or mark in JOINERS
    return belongs or ord(mark) in TONES or ord(mark) in TAGS


def _halves_a_flag(kept: str, rest: str) -> bool:
    letters = len(kept) - len(kept.rstrip("".join(map(chr, LETTERS_OF_FLAGS))))
    return letters % 2 == 1 and ord(rest[0]) in LETTERS_OF_FLAGS
