"""Calendars written as an office writes them, and read through the real files."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.office.load import read_calendar, read_office
from domain.worktime.office_calendar import Calendar, CalendarDay
from domain.worktime.working_time import WorkingTime
from tests.adapters.office.played_cases import CONFIG

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = "[week]\n" + "\n".join(
    f'{day} = [["09:00", "12:00"], ["13:30", "18:00"]]'
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
)

VECTORS = [
    ("2026-02-13T16:00", "4wh", "2026-02-14T11:00"),
    ("2026-02-14T17:00", "2wh", "2026-02-24T10:00"),
    ("2026-10-09T17:00", "2wh", "2026-10-10T10:00"),
    ("2025-12-31T17:00", "3wh", "2026-01-04T11:00"),
    ("2026-09-30T17:30", "2wh", "2026-10-08T10:30"),
    ("2026-02-13T16:00", "1wd", "2026-02-14T18:00"),
    ("2026-02-13T16:00", "2wd", "2026-02-24T18:00"),
    ("2026-09-30T17:30", "1wd", "2026-10-08T18:00"),
    ("2026-10-09T17:00", "1wd", "2026-10-10T18:00"),
    ("2026-03-07T10:00", "1wd", "2026-03-09T18:00"),
    ("2026-03-09T08:00", "1wd", "2026-03-10T18:00"),
]
"""The golden vectors of rule 13: start, budget, due, by the clock of Shanghai."""


def folder_with(tmp_path: Path, calendar: str | None, zone: str | None = None) -> Path:
    """An office's own folder: the sample's, with this calendar (None: without one of its own)."""
    folder = tmp_path / "office"
    folder.mkdir(exist_ok=True)
    for name in ("units.toml", "policy.toml", "people.toml"):
        shutil.copy(CONFIG / name, folder)
    if calendar is not None:
        (folder / "calendar.toml").write_text(calendar, encoding="utf-8")
    if zone is not None:
        policy = (CONFIG / "policy.toml").read_text(encoding="utf-8")
        (folder / "policy.toml").write_text(policy.replace('"Asia/Shanghai"', f'"{zone}"'), encoding="utf-8")
    return folder


def days_of(tmp_path: Path, calendar: str) -> Calendar:
    return read_calendar(folder_with(tmp_path, calendar))


def day_of(calendar: Calendar, day: date) -> CalendarDay:
    return next(one for one in calendar.month(day) if one.day == day)


def working_of(tmp_path: Path, calendar: str | None, zone: str | None = None) -> WorkingTime:
    return read_office(folder_with(tmp_path, calendar, zone)).working


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """An instant by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)
