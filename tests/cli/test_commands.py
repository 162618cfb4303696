"""The commands for people, against a real API: tables and JSON, and a sentence for everything that goes wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from settings import PACKAGED
from tests.cli.piyao import START, STARTER, Up, environment, piyao

WORKER = str(Path(STARTER).with_name("worker.py"))
CLAIM = "明天全市停气，说是管道炸了，大家快去囤煤气罐"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def duty(up: Up) -> Run:
    """Run a command as the office's duty officer."""
    key = next((up.data / "keys" / "persons").glob("wxb-duty*"))

    def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return piyao(*words, PIYAO_API_URL=up.addresses["api"], **{"PIYAO_KEY_FILE": str(key), **more})

    return run


@pytest.fixture(scope="module")
def case(up: Up, duty: Run) -> str:
    own = {"PIYAO_KEY_FILE": str(up.data / "keys" / "persons" / "pt1-liaison-a.key")}
    taken = duty("report", CLAIM, "--place", "东汀区", "--channel", "platform:pt1", "--json", **own)
    assert taken.returncode == 0, taken.stderr
    return str(json.loads(taken.stdout)["case_id"])


def test_a_report_needs_no_key_and_tells_where_it_went(up: Up, case: str) -> None:
    taken = piyao("report", "-", stdin=CLAIM, PIYAO_API_URL=up.addresses["api"])

    assert taken.returncode == 0, taken.stderr
    assert "重复线索，已并入在办事项" in taken.stdout
    assert case in taken.stdout


def test_the_list_shows_who_owes_what_by_when(duty: Run, case: str) -> None:
    assert duty("cases", "show", case).returncode == 0  # whoever reads a case has the register ask it
    listed = duty("cases", "list")

    assert listed.returncode == 0, listed.stderr
    row = next(line for line in listed.stdout.splitlines() if case in line)
    assert "研判分派" in row or "查证核实" in row
    assert "辟〔20" in row


def test_the_list_is_narrowed_and_written_as_json(duty: Run, case: str) -> None:
    red, yellow = duty("cases", "list", "--level", "red", "--json"), duty("cases", "list", "--overdue", "--json")

    assert json.loads(red.stdout) == []
    assert json.loads(yellow.stdout) == []


def test_a_decision_is_taken_from_fields_and_shown_with_the_case(duty: Run, case: str) -> None:
    decided = duty(
        "decide", case, "triage", "--level", "orange", "--topic", "燃气", "--lead", "zjw", "--co-units", "dt",
        "--co-units=gaj", "--key", "once",
    )  # fmt: skip
    assert decided.returncode == 0, decided.stderr
    assert "查证核实" in decided.stdout
    assert "下一步" not in decided.stdout, "no empty column: an answer does not tell the next rung"

    again = duty(
        "decide", case, "triage", "--body", '{"level":"orange","topic":"燃气","lead":"zjw","co_units":["dt","gaj"]}',
        "--key", "once", "--json",
    )  # fmt: skip
    assert json.loads(again.stdout)["summary"]["units"] == ["zjw", "dt", "gaj"]

    shown = duty("cases", "show", case)
    assert shown.returncode == 0, shown.stderr
    for part in (CLAIM, "市住房城乡建设委", "签收", "首次回应", "办理记录", "请市住房城乡建设委牵头查证", "下一步"):
        assert part in shown.stdout
    found = json.loads(duty("cases", "show", case, "--json").stdout)
    assert found["case"]["case_id"] == case
    assert [entry["event"]["kind"] for entry in found["timeline"]][:2] == ["case_opened", "stage_entered"]


def test_what_the_rules_refuse_is_told_in_words(duty: Run, case: str) -> None:
    refused = duty("decide", case, "close")

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "409" in refused.stderr
    assert "办结归档" in refused.stderr


def test_a_wrong_body_is_told_field_by_field(duty: Run, case: str) -> None:
    refused = duty("decide", case, "finding", "--verdict", "maybe")

    assert refused.returncode == 1
    assert "/verdict" in refused.stderr
    assert "/evidence" in refused.stderr


def test_without_a_key_officers_are_told_how_to_show_one(up: Up) -> None:
    refused = piyao("cases", "list", PIYAO_API_URL=up.addresses["api"])

    assert refused.returncode == 1
    assert "PIYAO_KEY_FILE" in refused.stderr


def test_an_unknown_case_is_told(duty: Run) -> None:
    refused = duty("cases", "show", "nosuchcase")

    assert refused.returncode == 1
    assert "nosuchcase" in refused.stderr


def test_a_key_file_that_is_not_there_is_named(duty: Run, tmp_path: Path) -> None:
    refused = duty("cases", "list", "--key-file", str(tmp_path / "none.key"))

    assert refused.returncode == 1
    assert str(tmp_path / "none.key") in refused.stderr


def test_nobody_listening_is_told_with_what_to_start() -> None:
    refused = piyao("cases", "list", "--api", "http://127.0.0.1:9")

    assert refused.returncode == 1
    assert "http://127.0.0.1:9" in refused.stderr
    assert "piyao up" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("words", [["decide", "abc", "note", "--text"], ["frob"], ["decide", "abc"]])
def test_a_command_that_cannot_be_read_ends_with_2(words: list[str]) -> None:
    assert piyao(*words).returncode == 2


def test_a_worker_runs_apart_against_any_temporal_and_drains_on_sigterm(up: Up, tmp_path: Path) -> None:
    elsewhere = environment(TEMPORAL_ADDRESS=up.addresses["temporal"], PIYAO_DATA=str(up.data))
    with (tmp_path / "log").open("w") as log:
        worker = subprocess.Popen([sys.executable, WORKER], stderr=log, env=elsewhere)
    until = time.monotonic() + START
    while "worker.ready" not in (tmp_path / "log").read_text() and time.monotonic() < until:
        time.sleep(0.1)

    worker.terminate()

    assert worker.wait(15) == 0
    said = (tmp_path / "log").read_text()
    assert "worker.draining" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["worker", "api", "doctor"])
def test_nothing_is_served_with_a_text_that_cannot_be_said(command: str, tmp_path: Path) -> None:
    office = shutil.copytree(PACKAGED, tmp_path / "office")
    (office / "texts" / "zh-CN" / "notices" / "code.j2").write_text("{{ code }} {{ nobody }}", encoding="utf-8")

    refused = piyao(command, PIYAO_CONFIG=str(office), PIYAO_DATA=str(tmp_path / "data"))

    assert refused.returncode == 1
    assert "texts/zh-CN/notices/code.j2: 现在是 nobody；可以用的名称：" in refused.stderr + refused.stdout
    assert "Traceback" not in refused.stderr


def test_help_and_version_are_quick_and_short() -> None:
    assert "up" in piyao("--help").stdout
    assert piyao("--version").stdout.strip()
