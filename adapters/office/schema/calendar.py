"""The shape of `calendar.toml`: the week, the country whose holidays apply, and the notices above its list."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from adapters.office.holiday_list import NO_COUNTRY, countries
from adapters.office.schema.fields import Filled
from domain.values import Frozen

FIRST_YEAR, LAST_YEAR = 2010, 2040
"""The years a calendar can have."""

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


def _window(value: Any) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(time, str) for time in value):
        begins, ends = (_minutes(time) for time in value)
        if begins is not None and ends is not None and begins < ends:
            return begins, ends
    raise PydanticCustomError("window", "no window of a day")


def _minutes(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    return None if match is None else 1440 if match[1] is None else int(match[1]) * 60 + int(match[2])


def _windows(windows: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    if any(begins < ended for (_, ended), (begins, _) in pairwise(windows)):
        raise PydanticCustomError("windows_overlap", "the windows overlap or are out of order")
    return windows


def _country(value: str) -> str:
    if value != NO_COUNTRY and value not in countries():
        raise PydanticCustomError("country", "unknown country", {"none": NO_COUNTRY})
    return value


def _within(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError("day_within", "outside the years", {"first": FIRST_YEAR, "last": LAST_YEAR})
    return day


Day = Annotated[date, Strict(), AfterValidator(_within)]
"""A day written without quotes, within the calendar's years."""
Hours = Annotated[tuple[Annotated[tuple[int, int], BeforeValidator(_window)], ...], AfterValidator(_windows)]
"""Windows of a day, each a begin and an end in minutes after midnight, in order and without overlap."""


class WeekIn(Frozen):
    """The `[week]` table: when the office works; a weekday that is left out is a day of rest."""

    monday: Hours = ()
    tuesday: Hours = ()
    wednesday: Hours = ()
    thursday: Hours = ()
    friday: Hours = ()
    saturday: Hours = ()
    sunday: Hours = ()

    @property
    def days(self) -> tuple[Hours, ...]:
        """Return the windows of each weekday, Monday first."""
        return self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday


class WorkIn(Frozen):
    """One make-up workday: a day alone, or with hours of its own."""

    day: Day
    hours: Annotated[Hours, Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, value: Any) -> Any:
        return {"day": value} if isinstance(value, date) else value


class HolidayIn(Frozen):
    """One `[[notice.holiday]]`: the days off from `since` to `until` (both included), and the make-up workdays."""

    name: Filled
    since: Day | None = None
    until: Day | None = None
    work: tuple[WorkIn, ...] = ()


class NoticeIn(Frozen):
    """One `[[notice]]`; with `year` it describes the whole year, without it only the days it names."""

    name: Filled
    year: Annotated[StrictInt, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    holiday: Annotated[tuple[HolidayIn, ...], Field(min_length=1)]


class CalendarIn(Frozen):
    """The file `calendar.toml`."""

    country: Annotated[str, AfterValidator(_country)]
    covered_until: Day | None = None
    week: WeekIn
    notice: tuple[NoticeIn, ...] = ()
