"""A link goes with its request from one round of a case to the next; what was typed for a dead one can be copied."""

from __future__ import annotations

import re
import typing
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import httpx2
import pytest

from api.tasks.reading.timeline import outlives
from desk.case_client import CaseClient
from desk.case_reader import CaseReader
from domain.decisions import Actor, Decline
from domain.events import Entry, Event
from domain.tasks.brief import Brief
from domain.tasks.task import Task
from domain.tasks.task_links import TaskLink
from domain.vocabulary import ClockName, Seat
from tests.api.conftest import Office
from tests.api.scriptless_browser import FOUND, Paper, asked, drawn, events_of, filled_in, link
from tests.workflows import case_steps

pytestmark = pytest.mark.people

TEXT = "经查 <b>正常</b>。\n\n  第二段 & 完"
SHOWN = escape(TEXT)


def sendable(page: httpx2.Response) -> bool:
    return "<form" in page.text


# --- the case goes on -----------------------------------------------------------------------------------------------


async def test_a_co_unit_goes_on_by_its_link_after_the_lead_has_sent_the_case_back(office: Office) -> None:
    case = await asked(office, "网传污水厂溢流污染入河口")
    path = link(office.world, case, Task.VERIFY, "hbj", "liaison_a")
    written = filled_in(await office.http.get(path), "finding", **FOUND | {"explanation": TEXT})
    await office.world.decide(case, Decline(reason="不属职责"), "swj", "liaison_a")

    while_nobody_leads = await office.http.get(path)
    accepted = await office.http.post(path, data=filled_in(while_nobody_leads, "finding", **FOUND) | written)
    done = await office.http.get(path)
    await case_steps.triaged(office.world, case, co_units=("hbj",), lead="swu")
    later = await office.http.get(path)

    assert (await office.world.view(case)).visit == 2
    assert accepted.status_code == 303, accepted.text
    (event,) = await office.world.events(case, "finding_received")
    assert (event["unit"], event["explanation"]) == ("hbj", TEXT)
    for page in (done, later):
        assert "本项已办理" in page.text
        assert "finding" not in Paper.of(page).forms
        assert "correct_finding" in Paper.of(page).forms
        assert "已进入新的一轮" not in page.text


async def test_a_deputy_s_link_about_a_co_unit_s_clock_lives_as_long_as_its_request(office: Office) -> None:
    case = await asked(office, "网传江边化工厂偷排废液鱼全死了")
    rung = {"clock": ClockName.ANSWER, "owner": "hbj"}
    path = link(office.world, case, Task.VERIFY, "hbj", "deputy", **rung)
    await office.world.decide(case, Decline(reason="不属职责"), "swj", "liaison_a")

    page = await office.http.get(path)
    await office.world.decide(case, Decline(reason="也不属职责"), "hbj", "liaison_a")
    gone = await office.http.get(path)

    assert "已进入新的一轮" not in page.text
    assert sendable(page)
    assert ("已进入新的一轮" in gone.text, sendable(gone)) == (True, False)


async def test_what_was_typed_for_an_earlier_round_can_be_copied_and_not_sent(office: Office) -> None:
    case = await asked(office, "网传跨江大桥桥面开裂限行半年")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    page = await office.http.get(path)
    typed = filled_in(page, "finding", **FOUND | {"explanation": TEXT, "synthetic_mark": "absent"})
    await office.world.decide(case, Decline(reason="不属职责"), "swj", "liaison_a")
    before = await events_of(office, case)

    answer = await office.http.post(path, data=typed, files={"evidence-1-file": ("<照片>.png", drawn(), "x/y")})

    assert (answer.status_code, await events_of(office, case)) == (409, before)
    assert not sendable(answer)
    assert "您填写的内容" in answer.text
    for fact in (SHOWN, "不实", "出厂水逐时检测", "https://swj.mc.example/1", "佐证材料第2条 附件"):
        assert fact in answer.text
    assert re.search(r"\d\d-\d\d \d\d:\d\d 由市水务局", answer.text)  # who sent the case back
    assert typed["key"][0] not in answer.text


