"""Short forms of longer words that may go to the public: a whole sentence or none, and a cut that says it is one."""

from __future__ import annotations

import re

from domain.visible_text import whole_characters
from texts.disarming import visible

_END = re.compile(r"[。！？!?；;]")
_PAUSE = re.compile(r"[，、：。！？；,:!?;\s]")
MARK = "…"


def sentence(text: object, most: int) -> str:
    """Return the first sentence of a text on one line, without its full stop; empty if it is longer than `most`."""
    first = _END.split(visible(text), maxsplit=1)[0].strip()
    return first if len(first) <= most else ""


def excerpt(text: object, most: int) -> str:
    """Return a text of at most `most` characters on one line: all of it, else up to a pause, with a mark at its end."""
    line = visible(text)
    if len(line) <= most:
        return line
    kept = whole_characters(line[: most - 1], line[most - 1 :])
    pauses = [found.start() for found in _PAUSE.finditer(kept) if found.start() >= most // 2]
    return (kept[: pauses[-1]] if pauses else kept) + MARK


def truncate(text: object, most: int) -> str:
    """Return a text of at most `most` characters: all of it, else whole characters with a mark at its end."""
    line = str(text)
    return line if len(line) <= most else whole_characters(line[: most - 1], line[most - 1 :]) + MARK
