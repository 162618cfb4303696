"""Joint sessions and escalation by pages alone: plain forms, without scripts, over the real desk."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from domain.tasks.task import Task
from domain.vocabulary import ActionKind, Level
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, asked, events_of, filled_in, link, send
from tests.workflows import case_steps

pytestmark = pytest.mark.people

TODAY = datetime.now(ZoneInfo("Asia/Shanghai"))
LONG_AGO, FAR_OFF = (f"{TODAY + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (-300, 300))


def letters(office: Office, case: str, key: str) -> dict[str, str]:
    """The links of the letters whose key holds `key`, by the person they went to."""
    found = [line for line in office.world.outbox() if case in line["key"] and key in line["key"]]
    return {line["person"]: re.findall(r"http\S+?(/t/\S+)", line["text"])[-1] for line in found}


async def inbox(office: Office, unit: str, seat: str, claim: str) -> list[str]:
    """What stands in somebody's inbox about a claim."""
    page = await office.http.get("/desk/inbox", headers=office.bearer(unit, seat))
    return [item for item in re.findall(r"<li>.*?</li>", page.text, re.DOTALL) if claim in item]


def options(page: httpx2.Response, name: str) -> list[tuple[str, str]]:
    """What can be chosen in a list of a page; in its first of that name."""
    shown, *_ = re.findall(rf'<select[^>]* name="{name}".*?</select>', page.text, re.DOTALL)
    return re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)<', shown)


def to_do(page: httpx2.Response) -> list[str]:
    """The action list in the order of a page."""
    return re.findall(r"<strong>(\d\. [^<]+)</strong>", page.text)


def row(n: int, do: ActionKind, unit: str, end: str, what: str = "") -> dict[str, str]:
    return {f"actions-{n}-{part}": text for part, text in (("do", do), ("unit", unit), ("end", end), ("what", what))}


async def orange(office: Office, claim: str) -> str:
    """An orange case, triaged by page: 市水务局 leads, 市生态环境局 helps, and both are called to a session."""
    case = await office.reported(claim)
    typed = {"level": "orange", "topic": "供水", "lead": "swj", "co_units": ["hbj"], "reason": "研判"}
    answer = await send(office, link(office.world, case, Task.TRIAGE, "wxb", "duty"), "triage", **typed)
    assert answer.status_code == 303, answer.text
    return case


async def test_an_orange_case_meets_at_triage_and_its_list_is_extended_and_ticked_off_by_pages(office: Office) -> None:
    world, case = office.world, await orange(office, "网传化工厂爆炸毒气飘向东汀区快关窗")
    chair = link(world, case, Task.COORDINATE, "wxb", "duty_leader")
    typed = row(0, ActionKind.WARN, "hbj", LONG_AGO, "发<b>风险</b>提示") | row(2, ActionKind.REFER, "wxb", FAR_OFF)

    page = await office.http.get(chair)
    answer = await send(office, chair, "actions", text="会商议定", **typed)
    shown = await office.http.get(answer.headers["location"])
    await world.quiet(case)

    assert "第1次会商" in page.text
    assert to_do(page) == ["1. 市水务局查证", "2. 市生态环境局查证", "3. 市委网信办发出“正在核实”通报"]
    assert options(page, "actions-0-unit") == [("swj", "市水务局"), ("hbj", "市生态环境局"), ("wxb", "市委网信办")]
    assert (answer.status_code, "任务已列入清单" in shown.text) == (303, True)
    late = rf'<br>\s*<span class="late">{LONG_AGO[5:].replace("T", " ")}前，已超期'
    assert re.search(rf"4\. 市生态环境局提示风险</strong>：<bdi>发&lt;b&gt;风险&lt;/b&gt;提示</bdi>{late}", shown.text)
    assert shown.text.count("已超期") == 1
    (given,) = await world.events(case, "actions_given")
    assert [(one["do"], one["unit"]) for one in given["actions"]] == [("warn", "hbj"), ("refer", "wxb")]

    path = letters(office, case, "/action4/hbj")["hbj-duty"]
    ticked = await send(office, path, "tick_off", done="4", text="已发提示<i>")
    other = await send(office, path, "tick_off", done="5", text="不是我的")
    chaired = await send(office, chair, "tick_off", done="5", text="已移送")
    after = await office.http.get(chair)

    assert [answer.status_code for answer in (ticked, other, chaired)] == [303, 422, 303]
    assert "第5项任务不是本单位的" in other.text
    how = re.findall(r"已办，\d\d-\d\d \d\d:\d\d，(.+)</span>", after.text)
    assert how == [
        "市生态环境局（市生态环境局 值班员（演示））：<bdi>已发提示&lt;i&gt;</bdi>",
        "市委网信办（市委网信办 带班领导（演示））：<bdi>已移送</bdi>",
    ]
    assert [line[0] for line in to_do(after)] == ["1", "2", "3", "4", "5"]
    assert [code for code, _ in options(after, "done")] == ["1", "2", "3"]
    assert "已超期" not in after.text
    assert [event["done"] for event in await world.events(case, "position_taken")] == [[4], [5]]


