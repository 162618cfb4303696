"""The days of an office: its week, a country's holidays and make-up workdays (调休), and notices above both.

The rule is in docs/design.md, rule 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

Windows = tuple[tuple[int, int], ...]
"""When an office works on a day, in minutes after midnight of its wall clock; empty on a day of rest."""

DAY = timedelta(days=1)
SOON = 60
"""How many days before the calendar runs out this is reported; next year's days are published in early November."""


class DayKind(StrEnum):
    """What a day is."""

    WORKDAY = "workday"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class DaySource(StrEnum):
    """Who determines what a day is; an estimate is a day nobody has determined yet."""

    WEEK = "week"
    LIST = "list"
    ESTIMATE = "estimate"
    NOTICE = "notice"


class CalendarDay(NamedTuple):
    """One day of the calendar, with the windows in which the office works.

    `name` is the holiday's name, `notice` the name of the notice that sets the day. `exchanged` is the other day of an
    exchange: the day off of a make-up workday, or the make-up workday of a day off.
    """

    day: date
    kind: DayKind
    windows: Windows
    source: DaySource
    name: str = ""
    notice: str = ""
    exchanged: date | None = None


class ListedDay(NamedTuple):
    """What a country's list gives for a day that differs from the week."""

    off: bool
    name: str = ""
    exchanged: date | None = None


class NoticeDay(NamedTuple):
    """What a notice gives for a day; a make-up workday without hours of its own has the usual ones."""

    off: bool
    name: str
    notice: str
    hours: Windows = ()


@dataclass(frozen=True)
class CalendarPlan:
    """What the calendar is computed from: week, listed days and notices.

    `whole` are the years that notices describe completely; the list is not read for them.
    """

    week: tuple[Windows, ...]
    listed: Mapping[date, ListedDay]
    notice_days: Mapping[date, NoticeDay]
    whole: frozenset[int]
    covered_until: date

    @property
    def usual(self) -> Windows:
        """Return the hours of a make-up workday for which none are given: those of the first weekday that has any."""
        return next(windows for windows in self.week if windows)

    def on(self, day: date) -> CalendarDay:
        """Return what a day is: a notice stands above the list, the list above the week."""
        if (notice_day := self.notice_days.get(day)) is not None:
            windows = () if notice_day.off else notice_day.hours or self.usual
            kind = DayKind.HOLIDAY if notice_day.off else DayKind.MAKEUP
            return CalendarDay(day, kind, windows, DaySource.NOTICE, notice_day.name, notice_day.notice)
        return self._as_the_week(day) if day.year in self.whole else self.without_notices(day)

    def without_notices(self, day: date) -> CalendarDay:
        """Return what a day is by list and week alone."""
        listed = self.listed.get(day)
        if listed is None:
            return self._as_the_week(day)
        source = DaySource.LIST if day <= self.covered_until else DaySource.ESTIMATE
        if listed.off:
            return CalendarDay(day, DayKind.HOLIDAY, (), source, listed.name, exchanged=listed.exchanged)
        windows = self.week[listed.exchanged.weekday()] if listed.exchanged else self.usual
        kind = DayKind.MAKEUP if windows else DayKind.REST  # the day it stands for is no workday in this office's week
        return CalendarDay(day, kind, windows, source, exchanged=listed.exchanged)

    def _as_the_week(self, day: date) -> CalendarDay:
        windows = self.week[day.weekday()]
        kind = DayKind.WORKDAY if windows else DayKind.REST
        return CalendarDay(day, kind, windows, DaySource.WEEK if day <= self.covered_until else DaySource.ESTIMATE)


@dataclass(frozen=True)
class Calendar:
    """The days of an office from `days[0]` on.

    `known` is the last year in the country's list, None where there is no list.
    """

    country: str
    known: int | None
    plan: CalendarPlan
    days: tuple[CalendarDay, ...]

    @property
    def covered_until(self) -> date:
        """Return the last day whose working time is known."""
        return self.plan.covered_until

    def month(self, first: date) -> tuple[CalendarDay, ...]:
        """Return the days of the month that begins with `first`; none outside the calendar."""
        return tuple(one for one in self.days if (one.day.year, one.day.month) == (first.year, first.month))

    def unlike(self) -> list[tuple[CalendarDay, CalendarDay]]:
        """Return the days on which notices and list differ, in the years of the list, each with the list's version."""
        pairs = ((one, self.plan.without_notices(one.day)) for one in self.days if one.day.year <= (self.known or 0))
        return [(one, other) for one, other in pairs if one.windows != other.windows]

    def notices(self) -> dict[str, list[CalendarDay]]:
        """Return the days set by notices, by the notices' names."""
        found: dict[str, list[CalendarDay]] = {}
        for one in self.days:
            if one.source is DaySource.NOTICE:
                found.setdefault(one.notice, []).append(one)
        return found


def calendar(plan: CalendarPlan, first: date, last: date, country: str, known: int | None) -> Calendar:
    """Return the calendar of the days from `first` to `last`, both included."""
    count = (last - first).days + 1
    return Calendar(country, known, plan, tuple(plan.on(first + n * DAY) for n in range(count)))


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a wall clock in `zone` shows `wall`.

    Of two such instants, the first; where the clock skips `wall`, the next minute it shows.
    """
    while (found := wall.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != wall:
        wall = wall.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return found
