"""How `piyao clocks` explains a case to an officer who asks why somebody was called."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cli.render.clocks import page
from domain.case.clock_report import report_clocks, with_rings
from domain.clocks.pause import PauseReason
from domain.decisions import Acknowledge, Decline, Pause
from domain.vocabulary import ClockName, Level
from tests.domain.factories import DUTY, EVIDENCE, LEADER, Story, liaison


def printed(story: Story, capsys: pytest.CaptureFixture[str]) -> str:
    rang = {("accept", "jkj", 1): [entry.at for entry in story.entries if entry.event.kind == "rung_rang"]}
    told = with_rings(report_clocks(story.case, story.now), rang)
    page(json.loads(told.model_dump_json()))
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")


def test_a_rung_is_told_with_its_rule_its_time_whom_it_calls_and_how(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story().triaged("jkj")
    story.wait("130m")
    story.say(liaison("jkj"), Acknowledge(clock=ClockName.ACCEPT, unit="jkj"))

    head, *clocks = printed(story, capsys).split("\n\n")
    accept = next(clock for clock in clocks if clock.startswith("签收　市疾控中心")).splitlines()
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in accept if line.startswith("│")]

    assert head == "辟〔2026〕0123　截至 11-24 11:10　规则版本 2026-11-23　日历版本 test-1（已知到 2027-04-14）"
    assert accept[:3] == [
        "签收　市疾控中心　黄色（三级）　第1轮第1次计时　自 11-24 09:00 起在计时",
        "  预算 4小时，已用 2小时10分钟；起于 11-24 09:00，应于 11-24 13:00 办结",
        "  已认领，至 11-24 15:10 不再逐级上报",
    ]
    assert rows[0] == [
        "1", "提醒", "时限过50%", "11-24 11:00", "已通知 11-24 11:00", "市疾控中心 联络员A角", "企业微信、邮件",
    ]  # fmt: skip
    assert rows[3] == [
        "4", "提级", "超时后4小时", "11-24 19:10", "待通知", "市委网信办 分管负责人", "企业微信、邮件",
    ]  # fmt: skip


def test_what_stopped_and_what_stands_still_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story().triaged("sjw", "jkj")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.wait("90m")
    until = story.now + timedelta(hours=10)
    story.say(DUTY, Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=EVIDENCE))
    story.confirmed_by(LEADER)

    head, *clocks = printed(story, capsys).split("\n\n")
    told = {tuple(clock.split("　")[:2]): clock.splitlines() for clock in clocks}

    assert head.splitlines()[1] == "计时暂停，11-24 20:30 自动恢复。"
    assert told["签收", "市疾控中心"][0].endswith("已于 11-24 09:00 停止")
    assert told["签收", "市市场监管委"][0].endswith("自 11-24 09:00 起在计时")
    answer = told["查证反馈", "市市场监管委"]
    assert answer[0].endswith("暂停中")
    assert answer[1] == "  预算 24小时，已用 1小时30分钟；起于 11-24 09:00，应于 11-25 19:00 办结"
    assert answer[2] == "  此前计时：11-24 09:00–11-24 10:30"


def test_working_time_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE).verified().drafted().approved()
    story.wait("90m")

    out = printed(story, capsys)

    assert "预算 4个工作小时，已用 1个工作小时30分钟；" in out
    assert "预算 7个工作日，已用 0个工作日；" in out
