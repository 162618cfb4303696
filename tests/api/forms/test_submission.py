"""When something is wrong with a form, or the case does not answer: nothing typed is ever lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from temporalio.client import Client

from api.app import create_app
from desk import case_client
from domain.decisions import Accept, Decline
from domain.tasks.task import Task
from temporal.converter import data_converter
from tests.adapters.receivers import free_port
from tests.api.conftest import Office
from tests.api.scriptless_browser import FOUND, Paper, asked, drawn, events_of, filled_in, link, send
from tests.workflows import case_steps

pytestmark = pytest.mark.people


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
    for place in (
        "evidence-0-source",
        "evidence-0-captured_at",
        "evidence-1-kind",
        "evidence-1-url",
        "evidence-1-captured_at",
    ):
        (field,) = re.findall(rf'<input id="(f\d-{place})"[^>]*aria-invalid="true"[^>]*>', page.text)
        assert f'id="{field}-fault"' in page.text
        assert f'href="#{field}"' in page.text
    assert "有5处需要修改" in page.text


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
    assert ("请选择" if missing in ("lead", "exit") else "请填写") in page.text


async def test_a_refused_decision_is_said_on_top_with_a_fresh_key_and_can_be_mended(office: Office) -> None:
    case = await office.reported("网传新开的隧道漏水严重要塌了快绕行")
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")
    first = filled_in(await office.http.get(path), "triage", level="blue", topic="交通", lead="skx", reason="已核")

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
    await case_steps.found(office.world, case, "swj")
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
    await case_steps.triaged(office.world, case, co_units=())
    before = await events_of(office, case)

    answer, page = await office.http.post(path, data=typed), await office.http.get(path)

    assert (answer.status_code, await events_of(office, case)) == (409, before)
    assert "已进入新的一轮" in page.text
    assert Paper.of(page).forms == {}
    assert (await office.world.decide(case, Accept(), "swj", "liaison_a")).summary.visit == 2


async def test_a_file_becomes_evidence_is_kept_after_a_fault_and_one_of_another_kind_is_named(office: Office) -> None:
    case = await asked(office, "网传游泳馆水质超标多名孩子感染")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    page = await office.http.get(path)
    typed = filled_in(page, "finding", **FOUND) | {"evidence-0-url": ""}
    picture = drawn()

    refused = await office.http.post(path, data=typed, files={"evidence-0-file": ("a.jpg", b"PK\x05\x06" * 9, "x/y")})
    halfway = typed | {"explanation": ""}
    again = await office.http.post(path, data=halfway, files={"evidence-0-file": ("水质.png", picture, "x/y")})
    kept = Paper.of(again).forms["finding"]
    taken = await office.http.post(path, data={**kept, "explanation": "合格"})

    assert page.text.count('type="file"') == 6, "three for a finding, three for a remark"
    assert refused.status_code == 422
    assert re.search(r'id="f\d-evidence-0-file"[^>]*aria-invalid="true"', refused.text)
    assert (again.status_code, kept["evidence-0-digest"]) == (422, [hashlib.sha256(picture).hexdigest()])
    assert "已上传" in again.text
    assert taken.status_code == 303
    (event,) = await office.world.events(case, "finding_received")
    assert event["evidence"][0]["digest"] == hashlib.sha256(picture).hexdigest()


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

    assert (page.status_code, "请删去无法显示的字符" in page.text) == (422, True)


@asynccontextmanager
async def cut_off(office: Office) -> AsyncIterator[Office]:
    """The same pages while Temporal does not answer."""
    lost = await Client.connect(f"127.0.0.1:{free_port()}", data_converter=data_converter, lazy=True)
    apart = Office(office.world, create_app(office.world.desk_over(lost), hosts=("piyao.test",)))
    async with apart.http:
        yield apart


async def test_while_the_case_does_not_answer_the_page_says_so_and_keeps_what_is_sent_with_its_key(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_client, "LOOK", timedelta(seconds=0.3))
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
