"""The entries a timeline lacks, in one epoch and from one epoch to the next."""

from __future__ import annotations

import pytest

from domain.events.gaps import gaps

WHOLE = [(1, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("positions", "lacking"),
    [
        (WHOLE, [None, None, None]),
        ([*WHOLE, (2, 3), (2, 4)], [None] * 5),
        ([*WHOLE, (2, 4), (3, 4), (3, 5)], [None] * 6),
        ([(1, 1), (1, 5), (1, 6)], [None, (2, 4), None]),
        ([(1, 3), (1, 4)], [(1, 2), None]),
        ([*WHOLE, (2, 6)], [None, None, None, (4, 5)]),
        ([*WHOLE, (2, 2), (2, 4)], [None, None, None, None, (3, 3)]),
    ],
    ids=["whole", "set back", "restored twice", "a hole", "the beginning", "before an epoch", "inside an epoch"],
)
def test_what_lacks_is_found_before_the_entry_that_follows_it(
    positions: list[tuple[int, int]], lacking: list[tuple[int, int] | None]
) -> None:
    assert list(gaps(positions)) == lacking
