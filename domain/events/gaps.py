"""The gaps of a timeline: entries a register has lost, because it was set back to an older copy of its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def gaps(positions: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int] | None]:
    """Yield for each entry, in order by (epoch, number), the first and last number that lack before it; None if none.

    Another epoch begins behind an entry of an earlier one.
    """
    last = highest = newest = 0
    for epoch, seq in positions:
        before = last if epoch == newest else min(highest, seq - 1)
        yield (before + 1, seq - 1) if seq > before + 1 else None
        newest, last, highest = epoch, seq, max(highest, seq)
