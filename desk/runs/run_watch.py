"""The watch over the workflows: what was stopped, deleted or set back in Temporal is found, and people are called."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from desk.runs.run_list import RunList
from domain.ports.register import Register

log = structlog.get_logger(__name__)

BACK = timedelta(days=2)
"""How far back the first look goes: what happened while no API ran."""

OVERLAP = timedelta(minutes=2)
"""How far each further look goes back behind the one before: Temporal shows a change a moment later."""

WHOLE = timedelta(minutes=10)
"""How often the lists are compared even if the numbers agree."""


class RunWatch:
    """What compares the workflows Temporal has with the cases the register has open.

    What differs is marked to be asked; how its workflow stands comes with the answer (`desk/projection.py`).
    """

    def __init__(self, register: Register, runs: RunList) -> None:
        self._register, self._runs = register, runs
        self._looked: datetime | None = None
        self._compared: datetime | None = None
        self._known: set[str] = set()
        """The completed runs of the look before: each is held against the register once."""

    async def once(self, now: datetime) -> int:
        """Look once; return how many cases were marked.

        Raises:
            Unavailable: Temporal or the register does not answer.

        """
        since = (self._looked or now - BACK) - OVERLAP
        found = set(await self._runs.stopped(since))
        open_here = await self._register.open_runs()
        stopped = found & set(open_here)
        # One that was set back is among the stopped and runs all the same: numbers would hide one that was deleted.
        if stopped or await self._differs(len(open_here), now):
            running = set(await self._runs.running())
            stopped |= set(open_here) ^ running  # gone, or running though it was taken for gone
            self._compared = now
        for case_id in stopped | await self._closed_twice(since):
            await self._register.mark(case_id)
        self._looked = now
        return len(stopped)

    async def _closed_twice(self, since: datetime) -> set[str]:
        """Return the cases that were closed, set back, and closed again before anybody looked."""
        runs = await self._runs.completed(since)
        fresh, self._known = [run for run in runs if run.run_id not in self._known], {run.run_id for run in runs}
        twice = set()
        for run in fresh:
            row = await self._register.case(run.case_id)
            if row is not None and row.summary is not None and row.summary.closed_at is not None:
                twice |= {run.case_id} if run.started > row.summary.closed_at else set()
        return twice

    async def _differs(self, expected: int, now: datetime) -> bool:
        if self._compared is None or now - self._compared > WHOLE:
            return True
        return await self._runs.count_running() != expected
