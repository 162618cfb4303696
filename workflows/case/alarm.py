"""The one wait of a case: until a decision comes, an effect returns, or the next instant of any clock is reached.

The rule is in docs/design.md, rule 3. The timer is kept while its instant stays the same, so a decision that moves no
clock costs no timer. A decision that moves the instant to later usually has an effect, too: the timer is then kept
until the effect returns, whose task needs a command anyway. If the timer fires before, it wakes the case once in vain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow


class Alarm:
    """The one timer of a case."""

    def __init__(self) -> None:
        self._instant: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def moves(self, until: datetime | None, *, busy: bool) -> bool:
        """Return whether waiting for `until` needs another timer; `busy` is whether an effect is still to return."""
        if self._timer is None:
            return until is not None
        if busy and until is not None and self._instant is not None:
            return until < self._instant
        return until != self._instant

    async def wait(
        self, until: datetime | None, moved: Callable[[], bool], summary: Callable[[], str], *, anew: bool
    ) -> None:
        """Return once `moved()` holds or `until` is reached; both may hold, so callers read the state, not the reason.

        With `until` None, only `moved()` ends the wait. `summary` is what operators read on the timer. `anew` starts a
        new timer; without it the present one is kept.
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
