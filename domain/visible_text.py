"""Which texts show something to a reader: some characters count as letters or symbols and show nothing."""

from __future__ import annotations

import unicodedata

BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and symbols without a shape: the fillers of Hangul, two vowels of Khmer, the empty Braille pattern."""


def shows_something(text: str) -> bool:
    """Return whether a text has a letter, digit, punctuation or symbol that a reader can see."""
    return any(unicodedata.category(mark)[0] in "LNPS" and mark not in BLANK for mark in text)


def one_line(text: str) -> str:
    """Return a text on one line, without marks that are not printed: with them it could look different from itself."""
    return " ".join("".join(mark for mark in text if mark.isprintable() or mark.isspace()).split())
