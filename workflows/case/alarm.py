"""The one wait of a case: until somebody speaks, an effect returns, or the next instant of any clock is near.

The timer is kept while its instant stays the same, so a decision that moves no clock costs no timer. One that moves it
away usually owes an effect, too: the timer is then kept until the effect returns, whose task needs a command anyway.
Should it ring before, that wakes the case once for nothing.
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

    def moves(self, until: datetime | None, *, busy: bool) -> bool:
        """Tell whether waiting for `until` takes another timer; `busy` while an effect is still to return."""
        if self._timer is None:
            return until is not None
        if busy and until is not None and self._instant is not None:
            return until < self._instant
        return until != self._instant

    async def wait(
        self, until: datetime | None, moved: Callable[[], bool], summary: Callable[[], str], *, anew: bool
    ) -> None:
        """Return once `moved()` holds or `until` is reached; both may hold, so callers look at the state, never here.

        `until` None waits for a move alone. `summary` is what operators read on the timer. `anew` starts the timer
        anew; without it the one that runs is kept.
        """
        if anew:
            self._set(until, summary)
        await workflow.wait_condition(lambda: moved() or self._rang())
        if self._rang():
            self._timer = None

    def _rang(self) -> bool:
        return self._timer is not None and self._timer.done()

    def _set(self, until: datetime | None, summary: Callable[[], str]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._instant, self._timer = until, None
        if until is not None:
            wait = max(until - workflow.now(), timedelta(milliseconds=1))
            self._timer = asyncio.create_task(workflow.sleep(wait, summary=summary()))
