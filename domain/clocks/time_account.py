"""The account of a budget: the segments in which it ran, and what is left of it (docs/design.md, rules 8 and 9).

What is used is never stored as a figure. It is measured over the segments, in the unit of the budget. So no pause is
forgotten or counted twice, and another level or calendar measures the same segments anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import Field

from domain.terms import Rung
from domain.values import Frozen, is_empty
from domain.vocabulary import Level
from domain.worktime.working_time import Span, TimeUnit, WorkingTime


class GrantedTime(Frozen):
    """The time an extension gave a clock, and the level whose budget it was added to."""

    level: Level
    longer: Span


class TimeAccount(Frozen):
    """One budget with the segments in which it ran.

    `origin` is when it began. `since` is when the open segment began, None while the account stands still. `grace` are
    ticks beside the budget: what a raised level leaves at least, or fewer where a budget begins anew before its end.
    """

    budget: Span
    origin: datetime
    ran: tuple[tuple[datetime, datetime], ...] = ()
    since: datetime | None
    grace: int = Field(default=0, exclude_if=is_empty)

    @classmethod
    def begun(cls, budget: Span, now: datetime) -> Self:
        """Return the account of a budget that runs from `now`."""
        return cls(budget=budget, origin=now, since=now)

    @classmethod
    def begun_anew(cls, budget: Span, due: datetime, time: WorkingTime, now: datetime) -> Self:
        """Return the account of a budget that runs from `now` and ends no later than `due`."""
        left = time.measure(budget.unit, now, due, now)
        return cls(budget=budget, origin=now, since=now, grace=min(0, left - budget.ticks))

    def halted(self, now: datetime) -> Self:
        """Return the account standing still from `now`."""
        if self.since is None:
            return self
        ran = (*self.ran, (self.since, now)) if now > self.since else self.ran
        return self.model_copy(update={"ran": ran, "since": None})

    def going(self, now: datetime) -> Self:
        """Return the account running from `now`; what ran before stays used."""
        return self.halted(now).model_copy(update={"since": now})

    def under(self, budget: Span) -> Self:
        """Return the account with the same segments and another budget."""
        return self.model_copy(update={"budget": budget})

    def leaving(self, least: Span, time: WorkingTime, at: datetime) -> Self:
        """Return the account with `least` left from `at` on, if there is less; a length is taken in its own unit."""
        ticks = self._in_own_unit(least, time, at)
        left = self.left(time, at)
        return self if left >= ticks else self.model_copy(update={"grace": self.grace + ticks - left})

    def _in_own_unit(self, span: Span, time: WorkingTime, at: datetime) -> int:
        """Return a span in ticks of the budget's unit, at least one; an hour of wall time counts as a working hour."""
        unit = self.budget.unit
        if span.unit is unit or TimeUnit.DAYS not in (span.unit, unit):
            return span.ticks
        return max(1, time.measure(unit, at, time.after(at, span), self.origin))

    def left(self, time: WorkingTime, now: datetime | None = None) -> int:
        """Return what is left, in ticks, at the end of the closed segments or at `now`; none or less if it is spent."""
        return self.budget.ticks + self.grace - self.consumed(time, now)

    def consumed(self, time: WorkingTime, now: datetime | None = None) -> int:
        """Return what is used, in ticks: in the closed segments, and in the open one up to `now`."""
        runs = [*self.ran, (self.since, now)] if self.since and now and now > self.since else self.ran
        return sum(time.measure(self.budget.unit, start, end, self.origin) for start, end in runs)

    def due(self, time: WorkingTime, resumes: datetime | None = None) -> datetime:
        """Return when nothing is left of the budget; if nothing is left already, at once.

        `resumes` is when an account that stands still is expected to run again; None: the end of its last segment.
        """
        return time.add(self.budget.unit, self._on(resumes), self.left(time), self.origin)

    def plan(
        self, time: WorkingTime, ladder: Sequence[Rung], resumes: datetime | None = None, due: datetime | None = None
    ) -> tuple[datetime, ...]:
        """Return when each rung of a ladder is to ring; `due` is the due instant if it is not that of the account."""
        due = due or self.due(time, resumes)
        runs = (*self.ran, (self._on(resumes), due))
        return tuple(self._instant(time, rung, runs, due) for rung in ladder)

    def _on(self, resumes: datetime | None) -> datetime:
        return self.since or resumes or (self.ran[-1][1] if self.ran else self.origin)

    def _instant(
        self, time: WorkingTime, rung: Rung, runs: Sequence[tuple[datetime, datetime]], due: datetime
    ) -> datetime:
        """Return the instant of one rung: by its share of the time from start to due, or after the due instant."""
        if rung.after is not None:
            return time.after(due, rung.after)
        return due if rung.percent is None or rung.percent >= 100 else self._at_share(time, rung.percent, runs, due)

    def _at_share(
        self, time: WorkingTime, percent: int, runs: Sequence[tuple[datetime, datetime]], due: datetime
    ) -> datetime:
        """Return when `percent` of the time from start to due has passed: of wall time, else of working minutes."""
        paced = TimeUnit.WALL if self.budget.unit is TimeUnit.WALL else TimeUnit.HOURS
        lengths = [time.measure(paced, start, end, start) for start, end in runs]
        left = sum(lengths) * percent // 100
        for (start, _), length in zip(runs, lengths, strict=True):
            if 0 < left <= length:
                return time.add(paced, start, left, start)
            left -= length
        return due
