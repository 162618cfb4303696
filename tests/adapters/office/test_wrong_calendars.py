"""Every rule about the calendar: what is wrong is named by file, key, value and what is allowed, and nothing starts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from adapters.office.load import read_calendar, read_office
from adapters.office.problems import OfficeError
from tests.adapters.office.calendars import WEEK, folder_with
from tests.adapters.office.test_wrong_files import ENGLISH

WRONG = tomllib.loads(Path(__file__).with_name("wrong_calendars.toml").read_text(encoding="utf-8"))["wrong"]
SOUND = """country = "CN"
[week]
monday = [["09:00", "12:00"]]
friday = [["09:00", "12:00"], ["13:30", "18:00"]]
"""
NOTICE = """[[notice]]
name = "2027年的通知"
year = 2027
[[notice.holiday]]
name = "春节"
since = 2027-02-05
until = 2027-02-11
work = [2027-01-31]
"""


def problems(folder: Path) -> list[str]:
    with pytest.raises(OfficeError) as refused:
        read_office(folder)
    return str(refused.value).splitlines()


def test_the_corpus_changes_a_sound_calendar_and_has_one_file_per_rule(tmp_path: Path) -> None:
    read_office(folder_with(tmp_path, SOUND))
    read_office(folder_with(tmp_path, SOUND + NOTICE))
    assert len({wrong["rule"] for wrong in WRONG}) == len(WRONG) >= 30


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong["rule"])
def test_a_wrong_calendar_is_refused_with_file_key_value_and_what_is_allowed(
    tmp_path: Path, wrong: dict[str, Any]
) -> None:
    sound = SOUND if "without_notices" in wrong else SOUND + NOTICE
    assert wrong["old"] in sound
    folder = folder_with(tmp_path, sound.replace(wrong["old"], wrong["new"], 1))

    place = ": ".join(part for part in ("calendar.toml", wrong["key"]) if part) + ":"
    told = problems(folder)
    (line,) = [line for line in told if line.startswith(place)]
    assert all(part in line for part in wrong["says"]), line
    assert "pydantic" not in line
    assert not ENGLISH.search(line), line
    assert all(line.startswith("calendar.toml: ") for line in told)
    with pytest.raises(OfficeError, match=r"^calendar\.toml: "):
        read_calendar(folder)


def test_a_calendar_that_stands_there_and_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, None)
    (folder / "calendar.toml").symlink_to(folder / "nowhere.toml")

    assert problems(folder) == [f"calendar.toml: 在 {folder} 里读不了（没有这个文件或文件夹）；必须有这个文件"]


def many_hours(count: int, windows: int) -> str:
    """A year whose Sundays are worked, each with hours of its own."""
    days = [f"2026-{month:02}-{day:02}" for month, day in SUNDAYS[:count]]
    hours = [
        ", ".join(f'["{2 * w + 1:02}:{n:02}", "{2 * w + 2:02}:{n:02}"]' for w in range(windows)) for n in range(count)
    ]
    work = ", ".join(f"{{ day = {day}, hours = [{these}] }}" for day, these in zip(days, hours, strict=True))
    return f'country = "CN"\n{WEEK}\n[[notice]]\nname = "值守"\n[[notice.holiday]]\nname = "值守"\nwork = [{work}]\n'


SUNDAYS = [
    (month, day)
    for month, first in ((1, 11), (3, 1), (4, 12), (5, 3), (6, 7), (7, 5), (8, 2), (9, 6), (10, 11), (11, 1), (12, 6))
    for day in range(first, 29, 7)
]


def test_more_kinds_of_days_than_can_be_told_apart_are_refused(tmp_path: Path) -> None:
    read_office(folder_with(tmp_path, many_hours(34, 1)))
    assert problems(folder_with(tmp_path, many_hours(35, 1))) == [
        "calendar.toml: 有 37 种不同的工作日，最多 36 种；请减少另有工作时间的日子"
    ]


def test_more_than_fits_into_a_case_is_refused(tmp_path: Path) -> None:
    (line,) = problems(folder_with(tmp_path, many_hours(34, 8)))
    assert "最多 2048 字节" in line
