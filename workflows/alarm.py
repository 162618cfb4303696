"""The one wait of a case: until somebody speaks, an effect returns, or the next instant of any clock is near.

The timer is kept while its instant stays the same, so a decision that moves no clock costs no timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow


class Alarm:
    """Hold the one timer in flight."""

    def __init__(self) -> None:
        self._instant: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    async def wait(
        self, until: datetime | None, moved: Callable[[], bool], summary: Callable[[], str], *, anew: bool
    ) -> None:
        """Return once `moved()` holds or `until` is reached; both may hold, so callers look at the state, never here.

        `until` None waits for a move alone. `summary` is what operators read on the timer. `anew` starts the timer
        anew though its instant stays: the command that a task which took a result still lacks.
        """
        self._set(until, summary, anew)
        await workflow.wait_condition(lambda: moved() or (self._timer is not None and self._timer.done()))

    def _set(self, until: datetime | None, summary: Callable[[], str], anew: bool) -> None:
        if self._timer is not None and not self._timer.done():
            if until == self._instant and not anew:
                return
            self._timer.cancel()
        self._instant, self._timer = until, None
        if until is not None:
            wait = max(until - workflow.now(), timedelta(milliseconds=1))
            self._timer = asyncio.create_task(workflow.sleep(wait, summary=summary()))
