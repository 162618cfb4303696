"""The fence: an attempt past its own deadline does nothing more, because another attempt may be running already."""

from __future__ import annotations

import time
from collections import deque
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from texts.catalogue import current

_lags: deque[float] = deque(maxlen=100)
"""Seconds from the server's start of each recent attempt to its begin here; the least is taken for clock skew."""


class Fence:
    """The deadline of the attempt it was made in; it is made first, and checked before each effect.

    Two clocks are read. Time since the attempt began here catches a worker that was frozen in the middle of it;
    time since the server started the attempt catches one that was frozen before it began. The second compares two
    machines: the lag of even the promptest recent attempt is taken for skew, so a worker whose clock is wrong goes on
    working. A local activity is started by the worker's own clock, which says nothing about the server's.
    """

    def __init__(self) -> None:
        info = activity.info()
        allowed = info.start_to_close_timeout or info.schedule_to_close_timeout
        self._allowed = (allowed or timedelta.max).total_seconds()
        self._begun = time.monotonic()
        self._waited = 0.0
        if not info.is_local:
            lag = time.time() - info.started_time.timestamp()
            _lags.append(lag)
            self._waited = lag - max(0.0, min(_lags))

    def check(self) -> None:
        """Raise if the time of this attempt is up.

        Raises:
            ApplicationError: it is up; the server has given the attempt up and ignores what it returns.

        """
        passed = max(0.0, self._waited) + time.monotonic() - self._begun
        if passed > self._allowed:
            message = current().phrase("effect", "too_late", seconds=round(passed), allowed=round(self._allowed))
            raise ApplicationError(message, type="TooLate", category=ApplicationErrorCategory.BENIGN)
