"""Working time for tests: the hours 09–12 and 13:30–18, in any zone, with the days of rest and make-up days named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.worktime.working_time import MINUTE, WorkingTime

HOURS = (540, 720, 810, 1080)

REST = {
    date(2026, 1, 1): 3, date(2026, 2, 15): 9, date(2026, 4, 4): 3, date(2026, 5, 1): 5,
    date(2026, 6, 19): 3, date(2026, 9, 25): 3, date(2026, 10, 1): 7,
}  # fmt: skip
"""First day and length of the holidays of 2026, as published."""

MAKE_UP = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}


def rests(day: date, also: frozenset[date]) -> bool:
    """Tell whether `day` is a day of rest in China; `also` are further ones."""
    if day in also:
        return True
    if day in MAKE_UP:
        return False
    holidays = any(first <= day < first + timedelta(days=length) for first, length in REST.items())
    return holidays or day.weekday() >= 5


def calendar(
    zone: str = "Asia/Shanghai",
    first: date = date(2025, 12, 1),
    days: int = 500,
    version: str = "test-1",
    shift: int = 0,
    rest: frozenset[date] = frozenset(),
) -> WorkingTime:
    """Build the working time of `days` days from `first` on.

    `shift` moves the days of rest, as a newer notice may, `rest` adds some.
    """
    kinds: list[tuple[int, ...]] = []
    dates = [first + timedelta(days=n) for n in range(days)]
    named = [_named(kinds, zone, day, rests(day + timedelta(days=shift), rest)) for day in dates]
    week = [(first + timedelta(days=days + n)).weekday() for n in range(7)]
    usual = [_number(kinds, (1440, *(HOURS if day < 5 else ()))) for day in week]
    return WorkingTime(
        version=version,
        first=_midnight(zone, first),
        kinds=tuple(kinds),
        days="".join(named),
        week="".join(usual),
        covered_until=_midnight(zone, first + timedelta(days=days)),
    )


def _named(kinds: list[tuple[int, ...]], zone: str, day: date, rest: bool) -> str:
    opens = _midnight(zone, day)
    length = (_midnight(zone, day + timedelta(days=1)) - opens) // MINUTE
    marks = () if rest else tuple((_at(zone, day, minute) - opens) // MINUTE for minute in HOURS)
    return _number(kinds, (length, *marks))


def _number(kinds: list[tuple[int, ...]], kind: tuple[int, ...]) -> str:
    if kind not in kinds:
        kinds.append(kind)
    return "0123456789abcdefghijklmnopqrstuvwxyz"[kinds.index(kind)]


def _midnight(zone: str, day: date) -> datetime:
    return _at(zone, day, 0)


def _at(zone: str, day: date, minute: int) -> datetime:
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


CHINA = calendar()
