"""Milestones: which further reports of a claim its case is informed of.

So a flood of reports adds its logarithm to the history of a case, not its size.
"""

from __future__ import annotations

FIRST_PLACES = 50
"""How many new places or channels reach the case at once. A place is free text: beyond the number of districts a city
has, new ones reach the case at milestones, as reports do."""


def is_milestone(count: int) -> bool:
    """Return whether a count is one of 1, 2, 5, 10, 20, 50, 100, ..."""
    return str(count).rstrip("0") in {"1", "2", "5"}


def is_news(distinct: int) -> bool:
    """Return whether the case is informed of a new place or channel, the `distinct`th one."""
    return distinct <= FIRST_PLACES or is_milestone(distinct)
