"""What two texts of one claim may differ in: the way characters are written, marks, and what nobody sees.

Digits keep the marks that make them what they are ("3.5", "8:30", "3-5", "-5", "50%"): 3.5 % is not 35 %.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

from opencc import OpenCC

BEFORE_DIGIT = "-+±<>≤≥¥$€£"
AFTER_DIGIT = "%‰°"

_MINUS = str.maketrans({"\u2212": "-"})
_INVISIBLE_LETTERS = "\u115f\u1160\u3164\uffa0"
_INVISIBLE_MARKS = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810), 0x034F, 0x20E3]


@cache
def _invisible() -> dict[int, None]:
    """Return what is deleted unread: zero-width and writing-direction marks, variation selectors, blank letters."""
    controls = [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Cf", "Cs"}]
    return dict.fromkeys([*controls, *_INVISIBLE_MARKS, *map(ord, _INVISIBLE_LETTERS)])


@cache
def _simplified() -> dict[int, str]:
    """Return the simplified form of each traditional character.

    Character by character: the phrase rules of OpenCC would make the result depend on the marks between characters.
    """
    characters = [chr(code) for block in ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0)) for code in range(*block)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new}


def visible(text: str) -> str:
    """Return the text without what nobody sees."""
    return text.translate(_invisible())


def fold(text: str) -> str:
    """Fold width, case and traditional characters; marks stay, for what still reads them."""
    folded = unicodedata.normalize("NFKC", text.translate(_MINUS)).casefold()
    return visible(unicodedata.normalize("NFKC", folded)).translate(_simplified())


def without_marks(text: str) -> str:
    """Drop punctuation, symbols, emoji and white space, but for the marks that belong to a number."""
    text = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", text)
    return _RUN_OF_MARKS.sub(_kept, text)
