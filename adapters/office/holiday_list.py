"""The holidays and make-up workdays of a country, as the library `holidays` has them."""
# ruff: noqa: PLC0415  (the library is imported only where a calendar is read)

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from domain.worktime.office_calendar import ListedDay

if TYPE_CHECKING:
    from holidays import HolidayBase

LANGUAGE = "zh_CN"
"""The language of the holidays' names, where the library has it."""
NO_COUNTRY = "none"
"""The value of `country` for an office without a list."""


@cache
def countries() -> frozenset[str]:
    """Return the codes of the countries that have a list, without loading any list."""
    from holidays.registry import EntityLoader

    return frozenset(EntityLoader.get_country_codes(include_aliases=False))


@cache
def known_until(country: str, horizon: int) -> int:
    """Return the last year whose days are known: where workdays are moved by notice, the last published one.

    For a later year the library answers too, but by rule and without a make-up workday.
    """
    found = _list(country, ())
    moved = [year for year, *_ in _moves(found)]
    return max(moved) if moved else min(horizon, found.end_year)


@cache
def listed(country: str, first: int, last: int) -> dict[date, ListedDay]:
    """Return every day from year `first` to `last` that differs from the country's week."""
    found = _list(country, range(first, last + 1))
    moves = {day: other for _, off, worked in _moves(found) for day, other in ((off, worked), (worked, off))}
    days = {
        day: ListedDay(off=True, name="" if day in moves else name, exchanged=moves.get(day))
        for day, name in found.items()
    }
    worked = [day for day in found.weekend_workdays if first <= day.year <= last]
    return days | {day: ListedDay(off=False, exchanged=moves.get(day)) for day in worked}


def _list(country: str, years: Iterable[int]) -> HolidayBase:
    import holidays

    kind: Any = getattr(holidays, country)
    language = LANGUAGE if LANGUAGE in kind.supported_languages else None
    there = [year for year in years if kind.start_year <= year <= kind.end_year]  # for other years it warns
    found: HolidayBase = kind(years=there, language=language)
    return found


def _moves(found: HolidayBase) -> list[tuple[int, date, date]]:
    """Return the days off that are made up for, each as (year of the notice, day off, workday)."""
    published: dict[int, Any] = getattr(found, "special_public_holidays", {})
    moves = []
    for year, rows in published.items():
        for row in rows if isinstance(rows[0], tuple) else (rows,):
            if len(row) > 3:  # a row of three is a day off with a name
                off_month, off_day, month, day, *other = row
                worked = date(other[0] if other else year, month, day)
                moves.append((year, date(year, off_month, off_day), worked))
    return moves
