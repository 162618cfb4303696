"""Task pages over the real desk: reading never acts, what is typed is kept, and a link opens one person's one task."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

import desk as desk_module
from api.app import create_app
from domain.decisions import Accept, Decline
from domain.links import Task
from domain.office import Office as OfficeFiles
from domain.words import ClockName, Stage
from tests.adapters.receivers import free_port
from tests.api.conftest import Office
from tests.api.paper import FAR, Paper, filled_in, link, send
from tests.workflows import telling
from workflows import door

FOUND = {
    "verdict": "false",
    "explanation": "经查，供水正常。\n没有停水计划。",
    "evidence-0-kind": "检测记录",
    "evidence-0-source": "出厂水逐时检测",
}
KINDS_OF_PAGE = ("triage", "let_out", "note")


async def events_of(office: Office, case: str) -> tuple[int, int, dict[str, int]]:
    """What must be as before when nothing was done: history, entries, rows."""
    await office.world.quiet(case)
    return await office.world.length(case), (await office.world.view(case)).seq, office.rows()


async def asked(office: Office, claim: str) -> str:
    """A case in verification: 市水务局 leads, 市生态环境局 helps; returns its id."""
    case = await office.reported(claim)
    await telling.triaged(office.world, case, co_units=("hbj",))
    return case


# --- showing ---------------------------------------------------------------------------------------------------------


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


async def test_a_page_runs_no_script_calls_nobody_and_is_kept_by_nobody(office: Office) -> None:
    case = await asked(office, "网传高架桥今晚封闭三个月请绕行")

    page = await office.http.get(link(office.world, case, Task.VERIFY, "swj", "liaison_a"))
    style = await office.http.get("/t/style.css")

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
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


async def test_a_fresh_form_holds_what_is_known_and_no_judgement(office: Office) -> None:
    case = await office.reported("网传自来水发黄有异味不能喝")

    page = await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))

    forms = Paper.of(page).forms
    assert tuple(forms) == KINDS_OF_PAGE
    assert forms["triage"]["level"] == ["yellow"]
    assert forms["triage"]["topic"] == ["自来水"]
    assert "lead" not in forms["triage"]
    assert "建议牵头单位：市水务局（提到“自来水”" in page.text
    keys = [form["key"][0] for form in forms.values()]
    assert len(set(keys)) == 3


# --- acting ----------------------------------------------------------------------------------------------------------


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
        ("deputy", "review", {"outcome": "approve"}),
    ]

    for who, form, typed in steps:
        answer = await send(office, pages[who], form, **typed)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{pages[who]}?done={form}"), answer.text
        shown = await office.http.get(answer.headers["location"])
        assert 'role="status"' in shown.text
    await world.reaches(case, Stage.CLOSURE)
    assert (await send(office, pages["closing"], "close")).status_code == 303

    assert (await world.view(case)).closed_at is not None
    (drafted,) = await world.events(case, "drafted")
    assert drafted["text"] == "全市供气正常。\n\n没有停气计划。"
    assert [event["by"]["unit"] for event in await world.events(case, "reviewed")] == ["swj", "wxb"]


async def test_evidence_travels_with_its_time_read_in_the_office_s_zone(office: Office) -> None:
    case = await asked(office, "网传公交卡余额月底全部清零快去退")
    more = {"evidence-2-kind": "截图", "evidence-2-source": "值班室", "evidence-2-captured_at": "2026-11-24T09:30"}

    answer = await send(office, link(office.world, case, Task.VERIFY, "swj", "liaison_a"), "finding", **FOUND, **more)

    assert answer.status_code == 303, answer.text
    (event,) = await office.world.events(case, "finding_received")
    assert [piece["kind"] for piece in event["evidence"]] == ["检测记录", "截图"]
    assert datetime.fromisoformat(event["evidence"][1]["captured_at"]) == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


async def test_a_reviewer_reads_the_whole_text_and_votes_on_exactly_it(office: Office) -> None:
    case = await asked(office, "网传中考改为摇号入学已经定了")
    await telling.found(office.world, case, "swj", "hbj")
    digest = await telling.drafted(office.world, case)
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


# --- what goes wrong -------------------------------------------------------------------------------------------------


async def test_what_is_wrong_stands_beside_its_field_and_everything_typed_is_kept(office: Office) -> None:
    case = await asked(office, "网传图书馆被改成停车场不再开放")
    typed = {
        "verdict": "misleading",
        "explanation": "\n第一行 <b>\n\n第三行",
        "evidence-0-kind": "截图",
        "evidence-1-source": "报纸",
        "evidence-1-url": "javascript:alert(1)",
        "evidence-1-captured_at": "昨天",
    }
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    before = await events_of(office, case)

    page = await send(office, path, "finding", **typed)

    assert (page.status_code, await events_of(office, case)) == (422, before)
    kept = Paper.of(page).forms["finding"]
    assert {name: kept[name] for name in typed} == {name: [value] for name, value in typed.items()}
    for place in ("evidence-0-source", "evidence-1-kind", "evidence-1-url", "evidence-1-captured_at"):
        (field,) = re.findall(rf'<input id="(f\d-{place})"[^>]*aria-invalid="true"[^>]*>', page.text)
        assert f'id="{field}-fault"' in page.text
        assert f'href="#{field}"' in page.text
    assert "有4处需要修改" in page.text


@pytest.mark.parametrize(
    ("task", "seat", "form", "missing"),
    [
        (Task.TRIAGE, ("wxb", "duty"), "triage", "topic"),
        (Task.TRIAGE, ("wxb", "duty"), "triage", "lead"),
        (Task.TRIAGE, ("wxb", "duty"), "let_out", "exit"),
        (Task.TRIAGE, ("wxb", "duty"), "note", "text"),
    ],
)
async def test_every_form_keeps_what_was_typed_when_something_is_missing(
    office: Office, task: Task, seat: tuple[str, str], form: str, missing: str
) -> None:
    case = await office.reported(f"网传{form}{missing}路口的红绿灯全部失灵")
    typed = {
        "triage": {"level": "orange", "topic": "交通", "lead": "jtw", "co_units": ["gaj", "hbj"], "reason": "扩散快"},
        "let_out": {"exit": "complaint", "pass_to": "zwb", "reason": "反映问题"},
        "note": {"text": "甲\n乙"},
    }[form]

    page = await send(office, link(office.world, case, task, *seat), form, **{**typed, missing: " "})

    kept = Paper.of(page).forms[form]
    expected = {name: value if isinstance(value, list) else [value] for name, value in typed.items() if name != missing}
    assert page.status_code == 422
    assert {name: kept[name] for name in expected} == expected
    assert "缺少这一项" in page.text


async def test_a_refused_decision_is_said_on_top_with_a_fresh_key_and_can_be_mended(office: Office) -> None:
    case = await office.reported("网传新开的隧道漏水严重要塌了快绕行")
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")
    first = filled_in(await office.http.get(path), "triage", level="blue", topic="交通", lead="skx")

    refused = await office.http.post(path, data=first)
    again = filled_in(refused, "triage", lead="swj")

    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert "不能作牵头单位" in refused.text
    assert again["level"] == ["blue"]
    assert again["key"] != first["key"]
    assert (await office.http.post(path, data=again)).status_code == 303


async def test_a_form_sent_twice_has_one_effect_and_another_text_under_its_key_none(office: Office) -> None:
    case = await asked(office, "网传夜市的小龙虾全是死虾做的")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "note", text="已派人去水厂")

    answers = [await office.http.post(path, data=typed) for _ in range(2)]
    before = await events_of(office, case)
    other = await office.http.post(path, data={**typed, "text": "改了主意"})

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await office.world.events(case, "noted")) == 1
    assert (other.status_code, await events_of(office, case)) == (422, before)
    assert "改了主意" in other.text
    assert filled_in(other, "note")["key"] != typed["key"]


async def test_what_comes_after_the_task_is_done_changes_nothing_and_is_told_who_did_it(office: Office) -> None:
    case = await asked(office, "网传超市的盐被抢光了以后买不到")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    late = filled_in(await office.http.get(path), "finding", **FOUND)
    await telling.found(office.world, case, "swj")
    before = await events_of(office, case)

    answer = await office.http.post(path, data=late)
    page = await office.http.get(path)

    assert answer.status_code in (409, 422)
    assert "现为“已反馈”" in answer.text
    assert "没有停水计划。" in answer.text
    assert (await events_of(office, case))[:2] == before[:2]
    assert "本项已办理" in page.text
    assert re.search(
        r"\d\d-\d\d \d\d:\d\d 由市水务局 联络员A角（市水务局 联络员A角（演示））办理：查证意见，不实", page.text
    )
    assert "finding" not in Paper.of(page).forms


async def test_a_link_of_an_earlier_round_shows_that_it_has_ended(office: Office) -> None:
    case = await asked(office, "网传地铁二号线明天起停运检修半年")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "accept")
    await office.world.decide(case, Decline(reason="不属职责"), "swj", "liaison_a")
    await telling.triaged(office.world, case, co_units=())
    before = await events_of(office, case)

    answer, page = await office.http.post(path, data=typed), await office.http.get(path)

    assert (answer.status_code, await events_of(office, case)) == (409, before)
    assert "已进入新的一轮" in page.text
    assert Paper.of(page).forms == {}
    assert (await office.world.decide(case, Accept(), "swj", "liaison_a")).summary.visit == 2


async def test_a_file_without_a_store_is_refused_beside_its_field(office: Office) -> None:
    case = await asked(office, "网传烟花爆竹厂昨夜爆炸死伤多人")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "finding", **FOUND)

    page = await office.http.post(path, data=typed, files={"evidence-0-file": ("水质.pdf", b"%PDF-1.7", "x/y")})

    assert page.status_code == 422
    assert re.search(r'id="f\d-evidence-0-file"[^>]*aria-invalid="true"', page.text)
    assert "尚未开通文件上传" in page.text
    assert Paper.of(page).forms["finding"]["evidence-0-kind"] == ["检测记录"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"text=" + b"&text=".join([b"a" * 35_000] * 2), {}, 413),
        (b"a" * 300_000, {}, 413),
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"", {"Content-Type": "text/plain"}, 415),
        (b"form=note", {"Content-Encoding": "gzip"}, 415),
        (b"form=note", {"Content-Type": "application/x-www-form-urlencoded; charset=gbk"}, 415),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}, 403),
        (b"nonsense", {"Content-Type": "multipart/form-data"}, 400),
        (b"form=note&kind=note&text=x", {}, 400),
        (b"", {}, 403),
    ],
)
async def test_what_is_no_form_of_ours_is_refused_before_anything_is_done(
    office: Office, published: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    path = link(office.world, published, Task.LOOK, "wxb", "duty")
    before = await events_of(office, published)
    media = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = await office.http.post(path, content=body, headers={**media, **headers})

    assert (answer.status_code, await events_of(office, published)) == (status, before)
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_character_no_store_takes_is_named_beside_its_field(office: Office, published: str) -> None:
    path = link(office.world, published, Task.LOOK, "wxb", "duty")

    page = await send(office, path, "note", text="甲\x00乙")

    assert (page.status_code, "含有空字符" in page.text) == (422, True)


# --- who ----------------------------------------------------------------------------------------------------------


async def test_a_link_that_is_not_good_opens_nothing_says_why_and_does_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, case = office.world, await asked(office, "网传幼儿园午餐肉里吃出牙齿")
    other = await office.reported("网传网约车司机集体罢工三天")
    good = link(world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(good), "accept")
    liaison = world.officer("swj", "liaison_a").id
    elsewhere = link(world, other, Task.VERIFY, "swj", "liaison_a")
    bad = {
        "forged": (good[:-8] + "AAAAAAAA", 404),
        "of another case": (elsewhere.rpartition(".")[0] + "." + good.rpartition(".")[2], 404),
        "expired": (link(world, case, Task.VERIFY, "swj", "liaison_a", expires=1), 410),
        "of a seat its person does not hold": (link(world, case, Task.VERIFY, "swj", "head", person=liaison), 410),
        "of nobody": (link(world, case, Task.VERIFY, "swj", "liaison_a", person="nobody"), 410),
        "of no case": (link(world, "nosuchcase", Task.VERIFY, "swj", "liaison_a"), 404),
        "no token": ("/t/x", 404),
    }
    before = await events_of(office, case)

    for why, (path, status) in bad.items():
        for answer in (await office.http.get(path), await office.http.post(path, data=typed)):
            assert answer.status_code == status, why
            assert answer.headers["content-type"] == "text/html; charset=utf-8", why
            assert "请" in answer.text
            assert path.removeprefix("/t/") not in answer.text.replace("/t/style.css", "") or path == "/t/x"
    monkeypatch.setattr(world.desk, "office", _without(world.office, "swj", "liaison_a"))
    left = await office.http.post(good, data=typed)

    assert (left.status_code, "已不在该岗位" in left.text) == (410, True)
    assert await events_of(office, case) == before


def _without(office: OfficeFiles, unit: str, seat: str) -> OfficeFiles:
    """The office after somebody's last day in a seat."""
    yesterday = datetime.now(UTC).date() - timedelta(days=2)
    people = tuple(
        one.model_copy(update={"until": yesterday}) if one.unit == unit and seat in one.seats else one
        for one in office.people
    )
    return OfficeFiles(units=office.units, people=people, policy=office.policy)


