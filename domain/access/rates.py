"""Rates: how often somebody may do something within a span of time."""

from __future__ import annotations

from collections import OrderedDict, deque

REMEMBERED = 10_000
"""Of how many callers one rate remembers the latest calls."""


class Rate:
    """A rate of at most `limit` calls of one caller within any `span` seconds.

    Only calls that were taken are remembered, and none longer than the span: whoever is refused takes up no memory.
    Time is an argument, in seconds of any clock that never runs backwards.
    """

    def __init__(self, limit: int, span: float) -> None:
        self.limit, self.span = limit, span
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many callers are remembered."""
        return len(self._taken)

    def wait(self, caller: str, now: float) -> float:
        """Return in how many seconds a caller may call again: 0 if at once."""
        taken = self._taken.get(caller)
        if taken is None or len(taken) < self.limit:
            return 0.0
        return max(0.0, taken[0] + self.span - now)

    def take(self, caller: str, now: float) -> None:
        """Remember a call that was taken, and forget the callers who have made none within the span."""
        self._taken.setdefault(caller, deque(maxlen=self.limit)).append(now)
        self._taken.move_to_end(caller)
        while len(self._taken) > REMEMBERED or self._is_past(next(iter(self._taken.values())), now):
            self._taken.popitem(last=False)

    def _is_past(self, taken: deque[float], now: float) -> bool:
        return taken[-1] + self.span <= now
