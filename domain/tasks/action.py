"""One decision a person may take now, as a page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.case.case import Case
from domain.decisions import Actor
from domain.values import Frozen


class AvailableAction(Frozen):
    """One decision a person may take now.

    `preset` are the values of fields that are fixed, `only` the codes a field is restricted to; an empty
    tuple chooses between the forms of a kind.
    """

    kind: str
    preset: dict[str, str | int] = {}
    only: dict[str, tuple[str, ...]] = {}


ActionRule = Callable[[Case, Actor], Iterable[AvailableAction]]
"""A function that returns the decisions of one kind an actor may take now, by the state of the case."""
