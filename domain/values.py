"""The base class of every value that is passed on or stored."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value that is passed on or stored: immutable; copies of a case share it.

    Fields a later version added are kept and written back, so that what it made keeps its hash. What people send is
    read with `extra="forbid"` where it comes in.
    """

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)


class Sealed(Frozen):
    """A value that travels under seal, to a workflow or an activity: the seal is over its bytes as they were sent."""


class TimelinePosition(Frozen):
    """How far a timeline goes: its epoch, the number of its latest entry, and the hash of that entry.

    `seq` is 0 before the first entry, and `head` then the hash the first entry carries (`domain.events.chain`).
    """

    epoch: int
    seq: int
    head: str


def is_none(value: object) -> bool:
    """Return whether a field may be left out because nobody knows it; an empty one is known."""
    return value is None


def is_empty(value: object) -> bool:
    """Return whether a field may be left out of what is stored: it is None, False, zero or has no element."""
    return not value
