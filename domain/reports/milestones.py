"""Which further reports of a claim its case hears of: a flood adds to a history with its logarithm, not its size."""

from __future__ import annotations

FIRST_PLACES = 50
"""A place is free text: beyond what a city has of districts, new ones reach the case at milestones, as reports do."""


def is_milestone(count: int) -> bool:
    """Return whether a count is one of 1, 2, 5, 10, 20, 50, 100, ..."""
    return str(count).rstrip("0") in {"1", "2", "5"}


def is_news(distinct: int) -> bool:
    """Return whether the case hears of a place or channel it did not know, the `distinct`th of them."""
    return distinct <= FIRST_PLACES or is_milestone(distinct)
