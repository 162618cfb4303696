"""When lines reach an outbox, seen from outside: the programs that write them do not report it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from os import SEEK_END
from pathlib import Path

OFTEN = 0.005
"""Seconds between two readings: what is measured is too late by this much at most."""

AFTER = timedelta(seconds=1)
"""How long no line may follow for a wave to count as complete: all of a wave is written at once."""


class Watch:
    """When the latest line of each case was seen."""

    def __init__(self, file: Path) -> None:
        self.latest: dict[str, datetime] = {}
        self._file, self._read = file, 0

    def look(self) -> None:
        """Record the whole lines added since the last reading."""
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            if file.seek(0, SEEK_END) < self._read:  # full, and put aside
                self._read = 0
            file.seek(self._read)
            whole, end, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + len(end)
        now = datetime.now(UTC)
        self.latest |= {json.loads(line)["case_id"]: now for line in whole.splitlines()}

    async def wait_for(self, since: Mapping[str, datetime], *, patience: float) -> dict[str, datetime]:
        """Wait until every case has a line later than its instant and no more come; return when each had its last.

        Raises:
            TimeoutError: a case has none after `patience` seconds.

        """
        async with asyncio.timeout(patience):
            while not self._all_out(since):  # noqa: ASYNC110  (what is waited for is the time that passes, too)
                await asyncio.sleep(0.2)
        return {case: self.latest[case] for case in since}

    def _all_out(self, since: Mapping[str, datetime]) -> bool:
        seen = {case: self.latest.get(case, instant) for case, instant in since.items()}
        return all(seen[case] > since[case] for case in seen) and datetime.now(UTC) - max(seen.values()) > AFTER


@asynccontextmanager
async def watching(file: Path) -> AsyncIterator[Watch]:
    """Watch a file for a while."""
    watch = Watch(file)
    looking = asyncio.create_task(_look_often(watch))
    try:
        yield watch
    finally:
        looking.cancel()


async def _look_often(watch: Watch) -> None:
    while True:
        watch.look()
        await asyncio.sleep(OFTEN)
