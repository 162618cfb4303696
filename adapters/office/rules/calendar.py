"""The rules of `calendar.toml`, so that no due time is computed from a slip of the pen (docs/design.md, rule 13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from adapters.office.holiday_list import NO_COUNTRY
from adapters.office.parsed import Parsed
from adapters.office.problems import CALENDAR, ConfigProblem, rule, shown
from adapters.office.schema.calendar import HolidayIn, NoticeIn, WeekIn
from adapters.office.working_time import is_listed_off, known_year, off_days

LONGEST = timedelta(days=31)
"""How long a holiday may be; a longer one is a wrong month or year."""

Place = tuple[str, NoticeIn, HolidayIn]
"""The key path of a holiday, with its notice and the holiday itself."""


def the_week_has_hours(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a week without work: working time would never pass."""
    if parsed.calendar is not None and not any(parsed.calendar.week.days):
        yield ConfigProblem(CALENDAR, "week", "", rule("nobody_works"))


def years_are_told_once(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse two notices that each describe the same whole year."""
    seen: set[int] = set()
    for n, notice in enumerate(_notices(parsed)):
        if notice.year in seen:
            says = rule("year_twice")
            yield ConfigProblem(CALENDAR, f"notice[{n}].year", shown(notice.year), says)
        seen |= {notice.year} if notice.year else set()


def a_whole_year_has_holidays(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a notice that describes a whole year and names no day off."""
    for n, notice in enumerate(_notices(parsed)):
        if notice.year and not any(one.since for one in notice.holiday):
            says = rule("no_day_off")
            yield ConfigProblem(CALENDAR, f"notice[{n}].holiday", "", says)


def holidays_have_days(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a holiday without days, or with an end and no beginning."""
    for at, _, holiday in _holidays(parsed):
        if holiday.since is None and holiday.until is not None:
            yield ConfigProblem(CALENDAR, f"{at}.since", "", rule("since_beside_until"))
        elif holiday.since is None and not holiday.work:
            yield ConfigProblem(CALENDAR, f"{at}.since", "", rule("since_or_work"))


def holidays_run_forward(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a holiday that ends before it begins, or is too long to be one."""
    for at, _, holiday in _holidays(parsed):
        if holiday.since and holiday.until and not timedelta() <= holiday.until - holiday.since < LONGEST:
            says = rule("until_after_since", since=holiday.since, most=LONGEST.days)
            yield ConfigProblem(CALENDAR, f"{at}.until", str(holiday.until), says)


def days_lie_in_the_year(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a day far from its notice's year; the days around New Year may be in the notice of either year."""
    for at, notice, holiday in _holidays(parsed):
        if notice.year is None:
            continue
        first, last = date(notice.year - 1, 12, 1), date(notice.year + 1, 1, 31)
        named = {"since": holiday.since, "until": holiday.until}
        named |= {f"work[{n}].day": work.day for n, work in enumerate(holiday.work)}
        for key, day in named.items():
            if day is not None and not first <= day <= last:
                says = rule("not_of_the_year", year=notice.year, first=first, last=last)
                yield ConfigProblem(CALENDAR, f"{at}.{key}", str(day), says)


def days_are_told_once(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a notice that gives a day twice; a later notice may correct an earlier one."""
    for n, notice in enumerate(_notices(parsed)):
        named = Counter(day for one in notice.holiday for day in (*off_days(one), *(work.day for work in one.work)))
        for day in sorted(day for day, times in named.items() if times > 1):
            says = rule("day_twice")
            yield ConfigProblem(CALENDAR, f"notice[{n}].holiday", str(day), says)


def make_up_days_are_days_of_rest(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a make-up workday that is a workday anyway, unless it gets other hours or cancels a holiday."""
    given = parsed.calendar
    off = {day for _, _, holiday in _holidays(parsed) for day in off_days(holiday)}
    for at, _, holiday in _holidays(parsed) if given else ():
        for n, work in enumerate(holiday.work):
            assert given is not None  # noqa: S101  (without a calendar there are no holidays)
            weekday = work.day.weekday()
            name = list(WeekIn.model_fields)[weekday]
            anyway = given.week.days[weekday] and work.day not in off and not is_listed_off(given, work.day)
            if anyway and work.hours is None:
                says = rule("worked_anyway", weekday=name)
                yield ConfigProblem(CALENDAR, f"{at}.work[{n}].day", str(work.day), says)


def coverage_is_known(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse to call days known that neither the list nor a notice gives.

    Without a list and without a notice of a whole year, `covered_until` is required.
    """
    if (given := parsed.calendar) is None:
        return
    known = known_year(given)
    if given.covered_until is None and given.country == NO_COUNTRY and known is None:
        says = rule("covered_missing", none=NO_COUNTRY)
        yield ConfigProblem(CALENDAR, "covered_until", "", says)
    elif given.covered_until and given.country != NO_COUNTRY and known and given.covered_until.year > known:
        says = rule("covered_untold", known=known)
        yield ConfigProblem(CALENDAR, "covered_until", str(given.covered_until), says)


def _holidays(parsed: Parsed) -> Iterator[Place]:
    for n, notice in enumerate(_notices(parsed)):
        for m, holiday in enumerate(notice.holiday):
            yield f"notice[{n}].holiday[{m}]", notice, holiday


def _notices(parsed: Parsed) -> tuple[NoticeIn, ...]:
    return parsed.calendar.notice if parsed.calendar else ()


RULES = (
    the_week_has_hours,
    years_are_told_once,
    a_whole_year_has_holidays,
    holidays_have_days,
    holidays_run_forward,
    days_lie_in_the_year,
    days_are_told_once,
    make_up_days_are_days_of_rest,
    coverage_is_known,
)
