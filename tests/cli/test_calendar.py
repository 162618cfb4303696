"""`piyao calendar`: a month as a table, how far the days are known, and when a budget is due."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from settings import PACKAGED
from tests.adapters.office.calendars import VECTORS, WEEK, folder_with
from tests.cli.piyao import piyao

CN = f'country = "CN"\n{WEEK}\n'
NOTICE = """
[[notice]]
name = "国务院办公厅关于2026年部分节假日安排的更正"
[[notice.holiday]]
name = "劳动节"
since = 2026-05-06
work = [{ day = 2026-05-10, hours = [["09:00", "12:00"]] }]
"""


def calendar(*words: str, config: Path = PACKAGED, stdin: str = "") -> subprocess.CompletedProcess[str]:
    done = piyao("calendar", *words, "--config", str(config), stdin=stdin)
    assert "Traceback" not in done.stderr
    return done


def line(told: str, day: str) -> list[str]:
    (found,) = [one.split() for one in told.splitlines() if one.startswith(day)]
    return found


def test_a_month_says_of_each_day_what_it_is_and_where_that_is_from(tmp_path: Path) -> None:
    told = calendar("show", "2026-02").stdout

    assert len(re.findall(r"^2026-02-\d\d ", told, re.MULTILINE)) == 28
    assert line(told, "2026-02-13") == ["2026-02-13", "五", "工作日", "09:00–12:00", "13:30–18:00", "每周安排"]
    assert line(told, "2026-02-14")[2:] == ["调休上班", "与", "02-20", "调休", "09:00–12:00", "13:30–18:00", "节假日表"]
    assert line(told, "2026-02-15")[2:] == ["休息日", "每周安排"]
    assert line(told, "2026-02-17")[2:] == ["节假日", "春节", "节假日表"]
    may = calendar("show", "2026-05", config=folder_with(tmp_path, CN + NOTICE)).stdout
    assert line(may, "2026-05-06")[2:4] == ["节假日", "劳动节"]
    assert line(may, "2026-05-10")[2:5] == ["调休上班", "劳动节", "09:00–12:00"]
    assert "的更正" in may


def test_days_nobody_has_told_yet_are_shown_as_estimates() -> None:
    told = calendar("show", "2027-01")

    assert line(told.stdout, "2027-01-04")[-1] == "推算"
    assert "2026-12-31 以后的安排还没有公布" in told.stdout
    assert json.loads(calendar("show", "2027-01", "--json").stdout)[0] == {
        "day": "2027-01-01",
        "kind": "holiday",
        "name": "元旦",
        "hours": [],
        "source": "estimate",
        "notice": "",
        "exchanged": None,
    }


def test_a_month_outside_the_calendar_is_refused_with_what_there_is() -> None:
    refused = calendar("show", "2009-12")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "2010-01-01 到 2028-12-31" in refused.stderr


@pytest.mark.parametrize(
    ("on", "code", "says"),
    [
        ("2026-11-01", 0, "✓ 工作日历：已知到 2026-12-31，还有 60 天"),
        ("2026-11-02", 1, "✗ 工作日历：只到 2026-12-31，还剩 59 天"),
        ("2027-01-01", 1, "✗ 工作日历：2026-12-31 以后的安排还不知道"),
    ],
)
def test_a_calendar_that_runs_out_is_told_before_it_has(on: str, code: int, says: str) -> None:
    checked = calendar("check", "--on", on)

    assert checked.returncode == code
    assert says in checked.stdout
    assert ("year = 2027" in checked.stdout) is (code == 1)


def test_a_check_tells_where_notice_and_list_differ(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, CN + NOTICE)

    checked = calendar("check", "--on", "2026-06-01", config=folder)
    row = json.loads(calendar("check", "--on", "2026-06-01", "--json", config=folder).stdout)

    assert checked.returncode == 0
    assert "的更正（放假 1 天，上班 1 天）" in checked.stdout
    assert "2026-05-06 按通知是节假日 劳动节，节假日表是工作日 09:00–12:00 13:30–18:00" in checked.stdout
    assert [one["stands"]["day"] for one in row["unlike"]] == ["2026-05-06", "2026-05-10"]
    assert (row["ok"], row["list_until"], row["covered_until"]) == (True, 2026, "2026-12-31")


def test_a_wrong_calendar_starts_no_worker_and_reckons_nothing(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, CN.replace("monday", "montag"))

    due = calendar("due", "2026-02-13T16:00", "4wh", config=folder)
    worker = piyao("worker", PIYAO_CONFIG=str(folder), PIYAO_DATA=str(tmp_path / "data"))

    for refused in (due, worker):
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "calendar.toml: week.montag: " in refused.stderr


def test_the_golden_vectors_come_out_of_the_command_line() -> None:
    asked = "".join(f"{start} {budget}\n" for start, budget, _ in VECTORS)

    told = calendar("due", "-", stdin=asked)

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines() == [f"{due}:00+08:00" for _, _, due in VECTORS]


def test_one_budget_is_due_in_the_zone_of_the_office(tmp_path: Path) -> None:
    berlin = folder_with(tmp_path, CN.replace("CN", "DE"), "Europe/Berlin")

    assert calendar("due", "2026-02-13T16:00", "4wh").stdout == "2026-02-14T11:00:00+08:00\n"
    assert calendar("due", "2026-02-13T08:00:00Z", "4wh").stdout == "2026-02-14T11:00:00+08:00\n"
    assert calendar("due", "2026-03-27T17:30", "1wh", config=berlin).stdout == "2026-03-30T09:30:00+02:00\n"
    assert json.loads(calendar("due", "2026-12-31T17:00", "2wh", "--json").stdout) == {
        "start": "2026-12-31T17:00:00+08:00",
        "budget": "2wh",
        "due": "2027-01-04T10:00:00+08:00",
        "provisional": True,
    }


def test_a_bad_line_is_named_and_the_others_are_answered_in_their_places() -> None:
    asked = (
        "2026-02-13T16:00 4wh",
        "2026-02-13T16:00 4h30m",
        "",
        "2026-02-30T16:00 4wh",
        "13.02.2026 16:00 4wh",
        "9999-12-31T23:59 1wd",
        "0001-01-01T00:00+14:00 1wd",
        "2026-02-13T16:00 999999wd",
        "2026-02-13 16:00 1wd",
        "[red]2026[/red]\x1b[31m 1wd",
        "2026-12-31T17:30 1wd",
    )

    told = calendar("due", "-", stdin="\n".join(asked))
    complaints = told.stderr.splitlines()

    assert told.returncode == 2
    assert told.stdout.splitlines() == [
        "2026-02-14T11:00:00+08:00", "", "", "", "", "", "", "", "2026-02-14T18:00:00+08:00", "",
        "2027-01-04T18:00:00+08:00",
    ]  # fmt: skip
    assert [int(re.findall(r"第 (\d+) 行", one)[0]) for one in complaints] == [2, 4, 5, 6, 7, 8, 10, 11]
    assert "“4h30m”不是时限" in complaints[0]
    assert "不是起算时刻" in complaints[1]
    assert "在日历之外" in complaints[3]
    assert "太长" in complaints[5]
    assert "\x1b" not in told.stderr
    assert "暂定" in complaints[-1]


def test_one_bad_budget_ends_with_2_and_prints_nothing() -> None:
    for words in (("2026-02-13T16:00",), ("yesterday", "1wd")):
        refused = calendar("due", *words)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "不是" in refused.stderr


def test_help_is_in_chinese() -> None:
    told = piyao("calendar", "due", "--help").stdout

    assert "该行输出空行" in told.replace(" ", "").replace("\n", "")
