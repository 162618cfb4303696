"""The office's calendar, made from its file: the days by date, and working time as instants a case can carry."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from adapters.office.holiday_list import NO_COUNTRY, known_until, listed
from adapters.office.problems import CALENDAR, ConfigProblem, rule
from adapters.office.schema.calendar import FIRST_YEAR, LAST_YEAR, CalendarIn, HolidayIn
from domain.worktime.office_calendar import (
    DAY,
    Calendar,
    CalendarDay,
    CalendarPlan,
    NoticeDay,
    Windows,
    calendar,
    instant,
)
from domain.worktime.working_time import DIGITS, MINUTE, WorkingTime

SLICE_LIMIT = 2 * 1024
"""How many bytes of working time a case carries at most."""

ESTIMATED = 2
"""Years laid out after the last known one: an estimate with the holidays that are certain is better than one
without."""


def known_year(given: CalendarIn) -> int | None:
    """Return the last year whose days are known, by the country's list or by notices that follow it, else None."""
    whole = {notice.year for notice in given.notice if notice.year}
    known = _list_until(given) or min(whole, default=None)
    while known is not None and known + 1 in whole:
        known += 1
    return known


def off_days(holiday: HolidayIn) -> list[date]:
    """Return the days off of a holiday."""
    if holiday.since is None:
        return []
    return [holiday.since + n * DAY for n in range(((holiday.until or holiday.since) - holiday.since).days + 1)]


def is_listed_off(given: CalendarIn, day: date) -> bool:
    """Return whether the country's list has a day off on `day`."""
    found = listed(given.country, FIRST_YEAR, LAST_YEAR).get(day) if given.country != NO_COUNTRY else None
    return found is not None and found.off


def laid_out(given: CalendarIn) -> Calendar:
    """Return the days of a calendar that has passed the rules."""
    covered = given.covered_until or date(known_year(given) or FIRST_YEAR, 12, 31)
    last = date(min(covered.year + ESTIMATED, LAST_YEAR), 12, 31)
    plan = CalendarPlan(
        week=given.week.days,
        listed={} if given.country == NO_COUNTRY else listed(given.country, FIRST_YEAR, LAST_YEAR),
        notice_days=_notice_days(given),
        whole=frozenset(notice.year for notice in given.notice if notice.year),
        covered_until=covered,
    )
    return calendar(plan, date(FIRST_YEAR, 1, 1), last, given.country, _list_until(given))


def _list_until(given: CalendarIn) -> int | None:
    return None if given.country == NO_COUNTRY else known_until(given.country, LAST_YEAR)


def _notice_days(given: CalendarIn) -> dict[date, NoticeDay]:
    found: dict[date, NoticeDay] = {}
    for notice in given.notice:
        for holiday in notice.holiday:
            found |= {day: NoticeDay(True, holiday.name, notice.name) for day in off_days(holiday)}
            found |= {work.day: NoticeDay(False, holiday.name, notice.name, work.hours or ()) for work in holiday.work}
    return found


# --- instants --------------------------------------------------------------------------------------------------------


def _kind(one: CalendarDay, opens: datetime, ends: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """Return a day as `WorkingTime` has it: its length, then the begin and end of each window, in minutes."""
    length = (ends - opens) // MINUTE
    if length == 1440:  # the clock is not changed, so wall time is minutes after midnight
        return _plain(one.windows)
    marks = [(_at(one.day, mark, zone) - opens) // MINUTE for window in one.windows for mark in window]
    pairs = zip(marks[::2], marks[1::2], strict=True)
    return (length, *(mark for begins, shuts in pairs if begins < shuts for mark in (begins, shuts)))


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    return instant(datetime.combine(day, time()) + minutes * MINUTE, zone)


def _plain(windows: Windows) -> tuple[int, ...]:
    return (1440, *(mark for window in windows for mark in window))


@lru_cache(maxsize=8)  # ten thousand and more, the same for every calendar of a zone
def _midnights(first: date, count: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    return tuple(_at(first + n * DAY, 0, zone) for n in range(count))


def working_time(days: Calendar, zone: str) -> tuple[WorkingTime | None, list[ConfigProblem]]:
    """Return a calendar as instants, and the problems that keep a case from carrying it."""
    there = ZoneInfo(zone)
    first = days.days[0].day
    midnights = _midnights(first, len(days.days) + 1, there)
    made = [_kind(one, *when, there) for one, when in zip(days.days, pairwise(midnights), strict=True)]
    kinds: dict[tuple[int, ...], int] = {}
    line = [kinds.setdefault(kind, len(kinds)) for kind in made]
    plain = [_plain(windows) for windows in days.plan.week]
    week = [kinds.setdefault(plain[(first.weekday() + n) % 7], len(kinds)) for n in range(7)]
    if len(kinds) > len(DIGITS):
        says = rule("too_many_kinds", count=len(kinds), most=len(DIGITS))
        return None, [ConfigProblem(CALENDAR, "", "", says)]
    content = {
        "first": midnights[0],
        "kinds": tuple(kinds),
        "days": "".join(DIGITS[kind] for kind in line),
        "week": "".join(DIGITS[kind] for kind in week),
        "covered_until": _at(days.covered_until + DAY, 0, there),
    }
    written = json.dumps(content, default=datetime.isoformat)
    whole = WorkingTime(version=hashlib.sha256(written.encode()).hexdigest()[:12], **content)
    return whole, _too_large(whole)


def _too_large(whole: WorkingTime) -> list[ConfigProblem]:
    part = whole.part(whole.covered_until)
    size = len(part.model_copy(update={"kinds": whole.kinds}).model_dump_json().encode())
    says = rule("calendar_too_large", most=SLICE_LIMIT)
    return [ConfigProblem(CALENDAR, "", rule("bytes", size=size), says)] if size > SLICE_LIMIT else []
