"""The differences two texts of one claim may have: how characters are written, marks, and invisible characters.

Digits keep the marks that belong to them ("3.5", "3-5", "-5", "50%"): 3.5 % is not 35 %.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

BEFORE_DIGIT = "-+±<>≤≥¥$€£"
"""Marks that belong to the number after them."""
AFTER_DIGIT = "%‰°"
"""Marks that belong to the number before them."""

_BETWEEN_DIGITS = frozenset(BEFORE_DIGIT + AFTER_DIGIT + ".:/*×÷=⁄")
_RANGES = str.maketrans(dict.fromkeys("~〜–—―‐‑‒", "-"))
_MARKS = re.compile(r"\W+")
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:,+\d{3})+(?!\d)")
_IDEOGRAPHS = ((0x3400, 0xA000), (0x20000, 0x323B0))
_BLANK_LETTERS = (0x115F, 0x1160, 0x3164, 0xFFA0)
_JOINERS = (0x034F, 0x20E3, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))


@cache
def _invisible() -> dict[int, None]:
    # Zero width and writing direction are category Cf; variation selectors and blank letters are spread over others.
    planes = (*range(0x20000), *range(0xE0000, 0xE0080))
    unseen = [code for code in planes if unicodedata.category(chr(code)) in {"Cf", "Cs"}]
    return dict.fromkeys((*unseen, *_BLANK_LETTERS, *_JOINERS))


@cache
def _simplified() -> dict[int, str]:
    # Character by character: OpenCC's rules for phrases would let a mark between two characters change the result.
    characters = [chr(code) for block in _IDEOGRAPHS for code in range(*block)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    once = {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new}
    return {code: new.translate(once) for code, new in once.items()}


def visible(text: str) -> str:
    """Return a text without invisible characters: zero-width and direction marks, variation selectors, blanks."""
    return text.translate(_invisible())


def fold(text: str) -> str:
    """Return a text with width, case and traditional characters folded; marks stay, as later steps still read them."""
    folded = unicodedata.normalize("NFKC", text.replace("\u2212", "-")).replace("_", " ")  # ＿ becomes _ only here
    folded = unicodedata.normalize("NFKC", folded.casefold())
    return visible(folded).translate(_simplified())


def without_marks(text: str) -> str:
    """Return a text without punctuation, symbols, emoji and white space, except for marks that belong to a number."""
    plain = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), text)
    return unicodedata.normalize("NFKC", _MARKS.sub(_kept, plain))


def _kept(run: re.Match[str]) -> str:
    marks = run[0]
    after_digit = run.string[max(run.start() - 1, 0) : run.start()].isdecimal()
    before_digit = run.string[run.end() : run.end() + 1].isdecimal()
    if after_digit and before_digit:
        # Whatever stood between them, two numbers must not become one.
        return _once("".join(mark for mark in marks.translate(_RANGES) if mark in _BETWEEN_DIGITS)) or " "
    if after_digit:
        marks = marks.lstrip()
        return _once(marks[: len(marks) - len(marks.lstrip(AFTER_DIGIT))])
    return _once(marks[len(marks.rstrip(BEFORE_DIGIT)) :]) if before_digit else ""


def _once(marks: str) -> str:
    return re.sub(r"(.)\1+", r"\1", marks)
