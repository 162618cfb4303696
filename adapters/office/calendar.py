"""Make the office's calendar of its file: days by their date, and working time as instants a case can carry."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from adapters.office.holiday_list import NO_COUNTRY, known_until, listed
from adapters.office.problems import CALENDAR, Problem
from adapters.office.schema_calendar import FIRST_YEAR, LAST_YEAR, CalendarIn, HolidayIn
from domain.calendar import DAY, Calendar, Plan, Said, Windows, calendar
from domain.worktime import DIGITS, MINUTE, WorkingTime

SLICE_LIMIT = 2 * 1024
"""How many bytes of working time a case carries at most."""

ESTIMATED = 2
"""Years laid out past the last known one: an estimate with the holidays that are sure beats one without."""


def known_year(given: CalendarIn) -> int | None:
    """Return the last year whose days are known: of the country's list, or by notices that follow on it."""
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
    """Tell whether the country's list has a day off."""
    found = listed(given.country, FIRST_YEAR, LAST_YEAR).get(day) if given.country != NO_COUNTRY else None
    return found is not None and found.off


def laid_out(given: CalendarIn) -> Calendar:
    """Lay out the days of a calendar that has passed the rules."""
    covered = given.covered_until or date(known_year(given) or FIRST_YEAR, 12, 31)
    last = date(min(covered.year + ESTIMATED, LAST_YEAR), 12, 31)
    plan = Plan(
        week=given.week.days,
        listed={} if given.country == NO_COUNTRY else listed(given.country, FIRST_YEAR, LAST_YEAR),
        said=_said(given),
        whole=frozenset(notice.year for notice in given.notice if notice.year),
        covered_until=covered,
    )
    return calendar(plan, date(FIRST_YEAR, 1, 1), last, given.country, _list_until(given))


def _list_until(given: CalendarIn) -> int | None:
    return None if given.country == NO_COUNTRY else known_until(given.country, LAST_YEAR)


def _said(given: CalendarIn) -> dict[date, Said]:
    said: dict[date, Said] = {}
    for notice in given.notice:
        for holiday in notice.holiday:
            said |= {day: Said(True, holiday.name, notice.name) for day in off_days(holiday)}
            said |= {work.day: Said(False, holiday.name, notice.name, work.hours or ()) for work in holiday.work}
    return said


# --- instants --------------------------------------------------------------------------------------------------------


class Instants(NamedTuple):
    """Be one zone's way to turn wall time into instants."""

    zone: ZoneInfo

    def at(self, day: date, minutes: int) -> datetime:
        """Return the instant of a wall time: the first valid one after a missing, the first of a repeated."""
        wall = datetime.combine(day, time()) + minutes * MINUTE
        for _ in range(2 * 1440):
            local = wall.replace(tzinfo=self.zone)
            instant = local.astimezone(ZoneInfo("UTC"))
            if instant.astimezone(self.zone).replace(tzinfo=None) == wall:
                return instant
            wall += MINUTE
        raise AssertionError("no zone leaves out two days")

    def kind(self, day: date, windows: Windows) -> tuple[int, ...]:
        """Return a day as working time has it: its length, then where its windows begin and end; in minutes."""
        opens, ends = self.at(day, 0), self.at(day + DAY, 0)
        marks = [self.at(day, mark) for window in windows for mark in window]
        pairs = [((a - opens) // MINUTE, (b - opens) // MINUTE) for a, b in zip(marks[::2], marks[1::2], strict=True)]
        return ((ends - opens) // MINUTE, *(mark for a, b in pairs if a < b for mark in (a, b)))


def working_time(days: Calendar, zone: str) -> tuple[WorkingTime | None, list[Problem]]:
    """Turn a calendar into instants; or say why a case could not carry them."""
    instants = Instants(ZoneInfo(zone))
    kinds: dict[tuple[int, ...], int] = {}
    line = [kinds.setdefault(instants.kind(one.day, one.windows), len(kinds)) for one in days.days]
    first = days.days[0].day
    plain = [(1440, *(mark for window in windows for mark in window)) for windows in days.plan.week]
    week = [kinds.setdefault(plain[(first.weekday() + n) % 7], len(kinds)) for n in range(7)]
    if len(kinds) > len(DIGITS):
        says = f"{len(kinds)} different kinds of days; allowed: {len(DIGITS)}, so fewer days with hours of their own"
        return None, [Problem(CALENDAR, "", "", says)]
    content = {
        "first": instants.at(first, 0),
        "kinds": tuple(kinds),
        "days": "".join(DIGITS[kind] for kind in line),
        "week": "".join(DIGITS[kind] for kind in week),
        "covered_until": instants.at(days.covered_until + timedelta(days=1), 0),
    }
    told = json.dumps(content, default=datetime.isoformat)
    whole = WorkingTime(version=hashlib.sha256(told.encode()).hexdigest()[:12], **content)
    return whole, _too_large(whole)


def _too_large(whole: WorkingTime) -> list[Problem]:
    part = whole.part(whole.covered_until)
    size = len(part.model_copy(update={"kinds": whole.kinds}).model_dump_json().encode())
    says = f"a case would carry more than fits; allowed: {SLICE_LIMIT} bytes, so fewer kinds of days"
    return [Problem(CALENDAR, "", f"{size} bytes", says)] if size > SLICE_LIMIT else []
