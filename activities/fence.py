"""The fence: an attempt past its own deadline does nothing more, because another attempt may be running already."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from texts.catalogue import current


class Sample(NamedTuple):
    """One attempt: when it began here (monotonic), and how many seconds after the server had started it."""

    begun: float
    lag: float


_samples: deque[Sample] = deque(maxlen=100)
"""The recent attempts; the least lag is taken for clock skew."""

ALIKE, APART = 0.5, 0.5
"""How many seconds lags may differ, and how many seconds apart attempts have begun, to show that a clock was set.

Attempts that a frozen worker held back all begin at the moment it wakes up, whenever the server started them.
"""


class Fence:
    """The deadline of the attempt it was made in; it is made first, and checked before each effect.

    Two clocks are read. Time since the attempt began here catches a worker that was frozen in the middle of it;
    time since the server started the attempt catches one that was frozen before it began. The second compares two
    machines: the lag of even the promptest recent attempt is taken for skew, so a worker whose clock is wrong goes
    on working. If a clock is set, all lags jump together: the ones before are forgotten as soon as two attempts in
    a row, begun some time apart, have the same lag. A local activity is started by the worker's own clock, which
    says nothing about the server's.
    """

    def __init__(self) -> None:
        info = activity.info()
        # without a sign of life the server gives an attempt up sooner
        allowed = info.heartbeat_timeout or info.start_to_close_timeout or info.schedule_to_close_timeout
        self._allowed = (allowed or timedelta.max).total_seconds()
        self._begun = time.monotonic()
        self._waited = 0.0
        if not info.is_local:
            lag = time.time() - info.started_time.timestamp()
            _take_in(Sample(self._begun, lag))
            self._waited = lag - max(0.0, min(sample.lag for sample in _samples))

    def check(self) -> None:
        """Raise if the time of this attempt is up.

        Raises:
            ApplicationError: it is up; the server has given the attempt up and ignores what it returns.

        """
        passed = max(0.0, self._waited) + time.monotonic() - self._begun
        if passed > self._allowed:
            message = current().phrase("effect", "too_late", seconds=round(passed), allowed=round(self._allowed))
            raise ApplicationError(message, type="TooLate", category=ApplicationErrorCategory.BENIGN)


def _take_in(new: Sample) -> None:
    """Add an attempt; forget those before a clock was set."""
    alike = list(_alike(new))
    if alike and new.begun - alike[-1].begun >= APART:
        since = alike[-1].begun
        kept = [sample for sample in _samples if sample.begun >= since]
        _samples.clear()
        _samples.extend(kept)
    _samples.append(new)


def _alike(new: Sample) -> Iterator[Sample]:
    """Yield the newest attempts in a row that have the lag of `new`, the latest first."""
    for sample in reversed(_samples):
        if abs(sample.lag - new.lag) > ALIKE:
            return
        yield sample
