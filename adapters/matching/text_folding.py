"""The differences two texts of one claim may have: how characters are written, marks, and invisible characters.

**Only what is known to say nothing is dropped**: white space, punctuation, emoji and listed decorations. Digits keep
the marks that belong to them ("3.5", "3-5", "-5", "50%"): 3.5 % is not 35 %. Two numerals or letters never become one
word (三、六号楼 is not 三六号楼), and what stands for a character stays (王*明, 一○三五路).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from adapters.matching.lookalikes import PHRASES, SAME
from domain.visible_text import BLANK

BEFORE_DIGIT = "-+±<>≤≥¥$€£"
"""Marks that belong to the number after them."""
AFTER_DIGIT = "%‰°"
"""Marks that belong to the number before them."""

NUMERALS = frozenset("〇零一二两三四五六七八九十百千万亿")
"""Characters that are numbers."""

_BETWEEN_DIGITS = frozenset(BEFORE_DIGIT + AFTER_DIGIT + ".:/*×÷=⁄^")
_RANGES = str.maketrans(dict.fromkeys("~〜–—―‐‑‒", "-"))
_MARKS = re.compile(r"\W+")
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:,+\d{3})+(?!\d)")
_IDEOGRAPHS = ((0x3400, 0xA000), (0x20000, 0x323B0))
_JOINERS = (0x034F, 0x20E3, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_STANDS_FOR_ONE = frozenset("○◯□▢")
_DECORATIONS = re.compile(
    r"[~|<>=\u2190-\u21ff\u2300-\u23ff\u2500-\u259f\u25a0-\u25ff\u2600-\u27bf\u2b00-\u2bff\u3004\u3012\u3013\u3020"
    r"\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_MASK = re.compile(r"\*+")


@cache
def _invisible() -> dict[int, None]:
    # Zero width and writing direction are category Cf; variation selectors and blanks are spread over others.
    planes = (*range(0x20000), *range(0xE0000, 0xE0080))
    unseen = [code for code in planes if unicodedata.category(chr(code)) in {"Cf", "Cs"}]
    return dict.fromkeys((*unseen, *map(ord, BLANK), *_JOINERS))


@cache
def _simplified() -> dict[int, str]:
    # Character by character: OpenCC's rules for phrases would let a mark between two characters change the result.
    characters = [chr(code) for block in _IDEOGRAPHS for code in range(*block)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    once = {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new}
    return {code: new.translate(once) for code, new in once.items()}


@cache
def _kept_apart(character: str) -> str:
    """Return a character; one that folds into digits and is none (10², 3½, ①) as these, apart from its neighbours."""
    folded = unicodedata.normalize("NFKC", character)
    if character.isdecimal() or not any(one.isdecimal() for one in folded):
        return character
    return f" {folded} "


def visible(text: str) -> str:
    """Return a text without invisible characters: zero-width and direction marks, variation selectors, blanks."""
    return text.translate(_invisible())


def fold(text: str) -> str:
    """Return a text with width, case and traditional characters folded; marks stay, as later steps still read them."""
    plain = "".join(map(_kept_apart, text.translate(SAME)))
    folded = unicodedata.normalize("NFKC", plain).replace("_", " ")  # ＿ becomes _ only here
    folded = unicodedata.normalize("NFKC", folded.casefold())
    return visible(folded).translate(SAME).translate(_simplified())


def folded(text: str) -> str:
    """Return a text in which words are looked for: two ways of writing one are the same in it."""
    return without_marks(fold(text))


def without_marks(text: str) -> str:
    """Return a text without punctuation, emoji and white space, except for what belongs to a number or tells apart."""
    plain = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), text)
    found = unicodedata.normalize("NFKC", _MARKS.sub(_kept, plain))
    for written, same in PHRASES.items():
        found = found.replace(written, same)
    return found


def _kept(run: re.Match[str]) -> str:
    marks = run[0]
    before, after = run.string[max(run.start() - 1, 0) : run.start()], run.string[run.end() : run.end() + 1]
    if before.isdecimal() and after.isdecimal():
        # Whatever stood between them, two numbers must not become one.
        return _once("".join(one for one in marks.translate(_RANGES) if one in _BETWEEN_DIGITS or _tells(one))) or " "
    if _MASK.fullmatch(marks) and before and after:
        return "*"
    first = last = ""
    if before.isdecimal():
        rest = marks.lstrip()
        marks = rest.lstrip(AFTER_DIGIT)
        first = rest[: len(rest) - len(marks)]
    elif after.isdecimal():
        rest = marks.rstrip(BEFORE_DIGIT)
        marks, last = rest, marks[len(rest) :]
    return _once(first + "".join(filter(_tells, marks)) + last) or _between(before, marks, after)


def _between(before: str, marks: str, after: str) -> str:
    """Return what keeps two numerals, two letters, or a letter and a number apart; empty between words."""
    numbers = [one.isdecimal() or one in NUMERALS for one in (before, after) if one]
    letters = [unicodedata.category(one) in ("Ll", "Lu", "Lt", "Lm") for one in (before, after) if one]
    if len(numbers) == 2 and (all(numbers) or all(letters)):
        return " "
    mixed = len(numbers) == 2 and any(numbers) and any(letters)
    return "," if mixed and any(mark for mark in marks if _is_punctuation(mark)) else ""


def _tells(mark: str) -> bool:
    """Return whether a symbol may say something: it stands for a character, or is no known decoration."""
    return mark in _STANDS_FOR_ONE or (_is_symbol(mark) and not _DECORATIONS.match(mark))


def _is_symbol(mark: str) -> bool:
    return unicodedata.category(mark)[0] in "SNM" and unicodedata.category(mark) != "Sk"


def _is_punctuation(mark: str) -> bool:
    return unicodedata.category(mark)[0] == "P"


def _once(marks: str) -> str:
    return re.sub(r"(.)\1+", r"\1", marks)
