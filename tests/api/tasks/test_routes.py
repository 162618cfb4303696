"""Task pages over the real desk: reading never acts, and a case goes its whole way by pages."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.tasks.task import Task
from domain.vocabulary import ClockName, Stage
from tests.api.conftest import Office
from tests.api.scriptless_browser import FOUND, Paper, asked, events_of, filled_in, link, send
from tests.histories import kinds
from tests.workflows import case_steps

pytestmark = pytest.mark.people

KINDS_OF_PAGE = ("triage", "let_out", "merge", "escalate", "note")


async def test_a_page_says_what_is_asked_of_whom_until_when_and_who_else_is_asked(office: Office) -> None:
    case = await asked(office, "网传<b>水库</b>今晚泄洪&下游三个村全部撤离")

    page = await office.http.get(link(office.world, case, Task.VERIFY, "swj", "liaison_a"))

    text = page.text
    assert page.status_code == 200
    assert "“网传&lt;b&gt;水库&lt;/b&gt;今晚泄洪&amp;下游三个村全部撤离”" in text
    for fact in (
        "黄色（三级）",
        "【演示】查证核实",
        "需答问题",
        "是否停水",
        "市生态环境局",
        "待签收",
        "市水务局 联络员A角",
    ):
        assert fact in text
    assert re.search(r"市水务局 签收：<strong>还剩3小时5\d分，[今明]天\d\d:\d\d前", text)
    assert re.search(r"市水务局 查证反馈：<strong>还剩23小时5\d分", text)
    assert text.count("<li>") >= 8
    assert len(page.content) < 60_000


async def test_a_page_says_which_entries_the_register_has_lost(office: Office) -> None:
    case = await asked(office, "网传本周六全市公交停运一天")
    page = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    register, lost = office.world.settings.data / "register.db", f"case_id = '{case}' AND seq IN (2, 3)"
    whole = (await office.http.get(page)).text
    with closing(sqlite3.connect(register)) as file, file:
        rows = file.execute(f"SELECT * FROM timeline WHERE {lost}").fetchall()
        file.execute(f"DELETE FROM timeline WHERE {lost}")

    holed = (await office.http.get(page)).text

    with closing(sqlite3.connect(register)) as file, file:
        file.executemany(f"INSERT INTO timeline VALUES ({', '.join('?' * len(rows[0]))})", rows)
    assert "台账缺第 2 至 3 条记录" in holed
    assert "台账缺" not in whole


async def test_a_page_runs_no_script_calls_nobody_and_is_kept_by_nobody(office: Office) -> None:
    case = await asked(office, "网传高架桥今晚封闭三个月请绕行")

    page = await office.http.get(link(office.world, case, Task.VERIFY, "swj", "liaison_a"))
    style = await office.http.get("/t/style.css")

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["x-robots-tag"] == "noindex"
    policy = page.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", page.text)
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")


async def test_opening_a_link_changes_nothing_whoever_opens_it(office: Office) -> None:
    case = await asked(office, "网传河堤出现管涌请附近居民快跑")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    before = await events_of(office, case)

    for method in ("GET", "HEAD", "GET"):
        assert (await office.http.request(method, path, params={"done": "accept"})).status_code == 200

    assert await events_of(office, case) == before


async def test_a_fresh_form_holds_what_is_known_and_proposed_and_waits_for_its_tick(office: Office) -> None:
    case = await office.reported("网传自来水发黄有异味不能喝")

    page = await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))

    forms = Paper.of(page).forms
    assert tuple(forms) == KINDS_OF_PAGE
    assert forms["triage"]["level"] == ["yellow"]
    assert forms["triage"]["topic"] == ["自来水"]
    assert forms["triage"]["lead"] == ["swj"]
    assert "sure" not in forms["triage"]
    assert "建议牵头单位：市水务局（提到“自来水”" in page.text
    keys = [form["key"][0] for form in forms.values()]
    assert len(set(keys)) == len(KINDS_OF_PAGE)


async def test_a_case_goes_its_whole_way_by_pages_alone(office: Office) -> None:
    world, case = office.world, await office.reported("网传全市明天起停气一周请赶快买罐装气")
    pages = {
        "duty": link(world, case, Task.TRIAGE, "wxb", "duty"),
        "unit": link(world, case, Task.VERIFY, "swj", "liaison_a"),
        "editor": link(world, case, Task.DRAFT, "wxb", "editor"),
        "unit deputy": link(world, case, Task.REVIEW, "swj", "deputy"),
        "deputy": link(world, case, Task.REVIEW, "wxb", "deputy"),
        "closing": link(world, case, Task.CLOSE, "wxb", "duty"),
    }
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("duty", "triage", {"level": "yellow", "topic": "供气", "lead": "swj"}),
        ("unit", "accept", {}),
        ("unit", "finding", FOUND),
        ("editor", "draft", {"title": "供气正常", "text": "全市供气正常。\n\n没有停气计划。"}),
        ("unit deputy", "review", {"outcome": "approve"}),
        ("deputy", "sign", {"outcome": "approve"}),
    ]

    for who, form, typed in steps:
        answer = await send(office, pages[who], form, **typed)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{pages[who]}?done={form}"), answer.text
        shown = await office.http.get(answer.headers["location"])
        assert 'role="status"' in shown.text
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)
    assert (await send(office, pages["closing"], "close")).status_code == 303

    assert (await world.view(case)).closed_at is not None
    (drafted,) = await world.events(case, "drafted")
    assert drafted["text"] == "全市供气正常。\n\n没有停气计划。"
    assert [event["by"]["unit"] for event in await world.events(case, "reviewed")] == ["swj", "wxb"]


async def test_evidence_travels_with_its_time_read_in_the_office_s_zone(office: Office) -> None:
    case = await asked(office, "网传公交卡余额月底全部清零快去退")
    more = {
        "evidence-2-url": "https://zfb.mc.example/1",
        "evidence-2-kind": "截图",
        "evidence-2-source": "值班室",
        "evidence-2-captured_at": "2026-11-24T09:30",
    }

    answer = await send(office, link(office.world, case, Task.VERIFY, "swj", "liaison_a"), "finding", **FOUND, **more)

    assert answer.status_code == 303, answer.text
    (event,) = await office.world.events(case, "finding_received")
    assert [piece["kind"] for piece in event["evidence"]] == ["检测记录", "截图"]
    assert datetime.fromisoformat(event["evidence"][1]["captured_at"]) == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


async def test_a_reviewer_reads_the_whole_text_and_votes_on_exactly_it(office: Office) -> None:
    case = await asked(office, "网传中考改为摇号入学已经定了")
    await case_steps.found(office.world, case, "swj", "hbj")
    digest = await case_steps.drafted(office.world, case)
    path = link(office.world, case, Task.REVIEW, "swj", "deputy")

    page = await office.http.get(path)

    assert "全市供水正常，没有停水计划。" in page.text
    assert Paper.of(page).forms["review"]["digest"] == [digest]
    stale = filled_in(page, "review", outcome="approve", digest="0" * 64)
    refused = await office.http.post(path, data=stale)
    assert (refused.status_code, "您审核的不是现在这一稿" in refused.text) == (409, True)


async def test_a_rung_s_link_lets_its_clock_be_taken_in_hand_and_no_other(office: Office) -> None:
    case = await asked(office, "网传某商场地下发现大量鼠患")
    rung = {"clock": ClockName.ANSWER, "owner": "swj"}
    path = link(office.world, case, Task.VERIFY, "swj", "deputy", **rung)
    page = await office.http.get(path)
    typed = filled_in(page, "acknowledge")
    before = await events_of(office, case)

    other = await office.http.post(path, data={**typed, "unit": "hbj"})

    assert (other.status_code, await events_of(office, case)) == (403, before)
    assert (await office.http.post(path, data=typed)).status_code == 303
    (event,) = await office.world.events(case, "acknowledged")
    assert (event["clock"], event["unit"]) == ("answer", "swj")


async def test_a_leader_who_was_called_is_asked_to_take_it_in_hand_and_told_it_is_not_done(office: Office) -> None:
    case = await asked(office, "网传河湾大桥桥墩被冲垮禁止通行")
    await case_steps.accepted(office.world, case, "swj")
    await case_steps.found(office.world, case, "hbj")
    await office.world.forward(case, timedelta(hours=30))  # the ladder of 市水务局's clocks has reached the deputy
    rung = {"clock": ClockName.ANSWER, "owner": "swj"}
    path = link(office.world, case, Task.VERIFY, "wxb", "deputy", **rung)

    page = await office.http.get(path)

    assert list(Paper.of(page).forms) == ["acknowledge", "phone_log", "escalate", "note"]
    assert "请认领并督促办理" in page.text
    assert "本项已办理" not in page.text
    assert (await send(office, path, "acknowledge")).status_code == 303


async def test_a_text_on_the_table_folds_the_form_for_another_and_shows_who_wrote_it(office: Office) -> None:
    case = await asked(office, "网传全市网约车下周起全部停运整顿")
    await case_steps.found(office.world, case, "swj", "hbj")
    await case_steps.drafted(office.world, case)

    page = await office.http.get(link(office.world, case, Task.DRAFT, "wxb", "editor"))

    assert "办理：拟稿" in page.text
    assert "待审签的文稿（第1稿）" in page.text
    assert page.text.index("其他办理") < page.text.index('value="draft"')
    assert Paper.of(page).forms["draft"]["title"] == ["供水正常"]


async def test_the_office_coordinates_many_units_on_one_page_of_moderate_size(office: Office) -> None:
    claim = "网传河湾新区" + "水库大坝出现裂缝，自来水、燃气、地铁、学校、医院、超市全部受影响。" * 100
    case = await office.reported(claim[:4000])
    units = tuple(code for code in office.world.office.units if code not in ("swj", "wxb"))[:12]
    await case_steps.triaged(office.world, case, co_units=units)
    path = link(office.world, case, Task.COORDINATE, "wxb", "duty")

    page = await office.http.get(path)
    answer = await send(office, path, "hand_on", unit="swj", to="jyw", reason="职责对口")

    assert list(Paper.of(page).forms) == [
        "hand_on",
        "call",
        "interim",
        "add_unit",
        "release",
        "relevel",
        "pause",
        "extend",
        "nudge",
        "supervise",
        "escalate",
        "note",
    ]
    assert len(page.content) < 60_000
    assert page.text.count('value="gaj"') == 8, (
        "to be handed on from and to, let go, called, or given four things to do: not to be asked again"
    )
    assert answer.status_code == 303
    (event,) = await office.world.events(case, "transfer_offered")
    assert (event["unit"], event["to"]) == ("swj", "jyw")


async def test_the_standard_case_costs_no_more_than_132_events_by_pages(office: Office) -> None:
    world, case = office.world, await office.reported("网传自来水里检出超标余氯会致癌")
    units = ("swj", "hbj", "swu")
    duty = link(world, case, Task.TRIAGE, "wxb", "duty")
    asked_of = {unit: link(world, case, Task.VERIFY, unit, "liaison_a") for unit in units}
    await send(
        office, duty, "triage", level="yellow", topic="供水", lead="swj", co_units=["hbj", "swu"], reason="影响小"
    )
    for form, typed in (("accept", {}), ("finding", FOUND)):
        for unit in units:
            assert (await send(office, asked_of[unit], form, **typed)).status_code == 303
    text = {"title": "自来水合格", "text": "自来水各项指标合格。"}
    await send(office, link(world, case, Task.DRAFT, "wxb", "editor"), "draft", **text)
    await send(office, link(world, case, Task.REVIEW, "swj", "deputy"), "review", outcome="approve")
    await send(office, link(world, case, Task.REVIEW, "wxb", "deputy"), "sign", outcome="approve")
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)
    await send(office, link(world, case, Task.CLOSE, "wxb", "duty"), "close")
    await world.handle(case).result()

    history = await world.history(case)
    assert kinds(history)["workflow_execution_update_completed"] == 11
    assert len(history.events) <= 132
