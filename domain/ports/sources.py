"""What counts the different sources of a claim: the keys of the day for their marks, and the store of the marks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol


class SourceKeys(Protocol):
    """The keys under which networks are marked: one a day, and none for longer than `KEPT`."""

    def in_use(self, today: date) -> Sequence[bytes]:
        """Return the keys in use on a day, the newest first; that of the day is made if there is none.

        Raises:
            Unavailable: the keys cannot be read or made now.

        """

    def drop(self, today: date) -> None:
        """Remove for good the keys that are in use no more."""


class SourceStore(Protocol):
    """The store of the marks of sources."""

    async def heat(self, case_id: str, now: datetime) -> int:
        """Return how many different sources have reported the claim of a case within the hour before."""

    async def forget_sources(self, now: datetime) -> None:
        """Drop the marks that have been kept for long enough; what they were counted for stays."""
