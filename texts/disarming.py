"""Words of others on one line: as they are, or so that no screen makes a link or markup of them."""

from __future__ import annotations

import re
import unicodedata

_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]{0,30}://|www\.)\S+", re.IGNORECASE)
"""The scheme is bounded: else, a long word without one takes the square of its length."""
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Marks that are drawn onto the character before them: a dot with one is a dot."""
_DOT = re.compile(rf"(?<=[^\s.])\.(?=[{_MARKS}]*[^\W\d_])")
"""A dot before a letter of any script, as in every domain: phones make a link of a bare one. Those of numbers stay."""
_IP = re.compile(r"(?<!\d)(?<!\d\.)(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)")
_MARKUP = str.maketrans("`*_|<>[]#~\\@", "｀＊＿｜＜＞［］＃～＼＠")
_ADDRESS = str.maketrans(":.", "：．")
_IGNORABLE = (
    *("\x00-\x08", "\x0e-\x1b", "\x7f-\x84", "\x86-\x9f"),  # controls that are no space
    *("\u00ad", "\u034f", "\u061c", "\u115f-\u1160", "\u17b4-\u17b5", "\u180b-\u180f", "\u200b-\u200f"),
    *(
        "\u202a-\u202e",
        "\u2060-\u206f",
        "\u3164",
        "\ufe00-\ufe0f",
        "\ufeff",
        "\uffa0",
        "\ufff0-\ufff8",
        "\U0001bca0-\U0001bca3",
    ),
    *("\U0001d173-\U0001d17a", "\U000e0000-\U000e0fff"),
)
"""What Unicode calls Default_Ignorable_Code_Point: it is invisible or turns the reading direction."""
_UNSEEN = re.compile(f"[{''.join(_IGNORABLE)}]")
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
_FLAG_OR_UNSEEN = re.compile(f"({_FLAG})|{_UNSEEN.pattern}")
_EMPTY = str.maketrans({"\u2800": " "})
"""The empty Braille pattern looks like a space."""
_PILED = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
"""No writing has more than three marks on one character; a pile of them covers the lines above."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_JOINER = "\u200d"


def visible(text: object) -> str:
    """Return words on one line, without characters that are invisible or turn the reading direction.

    With them, a line could read differently from what it holds. Those that give a picture or a Chinese character its
    shape stay. Marks piled on one character are cut to three.
    """
    line = _PILED.sub(r"\1", str(text).translate(_EMPTY))
    return " ".join(_FLAG_OR_UNSEEN.sub(_shaping, line).split())


def _shaping(found: re.Match[str]) -> str:
    """Return an invisible character that gives the one before it its shape, or joins two pictures; else nothing."""
    if found[1]:
        return found[1]
    line, at = found.string, found.start()
    before, after = line[at - 1 : at], line[at + 1 : at + 2]
    if _SELECTORS.match(found[0]):
        return found[0] if _picture(before) or _ideograph(before) or _keycap(before) else ""
    joins = found[0] == _JOINER and after != "" and _picture(after) and (_picture(before) or _SELECTORS.match(before))
    return found[0] if joins else ""


def _keycap(mark: str) -> bool:
    return mark != "" and mark in "0123456789#*"


def _picture(mark: str) -> bool:
    return mark != "" and unicodedata.category(mark) in ("So", "Sk", "Sm")


def _ideograph(mark: str) -> bool:
    return mark != "" and unicodedata.category(mark) == "Lo" and not _UNSEEN.match(mark)


def inert(text: object) -> str:
    """Return a stranger's words on one line, so that no screen makes a link, markup or a table cell of them."""
    line = visible(text)
    for pattern in (_LINK, _IP, _DOT):
        line = pattern.sub(lambda found: found[0].translate(_ADDRESS), line)
    return line.translate(_MARKUP)
