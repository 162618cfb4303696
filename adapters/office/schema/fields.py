"""Field types that several of the office's files share."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    AfterValidator,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from adapters.office.problems import hidden
from domain.visible_text import BLANK


def _visible(text: str) -> str:
    """Refuse invisible characters in a name; they would turn up in a letter or a page."""
    if text.isprintable() and not any(
        mark in text for mark in BLANK
    ):  # holds no such character, and nearly every name is
        return text
    if found := [f"U+{ord(mark):04X}" for mark in text if hidden(mark) or mark in BLANK]:
        raise PydanticCustomError("visible", "holds {found}", {"found": "、".join(dict.fromkeys(found))})
    return text


Filled = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_visible)
]
"""A text of at most 200 characters on one line of visible characters, not empty."""

ShortName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30), AfterValidator(_visible)
]
"""A name of at most 30 characters: it stands in titles, lists and letters, several at a time."""


Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(_visible)
]
"""A sentence of at most 40 characters: it stands beside a box to tick, on a phone."""


ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
"""The name of a channel of letters."""
