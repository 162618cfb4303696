"""How late deadlines were, in figures."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime


def percentile(values: Iterable[float], share: int) -> float:
    """Return the least value that `share` percent of all values do not exceed: a measured one, never one in between."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * share / 100) - 1)]


def late_by(seen: Mapping[str, datetime], planned: Mapping[str, datetime]) -> list[float]:
    """Return by how many seconds each deadline was late."""
    return [(seen[name] - planned[name]).total_seconds() for name in planned]


def in_short(late: Sequence[float]) -> dict[str, float]:
    """Return the 50th and 99th percentile of some deadlines, in seconds."""
    return {f"p{share}_s": round(percentile(late, share), 3) for share in (50, 99)}


def of_rounds(rounds: Sequence[Mapping[str, Mapping[str, float]]]) -> dict[str, float]:
    """Return medians over rounds; the ratio is the median of each round's own, because load comes and goes."""

    def median(side: str, figure: str) -> float:
        return round(statistics.median(one[side][figure] for one in rounds), 3)

    figures = {figure: median("full", figure) for figure in ("p50_s", "p99_s")}
    bare = {f"bare_{figure}": median("bare", figure) for figure in ("p50_s", "p99_s")}
    ratio = statistics.median(one["full"]["p99_s"] / one["bare"]["p99_s"] for one in rounds)
    return {**figures, **bare, "ratio_to_bare": round(ratio, 2)}
