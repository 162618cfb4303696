"""What `piyao calendar show` and `check` do: a month as a table, and how far the calendar is known."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.actions.doctor import print_result
from cli.checks.office import coverage
from cli.checks.result import CheckResult
from cli.messages import message
from cli.run import fail, office_of, settings_of
from domain.office.office import Office
from domain.worktime.office_calendar import Calendar, CalendarDay, DayKind
from wiring.office import office_calendar

COLUMNS = ("day", "weekday", "kind", "name", "hours", "source")


def show_month(config: Path | None, first: date | None, *, as_json: bool) -> None:
    """Print the days of a month, by default the current one."""
    office, calendar = _read(config)
    days = calendar.month(first or _today(office))
    if not days:
        fail(message("calendar_no_month", first=calendar.days[0].day, last=calendar.days[-1].day))
    if as_json:
        print(json.dumps([_row(one) for one in days], ensure_ascii=False, indent=2))
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        table.add_column(message(f"column_calendar_{column}"), overflow="fold", no_wrap=column == "hours")
    for one in days:
        table.add_row(*(escape(cell) for cell in _cells(one)))
    Console(highlight=False).print(table)
    if days[-1].day > calendar.covered_until:
        print(message("calendar_estimated", until=calendar.covered_until))


def check_calendar(config: Path | None, on: date | None, *, as_json: bool) -> None:
    """Print where the days come from, where notices and list differ, and how long the calendar is known.

    The exit status is 1 if it is known for less than `SOON` days.
    """
    office, calendar = _read(config)
    found = coverage(office, on or _today(office))
    unlike = calendar.unlike()
    if as_json:
        print(json.dumps(_as_json(office, calendar, found), ensure_ascii=False, indent=2))
    else:
        code = "calendar_list" if calendar.known else "calendar_no_list"
        print(message(code, country=calendar.country, year=calendar.known))
        for name, days in calendar.notices().items():
            off = sum(one.kind is DayKind.HOLIDAY for one in days)
            print(message("calendar_notice", name=name, off=off, work=len(days) - off))
        for in_force, listed in unlike:
            values = {"day": in_force.day, "stands": _kind_and_hours(in_force), "listed": _kind_and_hours(listed)}
            print(message("calendar_unlike", **values))
        print(message("calendar_version", version=office.working.version, zone=office.policy.zone))
        print_result("calendar", found)
    if not found.ok:
        raise SystemExit(1)


def _read(config: Path | None) -> tuple[Office, Calendar]:
    settings = settings_of(config=config)
    return office_of(settings), office_calendar(settings.office_folder)


def _today(office: Office) -> date:
    return office.day(datetime.now(UTC))  # noqa: TID251  (the command line is where today is known)


def _as_json(office: Office, calendar: Calendar, found: CheckResult) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "country": calendar.country,
        "list_until": calendar.known,
        "covered_until": str(calendar.covered_until),
        "version": office.working.version,
        "zone": office.policy.zone,
        "notices": list(calendar.notices()),
        "unlike": [{"stands": _row(in_force), "list": _row(listed)} for in_force, listed in calendar.unlike()],
        "todo": found.todo,
    }


def _row(one: CalendarDay) -> dict[str, Any]:
    return {
        "day": str(one.day),
        "kind": one.kind,
        "name": one.name,
        "hours": [[_clock(begins), _clock(ends)] for begins, ends in one.windows],
        "source": one.source,
        "notice": one.notice,
        "exchanged": str(one.exchanged) if one.exchanged else None,
    }


def _cells(one: CalendarDay) -> list[str]:
    exchanged = message("calendar_exchanged", day=f"{one.exchanged:%m-%d}") if one.exchanged else ""
    return [
        str(one.day),
        message("weekdays")[one.day.weekday()],
        message(f"day_{one.kind}"),
        one.name or exchanged,
        _hours(one),
        one.notice or message(f"source_{one.source}"),
    ]


def _kind_and_hours(one: CalendarDay) -> str:
    return " ".join(part for part in (message(f"day_{one.kind}"), one.name, _hours(one)) if part)


def _hours(one: CalendarDay) -> str:
    return " ".join(f"{_clock(begins)}–{_clock(ends)}" for begins, ends in one.windows)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
