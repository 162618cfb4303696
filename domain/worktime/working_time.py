"""Time as an office counts it: wall time, working hours and working days (docs/design.md, rules 2 and 13).

A span is written as an office writes it: `15m`, `5h`, `7d` of wall time, `4wh` working hours, `2wd` working days.
Working time is data made outside and carried by the case. No zone and no holiday library is used here, so an upgrade of
such a library changes no replay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, model_serializer, model_validator

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
"""The unit of wall time and working hours: a microsecond; working days are counted by their closes of business."""

REACH = 4000 * DAY
"""How far ahead an instant is looked for, at most: no figure, and no calendar without workdays, is counted for ever."""


class TimeUnit(StrEnum):
    """The units in which a budget counts time."""

    WALL = "wall"
    HOURS = "wh"
    DAYS = "wd"

    def written(self, ticks: int) -> str:
        """Return a measured length as text, to the minute; of working days, their number."""
        if self is TimeUnit.DAYS:
            return f"{ticks}wd"
        hours, minutes = divmod(ticks // 60_000_000, 60)
        letters = ("wh", "wm") if self is TimeUnit.HOURS else ("h", "m")
        return " ".join(f"{n}{letter}" for n, letter in zip((hours, minutes), letters, strict=True) if n) or "0m"


_SPAN = re.compile(r"(\d{1,6})(m|h|d|wh|wd)")
_TICKS = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000, "wh": 3_600_000_000, "wd": 1}
_WHOLE = {TimeUnit.WALL: _TICKS["m"], TimeUnit.HOURS: _TICKS["wh"], TimeUnit.DAYS: _TICKS["wd"]}
_UNITS = {"wh": TimeUnit.HOURS, "wd": TimeUnit.DAYS}


class Span(BaseModel):
    """A length of time in one unit; it is stored as its text, such as `4wh`.

    `ticks` are microseconds for wall time and working hours, and a number of days for working days.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    unit: TimeUnit
    ticks: int

    def __add__(self, other: Span) -> Span:
        """Return both lengths together.

        Raises:
            ValueError: they are not in the same unit.

        """
        if self.unit is not other.unit:
            raise ValueError(f"{self} and {other} cannot be added; allowed: two lengths in the same unit")
        return Span(unit=self.unit, ticks=self.ticks + other.ticks)

    @classmethod
    @lru_cache(maxsize=512)  # a case has some hundred spans, few of them different, and is read at every step
    def of(cls, text: str) -> Span:
        """Return the span an office writes as `text`.

        Raises:
            ValueError: `text` is no span, or is zero.

        """
        match = _SPAN.fullmatch(text)
        if not match or int(match[1]) == 0:
            raise ValueError(
                f"{text!r} is no duration; allowed: a whole number above 0 and m, h or d for wall time, wh for working "
                "hours, wd for working days, such as 15m, 5h, 7d, 4wh, 2wd"
            )
        return cls(unit=_UNITS.get(match[2], TimeUnit.WALL), ticks=int(match[1]) * _TICKS[match[2]])

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, value: Any, read: ModelWrapValidatorHandler[Span]) -> Span:
        if isinstance(value, str):
            return cls.of(value)
        span = read(value)
        if span.ticks <= 0 or span.ticks % _WHOLE[span.unit]:  # what cannot be written cannot be stored
            raise ValueError(f"{span.ticks} {span.unit} is no duration; allowed: whole minutes, hours or days above 0")
        return span

    @model_serializer
    def __str__(self) -> str:
        """Return the span as an office writes it."""
        return _written(self.unit, self.ticks)


@lru_cache(maxsize=512)
def _written(unit: TimeUnit, ticks: int) -> str:
    if unit is not TimeUnit.WALL:
        return f"{ticks // _TICKS[unit]}{unit}"
    letters = "dhm" if ticks >= 3 * _TICKS["d"] else "hm"  # 48h is read as hours, 7d as days
    letter = next(letter for letter in letters if letter == "m" or ticks % _TICKS[letter] == 0)
    return f"{ticks // _TICKS[letter]}{letter}"


DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
"""One digit per kind of day, so there are at most this many kinds."""


class Day(NamedTuple):
    """One day of the calendar: from midnight to midnight, with the windows in which the office works."""

    opens: datetime
    ends: datetime
    windows: tuple[tuple[datetime, datetime], ...]

    @property
    def close(self) -> datetime | None:
        """Return the close of business; None on a day of rest."""
        return self.windows[-1][1] if self.windows else None


