"""`piyao policy check`: the policy as instants, for a given start; or what is wrong with it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from domain.vocabulary import ClockName, Level
from settings import PACKAGED
from tests.adapters.office.calendars import folder_with
from tests.cli.piyao import piyao

START = "2026-02-13T16:00"  # a Friday; the Saturday after it is worked, the week after that is not


def checked(*words: str, config: Path = PACKAGED) -> Any:
    return piyao("policy", "check", "--start", START, "--config", str(config), *words)


def test_every_clock_of_every_level_is_told_with_its_due_instant_and_its_rungs() -> None:
    answer = checked("--json")
    rows = {(row["level"], row["clock"]): row for row in json.loads(answer.stdout)}

    assert answer.returncode == 0
    assert {level for level, _ in rows} == set(Level)
    assert {clock for level, clock in rows if level == "red"} == set(ClockName) - {ClockName.HANDOVER}
    assert rows["red", "response"]["due"] == "2026-02-13T21:00+08:00"
    assert rows["blue", "triage"]["due"] == "2026-02-14T18:00+08:00"
    assert rows["blue", "answer"]["due"] == "2026-02-24T18:00+08:00"
    assert rows["blue", "publish"]["due"] == "2026-02-14T11:00+08:00"
    assert [one["at"] for one in rows["red", "triage"]["rungs"]][2:] == [
        "2026-02-13T16:15+08:00",
        "2026-02-13T16:30+08:00",
        "2026-02-13T16:45+08:00",
    ]
    assert rows["blue", "triage"]["rungs"][2]["at"] == "2026-02-24T18:00+08:00"  # one working day after due


def test_people_read_a_table_that_says_the_policy_holds() -> None:
    shown = checked()

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "2026-02-24 18:00" in shown.stdout
    assert "7个工作日" in shown.stdout
    assert "规则成立" in shown.stdout


def test_requests_are_accepted_as_soon_as_the_citys_hotline_asks_and_the_basis_is_named_as_an_analogy() -> None:
    rows = {(row["level"], row["clock"]): row for row in json.loads(checked("--json").stdout)}
    shown = "".join(checked().stdout.split())

    assert (rows["red", "accept"]["budget"], rows["orange", "accept"]["budget"]) == ("15m", "30m")
    assert rows["red", "accept"]["basis"].startswith("类比《天津市政务服务便民热线管理办法》（市人民政府令第39号）")
    assert "红色（一级）签收的依据：类比《天津市政务服务便民热线管理办法》" in shown
    assert "不管谣言事项" in rows["orange", "accept"]["basis"]
    assert rows["yellow", "accept"]["basis"] is None


def test_what_urgent_help_is_handed_over_by_is_told() -> None:
    shown = "".join(checked().stdout.split())

    assert "紧急求助：转交后10分钟内须接收，超时按红色（一级）逐级通知；提示立即拨打110、119" in shown


def test_the_rungs_of_the_shortest_clocks_keep_the_minimum_gap() -> None:
    rows = {(row["level"], row["clock"]): row for row in json.loads(checked("--json").stdout)}

    for level, clock, gap in (("red", "accept", 5), ("red", "triage", 5), ("orange", "accept", 10)):
        at = [datetime.fromisoformat(one["at"]) for one in rows[level, clock]["rungs"]]
        assert all(other - one >= timedelta(minutes=gap) for one, other in pairwise(at)), (level, clock, at)


def test_what_one_silent_lead_does_to_the_response_is_told() -> None:
    shown = "".join(checked().stdout.split())

    assert "红色（一级）：牵头单位一次不应答，首次回应最晚4小时30分，时限5小时" in shown
    assert "橙色（二级）：牵头单位一次不应答，首次回应最晚5小时30分，超出时限5小时" in shown


def test_a_request_that_waits_for_its_whole_ladder_takes_longer(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, None)
    lines = (folder / "policy.toml").read_text(encoding="utf-8").splitlines()
    whole = "\n".join(line for line in lines if not line.startswith("expires_at_breach"))
    (folder / "policy.toml").write_text(whole, encoding="utf-8")

    shown = "".join(checked(config=folder).stdout.split())

    assert "首次回应最晚5小时5分，超出时限5小时" in shown
    assert "首次回应最晚6小时40分，超出时限5小时" in shown


def test_steps_that_take_longer_than_the_response_are_refused_with_the_sum(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, None)
    text = (folder / "policy.toml").read_text(encoding="utf-8")
    (folder / "policy.toml").write_text(text.replace('answer = "2wd"', 'answer = "4wd"', 1), encoding="utf-8")

    answer = checked(config=folder)

    assert answer.returncode != 0
    assert "level.blue.response.budget" in answer.stderr
    assert "8wd" in answer.stderr
