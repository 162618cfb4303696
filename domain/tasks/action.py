"""One decision a person may take now, as a page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.case.case import Case
from domain.decisions import Actor
from domain.values import Frozen


class AvailableAction(Frozen):
    """Be one decision a person may take now; `preset` is sent back as it is, `only` narrows a field to some codes."""

    kind: str
    preset: dict[str, str | int] = {}
    only: dict[str, tuple[str, ...]] = {}


ActionRule = Callable[[Case, Actor], Iterable[AvailableAction]]
"""Tell of the state of a case whether, and how, one kind may be said now."""
