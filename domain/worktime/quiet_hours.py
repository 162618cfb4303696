"""Quiet hours and digests: what is not urgent waits for the next opening, never past the due time.

The rule is in docs/design.md, rule 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from domain.vocabulary import RungKind
from domain.worktime.working_time import MINUTE, Span, WorkingTime

DAY = 24 * 60

WEEK = timedelta(days=7)

MORNING = timedelta(minutes=30)
"""How long whoever is asked in the night has, at least, from the end of the quiet hours (docs/design.md, rule 4)."""

URGES = (RungKind.REMIND, RungKind.DUE_SOON)
"""The kinds of rung that may wait; a breach and what follows it ring at their time."""


class Quiet(BaseModel):
    """The hours of a day in which nobody is reminded.

    `begin` and `end` are minutes after midnight; if `end` is less, the hours reach over midnight. `rest_days`: days
    without work are quiet all day. `digest`: the minutes after midnight at which letters go out, bundled; if given,
    they go out at no other time.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    begin: int
    end: int
    rest_days: bool = False
    digest: tuple[int, ...] = ()

    def opening(self, time: WorkingTime, instant: datetime) -> datetime:
        """Return the first instant from `instant` on at which a reminder may go out; `instant` if there is none."""
        for opens, works in time.midnights(instant):
            if self.rest_days and not works:
                continue
            for begin, end in self._loud():
                first = opens + begin * MINUTE
                at = first if self.digest else max(instant, first)
                if instant <= at < opens + end * MINUTE:
                    return at
        return instant

    def before(self, time: WorkingTime, instant: datetime) -> datetime | None:
        """Return the last instant up to `instant` at which a reminder may go out; None if a week has none."""
        last = None
        for opens, works in time.midnights(instant - WEEK):
            if opens > instant:
                return last
            for begin, end in self._loud() if works or not self.rest_days else ():
                if opens + begin * MINUTE <= instant:
                    closes = opens + (begin if self.digest else end - 1) * MINUTE
                    last = min(instant, closes)
        raise AssertionError("a calendar has no end")

    def leaves_time(self, time: WorkingTime, due: datetime) -> datetime:
        """Return `due`, or half an hour after the quiet hours if that is later: nobody is to answer in the night."""
        before = due - MORNING
        return max(due, self.model_copy(update={"digest": ()}).opening(time, before) + MORNING)

    def _loud(self) -> Iterator[tuple[int, int]]:
        """Return the spans of a day in which letters may go out; with digests, from each digest's minute on."""
        if self.digest:
            return ((at, DAY) for at in sorted(self.digest))
        spans = ((self.end, self.begin),) if self.end < self.begin else ((0, self.begin), (self.end, DAY))
        return (span for span in spans if span[0] < span[1])


def in_working_hours(plan: Iterable[datetime], gap: Span, time: WorkingTime) -> Iterator[datetime]:
    """Return the rungs of the whole case's clock, none outside working hours; what moves keeps a gap to the one before.

    What the public waits for has clocks of its own; who is to close a case need not be called at night.
    """
    before: datetime | None = None
    for at in plan:
        moved = time.opening(at)
        if before is not None and moved != at:
            moved = max(moved, time.opening(time.after(before, gap)))
        before = max(moved, before or moved)
        yield before
