"""The bounds of values that leave the program, each in the unit of what takes it.

Temporal counts the bytes of a payload. What is over its bound fails the workflow task for ever, so a value that a
person typed is refused at the door, and one that is only shown is cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel

from domain.errors import Unfit
from domain.visible_text import whole_characters

Path = tuple[str | int, ...]
"""Where a value lies: names of fields and places in lists."""

MARK = "…"
"""What a cut text ends with."""


@dataclass(frozen=True)
class Bound:
    r"""A limit on a text: its bytes as a JSON string, and its characters if these are counted too.

    `escaped` is whether the taker's encoder writes what is not ASCII as `\uXXXX`: 6 bytes, 12 outside the BMP.
    """

    size: int
    characters: int | None = None
    escaped: bool = False

    def bytes_of(self, text: str) -> int:
        """Return how many bytes a text takes."""
        return len(json.dumps(text, ensure_ascii=self.escaped).encode("utf-8", "replace"))

    def holds(self, text: str) -> bool:
        """Return whether a text is within the bound."""
        if self.characters is not None and len(text) > self.characters:
            return False
        return len(text) * 12 + 2 <= self.size or self.bytes_of(text) <= self.size

    def cut(self, text: str) -> str:
        """Return a text that is within the bound: whole characters, with a mark at its end if some were left out."""
        if self.holds(text):
            return text
        left, kept = self.size - self.bytes_of(MARK), 0
        for kept, mark in enumerate(text):
            left -= self.bytes_of(mark) - 2
            if left < 0 or (self.characters is not None and kept >= self.characters - 1):
                break
        return whole_characters(text[:kept], text[kept:]) + MARK


ATTRIBUTE = Bound(size=2048, characters=255, escaped=True)
"""A search attribute of type Keyword: Temporal takes 2,048 bytes, its databases 255 characters."""

SUMMARY = Bound(size=400)
"""The line Temporal shows of a workflow, an activity or a timer."""


EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Instants that a person may name: every zone, page, timer and database can hold those between."""


def refuse_beyond(said: BaseModel, found_by: Mapping[str, str | None]) -> None:
    """Refuse what somebody has sent if a value of it is beyond what has to take it.

    `found_by` are the values by their fields that become search attributes.

    Raises:
        Unfit: a text is too long for a search attribute, or an instant is no usual one.

    """
    for field, text in found_by.items():
        if text is not None and not ATTRIBUTE.holds(text):
            size = ATTRIBUTE.bytes_of(text) - 2
            raise Unfit("beyond_attribute", field=field, value=text[:20], size=size, limit=ATTRIBUTE.size - 2)
    for path, instant in beyond_time(said):
        first, last = EARLIEST.year, LATEST.year - 1
        field = next(step for step in reversed(path) if isinstance(step, str))
        raise Unfit("beyond_time", field=field, value=instant.isoformat(), first=first, last=last)


def beyond_time(said: BaseModel) -> Iterator[tuple[Path, datetime]]:
    """Yield every instant in what somebody has sent that is no usual one, with its path."""
    for path, instant in instants(said):
        if not EARLIEST <= instant < LATEST:
            yield path, instant


def instants(value: object, path: Path = ()) -> Iterator[tuple[Path, datetime]]:
    """Yield every instant in a value, however deep, with its path: names of fields and places in lists."""
    match value:
        case datetime():
            yield path, value
        case BaseModel():
            for name, inner in value:
                yield from instants(inner, (*path, name))
        case tuple():
            for place, inner in enumerate(value):
                yield from instants(inner, (*path, place))


def fitting(codes: Iterable[str]) -> list[str]:
    """Return the first of a list of codes, as many as one search attribute of type KeywordList takes."""
    found: list[str] = []
    left = ATTRIBUTE.size - 2
    for code in codes:
        left -= ATTRIBUTE.bytes_of(code) + 1
        if left < 0:
            break
        found.append(code)
    return found