async def test_a_link_takes_no_other_kind_and_no_other_person(office: Office) -> None:
    case = await asked(office, "网传垃圾焚烧厂要建在小学旁边")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "accept")
    before = await events_of(office, case)

    kinds = [
        await office.http.post(path, data={**typed, **other})
        for other in ({"form": "triage", "kind": "triage"}, {"kind": "close"}, {"form": "relevel", "kind": "relevel"})
    ]
    others = [
        await office.http.request(method, path, data=typed if method == "POST" else None, headers=headers)
        for method in ("GET", "POST")
        for headers in (office.bearer("wxb", "duty"), {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"})
    ]

    assert {answer.status_code for answer in [*kinds, *others]} == {403}
    assert await events_of(office, case) == before
    own = await office.http.post(path, data=typed, headers=office.bearer("swj", "liaison_a"))
    assert own.status_code == 303


async def test_a_link_expires_by_the_desk_s_clock(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await asked(office, "网传学校食堂改用预制菜家长抗议")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    monkeypatch.setattr(desk_module, "_now", lambda: datetime.fromtimestamp(FAR, UTC))

    answer = await office.http.get(path)

    assert (answer.status_code, "链接已过期" in answer.text) == (410, True)


# --- without the case -------------------------------------------------------------------------------------------------


@asynccontextmanager
async def cut_off(office: Office) -> AsyncIterator[Office]:
    """The same pages while Temporal does not answer."""
    lost = await Client.connect(f"127.0.0.1:{free_port()}", data_converter=pydantic_data_converter, lazy=True)
    apart = Office(office.world, create_app(office.world.desk_over(lost)))
    async with apart.http:
        yield apart


async def test_while_the_case_does_not_answer_the_page_says_so_and_keeps_what_is_sent_with_its_key(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LOOK", timedelta(seconds=0.3))
    case = await asked(office, "网传医院停诊所有门诊全部取消")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "finding", **FOUND)

    async with cut_off(office) as apart:
        shown = await apart.http.get(path)
        answer = await apart.http.post(path, data=typed)
    kept = filled_in(answer, "finding")

    assert (shown.status_code, "暂时没有应答" in shown.text, Paper.of(shown).forms) == (200, True, {})
    assert "市生态环境局" in shown.text
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert {name: kept[name] for name in FOUND} == {name: [value] for name, value in FOUND.items()}
    assert kept["key"] == typed["key"]
    assert (await office.http.post(path, data=kept)).status_code == 303


async def test_a_closed_case_is_shown_from_the_register_and_asks_for_nothing(office: Office) -> None:
    case = await office.reported("请问明天的花市几点开门谢谢")
    await office.decide(case, {"kind": "triage", "exit": "question"})
    await office.world.handle(case).result()
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")

    page = await office.http.get(path)

    assert page.status_code == 200
    assert "本事项已办结" in page.text
    assert "本项已办理" in page.text
    assert Paper.of(page).forms == {}


# --- tokens leave no trace ------------------------------------------------------------------------------------------


async def test_a_token_is_in_no_problem_no_log_and_no_store(
    office: Office, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    case = await asked(office, "网传停车场收费涨到每小时五十元")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    token = path.removeprefix("/t/")

    assert (await send(office, path, "accept")).status_code == 303
    answers = [await office.http.request(method, path) for method in ("DELETE", "PUT", "PATCH")]
    answers += [await office.http.get(path + "/x"), await office.http.get("/t/" + token + "%00")]
    sent = [line for line in office.world.outbox() if case in line["key"]]
    minted = {found for line in sent for found in re.findall(r"/t/(\S+)", line["text"])}

    assert [answer.status_code for answer in answers] == [405, 405, 405, 404, 404]
    assert all(token not in answer.text for answer in answers)
    printed = capsys.readouterr()
    said = caplog.text + printed.out + printed.err
    history = (await office.world.history(case)).to_json()
    description = str((await office.world.handle(case).describe()).raw_description)
    stores = [file.read_bytes() for file in office.world.settings.data.glob("register.db*")]
    assert len(minted) >= 2
    for one in {token, *minted}:
        assert one not in said + history + description
        assert not any(one.encode() in store for store in stores)


async def test_the_link_in_a_notice_opens_the_page_it_was_sent_for(office: Office) -> None:
    case = await asked(office, "网传动车站台塌陷多趟列车停运")
    await office.world.quiet(case)
    letters = [line for line in office.world.outbox() if f"{case}/v1/answer:swj" in line["key"]]
    (path,) = {re.findall(r"办理：http://127.0.0.1:8400(/t/\S+)", line["text"])[0] for line in letters[:1]}

    page = await office.http.get(path)

    assert page.status_code == 200
    assert "accept" in Paper.of(page).forms
    assert httpx2.URL(path).path == path
