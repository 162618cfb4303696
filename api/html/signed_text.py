"""A signed text as HTML: the characters people typed, in their paragraphs and lines, and no formatting at all.

Votes bind to these characters, so no reader may make a list, a heading or an emphasis of them: whoever signs
`王*明、李*华` means the asterisks.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?", re.ASCII
)
"""A web address in a text; a user name before its host, and whatever is not ASCII, are no part of it."""
_ENDS = ".,;:!?'*)]"
"""Marks that end a sentence rather than an address."""
_LINK = Markup('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>')


def is_address(text: str) -> bool:
    """Return whether a text is one web address and nothing else, so that it may be a link."""
    return _ADDRESS.fullmatch(text) is not None


def as_typed(text: str) -> Markup:
    """Return `text` as paragraphs and lines; a bare http(s) address is a link that reads as its address."""
    paragraphs: list[list[Markup]] = [[]]
    for line in text.splitlines():
        if line.strip():
            paragraphs[-1].append(_linked(line))
        elif paragraphs[-1]:
            paragraphs.append([])
    return Markup("\n").join(Markup("<p>{}</p>").format(Markup("<br>").join(lines)) for lines in paragraphs if lines)


def on_its_lines(text: str) -> str:
    """Return `text` as HTML on the lines it has, without elements of blocks: the content of a feed's entry."""
    return "<br/>".join(str(escape(line)) for line in text.splitlines())


def _linked(line: str) -> Markup:
    parts, end = [], 0
    for found in _ADDRESS.finditer(line):
        address = found[0].rstrip(_ENDS)
        parts += [escape(line[end : found.start()]), _LINK.format(address)]
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(line[end:])])
