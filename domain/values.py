"""The base class of every value that is passed on or stored."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: immutable, and without undeclared fields. Copies of a case share it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def is_empty(value: object) -> bool:
    """Return whether a field may be left out of what is stored: it is None, False, zero or has no element."""
    return not value
