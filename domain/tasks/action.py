"""One decision a person may take now, as a page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from pydantic import Field

from domain.case.case import Case
from domain.decisions import Actor
from domain.values import Frozen, is_empty


class AvailableAction(Frozen):
    """One decision a person may take now.

    `preset` are the values of fields that are fixed, `only` the codes a field is restricted to; an empty
    tuple chooses between the forms of a kind. `also` are units that may be named though they are asked already.
    `since` and `until` are the first and the last instant at which it may be taken, None without a limit.
    """

    kind: str
    preset: dict[str, str | int] = {}
    only: dict[str, tuple[str, ...]] = {}
    since: datetime | None = Field(default=None, exclude_if=is_empty)
    until: datetime | None = Field(default=None, exclude_if=is_empty)
    also: tuple[str, ...] = Field(default=(), exclude_if=is_empty)

    def open_at(self, now: datetime | None) -> bool:
        """Return whether it may be taken at an instant; None: whether at any."""
        return now is None or ((self.since is None or self.since <= now) and (self.until is None or now <= self.until))


ActionRule = Callable[[Case, Actor], Iterable[AvailableAction]]
"""A function that returns the decisions of one kind an actor may take now, by the state of the case."""