async def test_what_comes_for_a_closed_case_can_be_copied_and_not_sent(office: Office) -> None:
    case = await office.reported("请问端午节龙舟赛几点开始在哪里看")
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")
    typed = filled_in(await office.http.get(path), "note", text=TEXT)
    await office.decide(case, {"kind": "triage", "exit": "question"})
    await office.world.handle(case).result()

    answer = await office.http.post(path, data=typed)

    assert (answer.status_code, sendable(answer), SHOWN in answer.text) == (409, False, True)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_verdict_that_comes_while_a_page_is_made_leaves_a_page(
    office: Office, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    case = await asked(office, f"网传果园滥用膨大剂草莓有毒{method}")
    await case_steps.found(office.world, case, "hbj")
    path = link(office.world, case, Task.DRAFT, "wxb", "editor")
    early = filled_in(await office.http.get(path), "note", text="")
    brief = CaseClient.brief

    async def after_the_verdict(client: CaseClient, about: str, actor: Actor) -> Brief | None:
        assert (await office.world.view(about)).verdict is None
        await case_steps.found(office.world, about, "swj")
        return await brief(client, about, actor)

    monkeypatch.setattr(CaseClient, "brief", after_the_verdict)
    answer = await office.http.request(method, path, data=early if method == "POST" else None)

    assert answer.status_code == (422 if method == "POST" else 200)
    assert ("备注内容：请填写" in answer.text) is (method == "POST")  # and nothing else is wrong
    assert "经查，供水正常。" in Paper.of(answer).forms["draft"]["text"][0]
    assert "<strong>核查结论</strong>：不实" in answer.text


# What has happened, and whether a link of the first round to 市生态环境局 lives on in the second.
SENT = {"kind": "request_sent", "unit": "hbj"}
OFFERED = {"kind": "transfer_offered", "unit": "swj", "to": "hbj"}
BACK = {"kind": "stage_entered", "stage": "triage", "visit": 2}
LIVES: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "never asked": ([BACK], False),
    "asked only now": ([BACK, SENT], False),
    "asked and asked again": ([SENT, BACK, SENT], True),
    "declined": ([SENT, {"kind": "request_declined", "unit": "hbj"}, BACK, SENT], False),
    "another declined": ([SENT, {"kind": "request_declined", "unit": "swj"}, BACK], True),
    "expired": ([SENT, {"kind": "request_expired", "unit": "hbj"}, BACK], True),
    "expired and asked again": ([SENT, {"kind": "request_expired", "unit": "hbj"}, BACK, SENT], False),
    "to be taken over": ([OFFERED, BACK], True),
    "taken over": ([OFFERED, {"kind": "transfer_accepted", "unit": "swj", "to": "hbj"}, BACK], True),
    "handed on": ([SENT, {"kind": "transfer_accepted", "unit": "hbj", "to": "swj"}, BACK], False),
    "not taken over": ([OFFERED, {"kind": "transfer_declined", "unit": "swj", "to": "hbj"}, BACK], False),
    "no longer to be taken over": ([OFFERED, {"kind": "transfer_lapsed", "unit": "swj", "to": "hbj"}, BACK], False),
}


def entry(seq: int, event: dict[str, Any]) -> Entry:
    """An entry with as much of an event as a link depends on."""
    model = next(
        one for one in typing.get_args(typing.get_args(Event)[0]) if one.model_fields["kind"].default == event["kind"]
    )
    return Entry.model_construct(seq=seq, at=datetime.now(UTC), by=None, event=model.model_construct(**event))


@pytest.mark.parametrize("name", LIVES)
def test_a_link_lives_as_long_as_the_request_it_was_sent_for(name: str) -> None:
    events, lives = LIVES[name]
    of = {"case_id": "c", "visit": 1, "person": "p", "unit": "hbj", "seat": Seat.DUTY, "channel": "mail", "expires": 1}

    for task in (Task.VERIFY, Task.COORDINATE):
        told = outlives(TaskLink(task=task, **of), [entry(n, event) for n, event in enumerate(events, 1)])
        assert told is (lives and task is Task.VERIFY)


# --- the link is dead -----------------------------------------------------------------------------------------------


async def test_what_was_typed_into_a_page_whose_link_has_expired_meanwhile_can_be_copied(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await asked(office, "网传菜市场猪肉检出瘟疫病毒")
    soon = int((office.world.desk.now() + timedelta(hours=1)).timestamp())
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a", expires=soon)
    typed = filled_in(await office.http.get(path), "finding", **FOUND | {"explanation": TEXT})
    before = await events_of(office, case)

    monkeypatch.setattr(CaseReader, "now", lambda _: datetime.now(UTC) + timedelta(hours=2))
    answer = await office.http.post(path, data=typed)

    assert (answer.status_code, await events_of(office, case)) == (410, before)
    assert "链接已过期" in answer.text
    assert (SHOWN in answer.text, sendable(answer)) == (True, False)


async def test_a_form_of_another_link_is_refused_with_what_was_typed(office: Office) -> None:
    case = await asked(office, "网传高铁站安检口排队八小时")
    verify = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(verify), "finding", **FOUND | {"explanation": TEXT})

    answer = await office.http.post(link(office.world, case, Task.LOOK, "wxb", "duty"), data=typed)

    assert (answer.status_code, SHOWN in answer.text, sendable(answer)) == (403, True, False)


async def test_who_has_no_link_of_ours_is_told_nothing_of_what_was_sent(office: Office) -> None:
    answer = await office.http.post("/t/made-up", data={"form": "note", "kind": "note", "text": "冒充本站的话"})

    assert (answer.status_code, "冒充" in answer.text) == (404, False)
