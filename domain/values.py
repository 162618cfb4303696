"""The base class of every value that is passed on or stored."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: immutable, and without undeclared fields. Copies of a case share it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TimelinePosition(Frozen):
    """How far a timeline goes: its epoch, the number of its latest entry, and the hash of that entry.

    `seq` is 0 before the first entry, and `head` then the hash the first entry carries (`domain.events.chain`).
    """

    epoch: int
    seq: int
    head: str


def is_empty(value: object) -> bool:
    """Return whether a field may be left out of what is stored: it is None, False, zero or has no element."""
    return not value