async def test_a_row_that_was_begun_is_wrong_beside_its_field_and_all_that_was_typed_is_kept(office: Office) -> None:
    case = await orange(office, "网传地下管线爆裂半城停水请储水")
    chair = link(office.world, case, Task.COORDINATE, "wxb", "duty_leader")
    typed = {"actions-0-do": "label", "actions-1-unit": "hbj", "actions-1-end": "明天", "actions-3-what": "  盯住 "}
    before = await events_of(office, case)

    page = await send(office, chair, "actions", text="会商议定", **typed)
    nothing = await send(office, chair, "actions", text="会商议定")
    minutes = await send(office, chair, "minutes", text="按任务办理", **typed)

    kept = Paper.of(page).forms["actions"]
    assert (page.status_code, await events_of(office, case)) == (422, before)
    assert {name: kept[name] for name in typed} == {name: [text] for name, text in typed.items()}
    assert kept["text"] == ["会商议定"]
    wrong = {"0-unit", "0-end", "1-do", "1-end", "3-do", "3-unit", "3-end"}
    for answer in (page, minutes):
        assert set(re.findall(r'id="f\d+-actions-(\d-\w+)"[^>]*aria-invalid="true"', answer.text)) == wrong
        assert all(re.search(rf'id="f\d+-actions-{place}-fault"', answer.text) for place in wrong)
    assert "任务第4项 承担单位：请填写" in page.text
    assert set(re.findall(r'id="f\d+-actions-(\d-\w+)"[^>]*aria-invalid="true"', nothing.text)) == {"0-do"}


async def test_minutes_carry_actions_to_the_list_which_goes_on_after_them(office: Office) -> None:
    world, case = office.world, await orange(office, "网传体育馆屋顶塌了压伤很多人")
    chair = link(world, case, Task.COORDINATE, "wxb", "duty_leader")

    answer = await send(office, chair, "minutes", text="按任务办理", **row(1, ActionKind.LABEL, "swj", FAR_OFF))
    again = await send(office, chair, "actions", text="补充", **row(0, ActionKind.WARN, "swj", FAR_OFF))
    page = await office.http.get(chair)

    assert [answer.status_code, again.status_code] == [303, 303]
    assert "第1次会商（已结束）" in page.text
    assert [code for code, _ in options(page, "done")] == ["1", "2", "3", "4", "5"]


