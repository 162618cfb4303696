"""Cases by the number officers say, words in place of codes, and lists that say what they leave out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.piyao import Up, piyao

LONG = "听说明天早上六点起全市地铁一号线、二号线、三号线全部停运，公交车也只开到晚上七点，大家赶快把东西买好"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def duty(up: Up) -> Run:
    """Run a command as the office's duty officer."""
    key = up.data / "keys" / "persons" / "wxb-duty.key"

    def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return piyao(*words, PIYAO_API_URL=up.addresses["api"], **{"PIYAO_KEY_FILE": str(key), **more})

    return run


@pytest.fixture(scope="module")
def taken(duty: Run) -> dict[str, str]:
    """A case that waits for triage: its id and its number."""
    case = json.loads(duty("report", LONG, "--json").stdout)["case_id"]
    view = json.loads(duty("cases", "show", case, "--json").stdout)["case"]
    return {"id": view["case_id"], "number": view["number"]}


@pytest.mark.parametrize(
    "form", ["{number}", "辟[{year}]{serial}", "{year}-{serial}", "{year}{serial}", "{year}-{short}"]
)
def test_a_case_is_shown_by_its_number_however_it_is_written(duty: Run, taken: dict[str, str], form: str) -> None:
    year, serial = taken["number"][2:6], taken["number"][7:]
    written = form.format(number=taken["number"], year=year, serial=serial, short=int(serial))

    for command in (("cases", "show"), ("clocks",)):
        shown = duty(*command, written)
        assert shown.returncode == 0, shown.stderr
        assert taken["number"] in shown.stdout


def test_a_number_nobody_has_and_a_word_that_is_none_are_told_apart(duty: Run) -> None:
    none, what = duty("cases", "show", "辟〔2026〕9999"), duty("cases", "show", "停水那件事")

    assert (none.returncode, what.returncode) == (1, 1)
    assert "没有找到 辟〔2026〕9999" in none.stderr
    assert "2026-0001" in what.stderr


def test_a_number_is_no_way_into_a_case_of_others(up: Up, duty: Run, taken: dict[str, str]) -> None:
    other = str(up.data / "keys" / "persons" / "swj-liaison-a.key")

    refused = duty("cases", "show", taken["number"], PIYAO_KEY_FILE=other)

    assert refused.returncode == 1
    assert "没有找到" in refused.stderr


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_list_shows_the_whole_claim(duty: Run, taken: dict[str, str], columns: str) -> None:
    listed = duty("cases", "list", COLUMNS=columns)

    assert LONG in listed.stdout.replace("\n", "")
    assert taken["number"] in listed.stdout


def test_the_list_says_that_there_is_more_and_shows_all_when_asked(duty: Run, taken: dict[str, str]) -> None:
    for n in range(3):
        assert duty("report", f"听说第{n}中学明天停课，是不是真的").returncode == 0

    two, whole = duty("cases", "list", "--limit", "2"), duty("cases", "list", "--all")
    as_json = duty("cases", "list", "--limit", "2", "--json")

    assert two.stdout.count("辟〔") == 2
    assert "另外还有" in two.stdout
    assert "--all" in two.stdout
    assert whole.stdout.count("辟〔") >= 4
    assert "另外还有" not in whole.stdout
    assert len(json.loads(as_json.stdout)) == 2
    assert "另外还有" in as_json.stderr


def test_the_list_is_narrowed_by_the_words_officers_use(duty: Run, taken: dict[str, str]) -> None:
    def numbers(*words: str) -> list[str]:
        found = duty("cases", "list", "--all", "--json", *words)
        assert found.returncode == 0, found.stderr
        return [row["number"] for row in json.loads(found.stdout)]

    level = json.loads(duty("cases", "show", taken["id"], "--json").stdout)["case"]["summary"]["level"]
    word = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}[level]
    assert numbers("--level", word) == numbers("--level", level)
    assert taken["number"] in numbers("--level", word, "--stage", "研判分派")
    assert numbers("--owner", "市委网信办") == numbers("--owner", "wxb")
    assert numbers("--unit", "市水务局") == numbers("--unit", "swj")
    for words in (("--level", "紫色"), ("--stage", "开会"), ("--owner", "市太空局")):
        refused = duty("cases", "list", *words)
        assert refused.returncode != 0
        assert words[1] in refused.stderr


def test_a_decision_is_taken_with_names_and_shown_with_names(duty: Run) -> None:
    case = json.loads(duty("report", "-听说自来水里有怪味，是不是被污染了", "--json").stdout)["case_id"]

    decided = duty(
        "decide", case, "研判分派", "--level", "黄色", "--topic", "供水", "--lead", "市水务局",
        "--co-units", "市卫生健康委", "--reason", "-先查水厂",
    )  # fmt: skip
    shown = duty("cases", "show", case)

    assert decided.returncode == 0, decided.stderr
    assert "牵头：市水务局" in decided.stdout
    assert "牵头：市水务局" in shown.stdout
    assert "“-听说自来水里有怪味" in shown.stdout
    listed = duty("clocks", case).stdout
    heads = [line.split("　")[0] for line in listed.splitlines() if "　市" in line and "轮第" in line]
    assert heads[-1] == "受理研判", "what has stopped comes last"


def test_a_report_may_begin_with_a_hyphen_and_come_with_a_mark_of_byte_order(up: Up, duty: Run) -> None:
    for text in ("-今晚停气", "--今晚停电，转发", "——今晚封路"):
        handed_in = duty("report", text, "--place", "-城东", "--json")
        assert handed_in.returncode == 0, handed_in.stderr
        stored = duty("cases", "show", json.loads(handed_in.stdout)["case_id"], "--json")
        assert json.loads(stored.stdout)["case"]["claim"] == text
    marked = duty("report", "-", "--json", stdin="\ufeff今晚停暖气，是真的吗")
    assert json.loads(duty("cases", "show", json.loads(marked.stdout)["case_id"], "--json").stdout)["case"][
        "claim"
    ] == ("今晚停暖气，是真的吗")


def test_a_key_file_may_have_a_mark_and_one_that_holds_no_key_is_named(duty: Run, up: Up, tmp_path: Path) -> None:
    marked, wrong = tmp_path / "marked.key", tmp_path / "wrong.key"
    marked.write_text(
        "\ufeff" + (up.data / "keys" / "persons" / "wxb-duty.key").read_text(encoding="utf-8"), encoding="utf-8"
    )
    wrong.write_bytes("不是密钥".encode("gbk"))

    assert duty("cases", "list", PIYAO_KEY_FILE=str(marked)).returncode == 0
    for file in (wrong, tmp_path / "gone.key", tmp_path):
        refused = duty("cases", "list", PIYAO_KEY_FILE=str(file))
        assert refused.returncode == 1
        assert str(file) in refused.stderr
        assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("url", ["127.0.0.1:8400", "ftp://host", "http://", "http://[::1", "api", "http://h/?a=b"])
def test_an_address_of_the_api_that_is_none_is_refused_by_name(url: str) -> None:
    refused = piyao("cases", "list", "--api", url)

    assert refused.returncode == 1
    assert f"请改正接口地址 {url}" in refused.stderr
