"""Where a case that goes on from an earlier entry parts from its timeline, however often that has happened."""

from __future__ import annotations

import pytest

from domain.runs import parting


@pytest.mark.parametrize(
    ("epoch", "seq", "last", "begins", "after", "unheard"),
    [
        (1, 30, 30, {1: 0}, 30, 0),
        (1, 28, 30, {1: 0}, 28, 2),
        (1, 31, 30, {1: 0}, 30, 0),
        (1, 30, 12, {1: 0, 2: 10}, 10, 2),
        (1, 8, 12, {1: 0, 2: 10}, 8, 4),
        (2, 12, 12, {1: 0, 2: 10}, 12, 0),
        (2, 15, 14, {1: 0, 2: 10, 3: 13}, 13, 1),
        (1, 15, 20, {1: 0, 2: 10, 3: 13}, 10, 10),
    ],
    ids=[
        "the newest entry",
        "two entries behind",
        "one the timeline does not have yet",
        "one the epoch since has left",
        "one from before the epoch parted",
        "the newest of the second epoch",
        "one the third epoch has left",
        "one two epochs have left",
    ],
)
def test_a_case_parts_where_both_have_the_same_entries(
    epoch: int, seq: int, last: int, begins: dict[int, int], after: int, unheard: int
) -> None:
    assert parting(epoch, seq, last, begins) == (after, unheard)