class WorkingTime(BaseModel):
    """The working time of an office, as instants.

    `first` is a midnight in the office's zone. From there, `days` holds one digit (base 36) per day, which names the
    day's kind; after its end, `week` is used, one digit per day in turn. A kind is the length of the day in minutes (24
    hours, except where the clock is put forward or back), followed by the begin and end of each window, in minutes
    after midnight. What is worked after `covered_until` is not known yet: an instant after it is provisional.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    version: str
    first: datetime
    kinds: tuple[tuple[int, ...], ...]
    days: str
    week: str
    covered_until: datetime

    def measure(self, unit: TimeUnit, start: datetime, end: datetime, origin: datetime) -> int:
        """Return how much of a budget that began at `origin` is used from `start` to `end`, in ticks.

        For working days: the number of closes of business passed, without that of the day of `origin` (docs/design.md,
        rule 2).
        """
        if end <= start:
            return 0
        match unit:
            case TimeUnit.WALL:
                return (end - start) // TICK
            case TimeUnit.HOURS:
                return sum((min(shut, end) - max(opened, start)) // TICK for opened, shut in self._between(start, end))
            case TimeUnit.DAYS:
                return sum(1 for close in self._closes(start, origin, end) if close <= end)

    def add(self, unit: TimeUnit, start: datetime, ticks: int, origin: datetime) -> datetime:
        """Return when `ticks` are used up, counted from `start`; `start` itself if `ticks` is not above zero.

        A budget that ends exactly at closing is due at closing, not at the next opening. `origin` is when the budget
        began. What would lie beyond `REACH` counts as used up there.
        """
        if ticks <= 0:
            return start
        match unit:
            case TimeUnit.WALL:
                return start + min(ticks, REACH // TICK) * TICK
            case TimeUnit.HOURS:
                return self._after_work(start, ticks)
            case TimeUnit.DAYS:
                closes = self._closes(start, origin, start + REACH)
                return next((close for n, close in enumerate(closes, start=1) if n == ticks), start + REACH)

    def after(self, start: datetime, span: Span) -> datetime:
        """Return when `span`, begun at `start`, is over."""
        return self.add(span.unit, start, span.ticks, start)

    def provisional(self, instant: datetime) -> bool:
        """Return whether `instant` lies where the calendar is not known yet."""
        return instant > self.covered_until

    def part(self, start: datetime, days: int = 400) -> WorkingTime:
        """Return the part a case carries: `days` days from the one that holds `start`, under the same version.

        `covered_until` of the part is never after the part's end.
        """
        number, opens = _day_of(self.kinds, self.days, self.week, self.first, start)
        line = [_kind(self.days, self.week, number + n) for n in range(days)]
        week = [int(self.week[(number + n) % 7], 36) for n in range(7)]
        used = sorted({*line, *week})
        ends = opens + sum(self.kinds[kind][0] for kind in line) * MINUTE
        return WorkingTime(
            version=self.version,
            first=opens,
            kinds=tuple(self.kinds[kind] for kind in used),
            days="".join(DIGITS[used.index(kind)] for kind in line),
            week="".join(DIGITS[used.index(kind)] for kind in week),
            covered_until=min(self.covered_until, ends),
        )

    # --- days --------------------------------------------------------------------------------------------------------

    def working(self, instant: datetime) -> bool:
        """Return whether the office works at `instant`; windows are half-open."""
        return any(opened <= instant < shut for opened, shut in next(self._days(instant)).windows)

    def opening(self, instant: datetime) -> datetime:
        """Return the first instant from `instant` on at which the office works or has just closed."""
        end = instant + REACH
        return next((max(opened, instant) for opened, _ in self._between(instant - TICK, end)), end)

    def midnights(self, instant: datetime) -> Iterator[tuple[datetime, bool]]:
        """Return each midnight and whether its day is a workday, from the day that holds `instant`, up to `REACH`."""
        days = takewhile(lambda day: day.opens < instant + REACH, self._days(instant))
        return ((day.opens, bool(day.windows)) for day in days)

    def _after_work(self, start: datetime, ticks: int) -> datetime:
        for opened, shut in self._between(start, start + REACH):
            begun = max(opened, start)
            if (worked := (shut - begun) // TICK) >= ticks:
                return begun + ticks * TICK
            ticks -= worked
        return start + REACH

    def _between(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        for day in self._days(start):
            if day.opens >= end:
                return
            for opened, shut in day.windows:
                if shut > start and opened < end:
                    yield opened, shut

    def _closes(self, start: datetime, origin: datetime, end: datetime) -> Iterator[datetime]:
        """Return the closes of business after `start`, up to `end`'s day, without that of the day of `origin`."""
        for day in self._days(start):
            if day.opens >= end:
                return
            if day.close and day.close > start and day.opens > origin:
                yield day.close

    def _days(self, instant: datetime) -> Iterator[Day]:
        """Return the days from the one that holds `instant`, without end."""
        number, opens = _day_of(self.kinds, self.days, self.week, self.first, instant)
        while True:
            day = _laid(opens, self.kinds[_kind(self.days, self.week, number)])
            yield day
            number, opens = number + 1, day.ends


@lru_cache(maxsize=4096)  # every clock of a case counts over the same few weeks, again after each decision
def _laid(opens: datetime, kind: tuple[int, ...]) -> Day:
    """Return the day of a kind that begins at `opens`."""
    length, *marks = kind
    at = [opens + mark * MINUTE for mark in marks]
    return Day(opens, opens + length * MINUTE, tuple(zip(at[::2], at[1::2], strict=True)))


def _kind(days: str, week: str, number: int) -> int:
    return int(days[number] if 0 <= number < len(days) else week[number % 7], 36)


@lru_cache(maxsize=1024)
def _day_of(
    kinds: tuple[tuple[int, ...], ...], days: str, week: str, first: datetime, instant: datetime
) -> tuple[int, datetime]:
    """Return the number of the day that holds `instant`, and when that day begins."""
    number = max(0, min(len(days), (instant - first) // DAY))  # at most a day off: few days are not 24 hours long
    lengths = (kind[0] * days.count(digit, 0, number) for digit, kind in zip(DIGITS, kinds, strict=False))
    opens = first + sum(lengths) * MINUTE
    while opens > instant:
        number -= 1
        opens -= kinds[_kind(days, week, number)][0] * MINUTE
    while (ends := opens + kinds[_kind(days, week, number)][0] * MINUTE) <= instant:
        number, opens = number + 1, ends
    return number, opens