async def test_a_unit_that_is_only_called_finds_the_session_in_its_inbox_and_speaks_by_its_link(office: Office) -> None:
    claim = "网传供暖季推迟一个月才开始"
    world, case = office.world, await asked(office, claim)
    none = await inbox(office, "zfb", "liaison_a", claim)
    called = await send(
        office, link(world, case, Task.COORDINATE, "wxb", "duty"), "call", text="何时供暖？", units=["zfb"]
    )
    await world.quiet(case)
    await office.get(f"/v1/cases/{case}")

    (line,) = await inbox(office, "zfb", "liaison_a", claim)
    (path,) = letters(office, case, "/session1/zfb").values()
    page = await office.http.get(path)
    mine = await office.http.get(re.findall(r'href="(/t/[^"]+)"', line)[0])
    answer = await send(office, path, "position", verdict="false", text="按期供暖")
    shown = await office.http.get(path)

    assert (none, called.status_code) == ([], 303)
    assert "会商" in line
    assert re.search(r"还剩3小时5\d分", line)
    for opened in (page, mine):
        assert list(Paper.of(opened).forms) == ["position"]
        assert "请参加会商" in opened.text
        assert opened.text.index("表明会商意见") < opened.text.index("办理记录")
        assert "其他办理" not in opened.text
    assert answer.status_code == 303
    assert "市政府办公室：不实" in shown.text
    assert await inbox(office, "zfb", "liaison_a", claim) == []
    (event,) = await world.events(case, "position_taken")
    assert (event["unit"], event["verdict"]) == ("zfb", "false")


async def test_who_may_escalates_by_page_and_a_stale_level_is_said_beside_its_field(office: Office) -> None:
    world, case = office.world, await asked(office, "网传某品牌奶粉检出致病菌全部下架")
    paths = [link(world, case, Task.VERIFY, "swj", "liaison_a"), link(world, case, Task.COORDINATE, "wxb", "duty")]
    pages = [await office.http.get(path) for path in paths]
    typed: dict[str, Any] = {"expected_level": "answer/swj/0/1", "reason": "  电话<无>人接 "}
    sent = [filled_in(page, "escalate", **typed) for page in pages]

    first = await office.http.post(paths[0], data=sent[0])
    before = await events_of(office, case)
    stale = await office.http.post(paths[1], data=sent[1])

    assert ("answer/swj/0/1", "市水务局的查证反馈（尚未提级，再提一级通知市水务局联络员A角）") in options(
        pages[0], "expected_level"
    )
    assert (first.status_code, stale.status_code, (await events_of(office, case))[:2]) == (303, 409, before[:2])
    (rung,) = [event for event in await world.events(case, "rung_rang") if event["by_hand"]]
    assert (rung["unit"], rung["clock"], rung["by_hand"], rung["by"]["unit"]) == (
        "swj",
        "answer",
        "电话<无>人接",
        "swj",
    )
    assert re.search(
        r'<p class="fault" id="f\d+-expected_level-fault">提级未执行：您看到的是第0级，现已到第1级', stale.text
    )
    assert re.search(r'<select id="f\d+-expected_level"[^>]*aria-invalid="true"', stale.text)
    kept = Paper.of(stale).forms["escalate"]
    assert kept["reason"] == [typed["reason"]]
    assert "expected_level" not in kept, "the level of now has to be chosen anew"
    assert "answer/swj/1/1" not in [code for code, _ in options(stale, "expected_level")], "whoever was called answers"
    again = filled_in(stale, "escalate", expected_level="accept/swj/0/1")
    assert (await office.http.post(paths[1], data=again)).status_code == 303


async def test_nothing_that_was_not_offered_escalates_by_a_forged_choice(office: Office) -> None:
    case = await asked(office, "网传公园人工湖里放生了鳄鱼")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    before = await events_of(office, case)

    forged = ("", "answer", "answer/swj", "answer/swj/x", "no/swj/0", "///", "a/b/c/d", "answer/jyw/0")
    answers = [await send(office, path, "escalate", expected_level=text, reason="急") for text in forged]

    assert {answer.status_code for answer in answers} == {403, 422}  # another unit's clock, or none
    assert (await events_of(office, case))[:2] == before[:2]


async def test_the_page_of_a_full_session_stays_small(office: Office) -> None:
    case = await office.reported("网传全市今晚停电停水停气" * 100)
    units = tuple(code for code in office.world.office.units if code not in ("swj", "wxb"))[:12]
    await case_steps.triaged(office.world, case, Level.RED, co_units=units)

    page = await office.http.get(link(office.world, case, Task.COORDINATE, "wxb", "duty_leader"))

    assert {"minutes", "actions", "tick_off", "escalate"} <= set(Paper.of(page).forms)
    assert len(page.content) < 60_000
