"""The marks of the source of a report, under the keys in use on its day (docs/decisions/0028)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import date

import structlog

from domain.errors import Unavailable
from domain.ports.sources import SourceKeys
from domain.reports.sources import Source, marks_of

log = structlog.get_logger(__name__)


class SourceMarks:
    """The marks as one process makes them; it reads the keys once a day, and forgets those that were dropped."""

    def __init__(self, keys: SourceKeys) -> None:
        self._keys, self._day = keys, date.min
        self._in_use: Sequence[bytes] = ()
        self._spare = secrets.token_bytes(32)

    async def of(self, source: Source, today: date) -> tuple[str, ...]:
        """Return the marks of a source, the newest first.

        Without the keys a key of this process stands in: no report is refused because its source cannot be counted.
        """
        if source.unit is not None:
            return marks_of(source, ())
        try:
            return marks_of(source, await self._of_day(today))
        except Unavailable as problem:
            log.warning("sources.no_key", reason=str(problem))
            return marks_of(source, (self._spare,))

    async def drop_expired(self, today: date) -> None:
        """Remove the keys that are in use no more, also from memory.

        Raises:
            Unavailable: they cannot be removed now.

        """
        if self._in_use and today != self._day:
            await self._of_day(today)
        await asyncio.to_thread(self._keys.drop, today)

    async def _of_day(self, today: date) -> Sequence[bytes]:
        if today != self._day:
            self._in_use, self._day = (), date.min
            self._in_use = await asyncio.to_thread(self._keys.in_use, today)
            self._day = today
        return self._in_use
