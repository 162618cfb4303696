"""Quiet hours and digests: what is not urgent waits for the next opening, never past what it is about (rule 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.vocabulary import RungKind
from domain.worktime.working_time import MINUTE, WorkingTime

DAY = 24 * 60

URGES = (RungKind.REMIND, RungKind.DUE_SOON)
"""The rungs that may wait: a breach and what follows it ring when they are due."""


class Quiet(BaseModel):
    """Be the hours of a day in which nobody is reminded, in minutes after midnight; over midnight where `end` is less.

    `rest_days`: all day long, too, where nobody works. `digest`: letters go out at these minutes only, bundled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    begin: int
    end: int
    rest_days: bool = False
    digest: tuple[int, ...] = ()

    def opening(self, time: WorkingTime, instant: datetime) -> datetime:
        """Tell when somebody may be reminded, from `instant` on."""
        for opens, works in time.midnights(instant):
            if self.rest_days and not works:
                continue
            for begin, end in self._loud():
                first = opens + begin * MINUTE
                at = first if self.digest else max(instant, first)
                if instant <= at < opens + end * MINUTE:
                    return at
        raise AssertionError("a calendar has no end")

    def _loud(self) -> Iterator[tuple[int, int]]:
        """Return the spans of a day in which something may go out; of a digest, the minutes at which it does."""
        if self.digest:
            return ((at, DAY) for at in sorted(self.digest))
        spans = ((self.end, self.begin),) if self.end < self.begin else ((0, self.begin), (self.end, DAY))
        return (span for span in spans if span[0] < span[1])
