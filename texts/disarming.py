"""Words of others on one line: as they are, or so that no screen makes a link or markup of them."""

from __future__ import annotations

import re

_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+", re.IGNORECASE)
_DOT = re.compile(r"(?<=[^\s.])\.(?=[^\W\d_])")
"""A dot before a letter of any script, as in every domain: phones make a link of a bare one. Those of numbers stay."""
_IP = re.compile(r"(?<!\d)(?<!\d\.)(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)")
_MARKUP = str.maketrans("`*_|<>[]#~\\@", "｀＊＿｜＜＞［］＃～＼＠")
_ADDRESS = str.maketrans(":.", "：．")
_UNSEEN = dict.fromkeys((0xAD, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)))
"""Characters that turn the reading direction or are invisible: with them, a line could read differently from what it
holds."""


def visible(text: object) -> str:
    """Return words on one line, without characters that turn the reading direction or are invisible."""
    return " ".join(str(text).translate(_UNSEEN).split())


def inert(text: object) -> str:
    """Return a stranger's words on one line, so that no screen makes a link, markup or a table cell of them."""
    line = visible(text)
    for pattern in (_LINK, _IP, _DOT):
        line = pattern.sub(lambda found: found[0].translate(_ADDRESS), line)
    return line.translate(_MARKUP)
