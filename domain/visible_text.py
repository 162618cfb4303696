"""Which texts show something to a reader: some characters count as letters or symbols and show nothing."""

from __future__ import annotations

import unicodedata

BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and symbols without a shape: the fillers of Hangul, two vowels of Khmer, the empty Braille pattern."""


def shows_something(text: str) -> bool:
    """Return whether a text has a letter, digit, punctuation or symbol that a reader can see."""
    return any(unicodedata.category(mark)[0] in "LNPS" and mark not in BLANK for mark in text)
