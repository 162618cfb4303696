"""Admission over HTTP: too many reports or decisions are refused with the time to come again; keys are one's own."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from api.app import create_app
from desk.admission.door import AT_ONCE, ONE_KEY_AT_ONCE, WAITING, Door
from domain.office.limits import Limits
from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link, send

KEY = "a-key-0123456789abcdef"


class Bounded:
    """An application with limits of its own, behind a proxy that says where each request came from."""

    def __init__(self, office: Office, **limits: int) -> None:
        app = create_app(office.world.desk, hosts=("piyao.test",), trusted_proxies=[ip_network("127.0.0.1")])
        app.state.door = Door(Limits(**limits))
        self.office = office
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app, client=("127.0.0.1", 9)), base_url="http://piyao.test"
        )

    async def report(self, text: str, source: str = "192.0.2.1", key: str | None = None, **more: Any) -> Any:
        headers = more.pop("headers", {}) | ({"Idempotency-Key": key} if key else {})
        body = {"text": text, **more}
        return await self.http.post("/v1/reports", json=body, headers={"X-Forwarded-For": source, **headers})


async def test_too_many_reports_from_one_source_are_refused_with_the_time_to_come_again(office: Office) -> None:
    bounded, before = Bounded(office, anonymous_per_source=2), office.rows()["reports"]

    taken = [await bounded.report(f"网传第{n}条街今晚停电") for n in range(4)]
    other = await bounded.report("网传第九条街今晚停电", source="192.0.2.2")

    assert [one.status_code for one in taken] == [201, 201, 429, 429]
    assert other.status_code == 201
    assert office.rows()["reports"] == before + 3
    refused = taken[2]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem["code"] == "too_many_reports_here"
    assert problem["errors"][0] | {"value": 3, "allowed": ["2"]} == problem["errors"][0]
    assert refused.headers["Retry-After"] in problem["detail"]


async def test_the_body_of_a_refused_report_is_not_read(office: Office) -> None:
    bounded = Bounded(office, anonymous_per_source=1)
    await bounded.report("网传河边今晚放烟花")

    async def never() -> Any:
        raise AssertionError("the body was read")
        yield b""

    answer = await bounded.http.post("/v1/reports", content=never(), headers={"X-Forwarded-For": "192.0.2.1"})

    assert answer.status_code == 429


async def test_a_unit_reports_under_its_key_when_the_public_may_no_more(office: Office) -> None:
    bounded = Bounded(office, anonymous_in_all=1, reports_per_key=2)
    own = {"headers": office.bearer("pt1", "duty"), "channel": "platform:pt1"}

    public = [(await bounded.report(f"网传{n}号楼有人投毒", source=f"192.0.2.{n}")).status_code for n in range(2)]
    units = [(await bounded.report(f"网传{n}号桥今晚封闭", **own)).status_code for n in range(3)]

    assert (public, units) == ([201, 429], [201, 201, 429])


@pytest.mark.parametrize(("seat", "code"), [(None, "channel_needs_key"), (("pt1", "duty"), "channel_of_other_unit")])
async def test_nobody_speaks_for_another_unit(office: Office, seat: tuple[str, str] | None, code: str) -> None:
    bounded, before = Bounded(office), office.rows()["reports"]
    headers = office.bearer(*seat) if seat else {}

    answer = await bounded.report("网传警方今晚封路", channel="police:gaj", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, code)
    error = answer.json()["errors"][0]
    assert (error["pointer"], error["value"], error["allowed"]) == ("/channel", "police:gaj", ["public"])
    assert office.rows()["reports"] == before


async def test_the_same_anonymous_key_from_another_source_is_another_key(office: Office) -> None:
    bounded, text = Bounded(office), "网传体育馆的泳池水有毒"

    mine = await bounded.report(text, key=KEY)
    again = await bounded.report(text, key=KEY)
    theirs = await bounded.report(text, source="192.0.2.2", key=KEY)
    different = await bounded.report("网传图书馆今晚关门", source="192.0.2.3", key=KEY)

    assert again.json() == mine.json()
    assert theirs.json()["report_id"] != mine.json()["report_id"]
    assert different.status_code == 201


async def test_an_anonymous_key_that_can_be_guessed_is_refused(office: Office) -> None:
    bounded = Bounded(office)

    short = await bounded.report("网传动物园的猴子跑了", key="1")
    with_key = await bounded.report("网传动物园的猴子跑了", key="1", headers=office.bearer())

    assert (short.status_code, short.json()["code"]) == (400, "key_invalid")
    assert short.json()["errors"][0] | {"parameter": "Idempotency-Key", "value": 1} == short.json()["errors"][0]
    assert with_key.status_code == 201


@pytest.fixture
def one_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the door see no time pass."""
    monkeypatch.setattr("api.http.admission.time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.mark.usefixtures("one_instant")
async def test_too_many_decisions_of_one_person_are_refused_and_change_nothing(office: Office) -> None:
    bounded = Bounded(office, decisions_per_second=2)
    case = await office.reported("网传老城墙明天拆除重建")
    before = office.rows()["decisions"]

    sent = [
        await bounded.http.post(
            f"/v1/cases/{case}/decisions",
            json={"kind": "note", "text": f"第{n}次电话"},
            headers={**office.bearer(), "Idempotency-Key": f"note-{n}"},
        )
        for n in range(3)
    ]

    assert [one.status_code for one in sent] == [200, 200, 429]
    assert (sent[2].headers["Retry-After"], sent[2].json()["code"]) == ("1", "too_many_decisions")
    assert office.rows()["decisions"] == before + 2


@pytest.mark.usefixtures("one_instant")
async def test_a_form_sent_too_fast_is_shown_again_with_a_sentence_and_what_was_typed(office: Office) -> None:
    case = await office.reported("网传老电影院今晚拍卖桌椅")
    bounded = Office(office.world, create_app(office.world.desk, hosts=("piyao.test",)))
    bounded.app.state.door = Door(Limits(decisions_per_second=1))
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")

    taken = await send(bounded, path, "note", text="第一次电话")
    page = await send(bounded, path, "note", text="第二次电话")

    assert (taken.status_code, page.status_code) == (303, 429)
    assert page.headers["Retry-After"] == "1"
    assert "请1秒后再提交：每人每秒至多 1 项决定。" in page.text
    assert Paper.of(page).forms["note"]["text"] == ["第二次电话"]


async def test_anonymous_reports_wait_at_their_own_door_and_nobody_else_does(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounded, gate = Bounded(office, anonymous_per_source=100, anonymous_in_all=6000), asyncio.Event()
    register, real = office.world.desk.register, office.world.desk.register.file

    async def slow(filing: Any) -> Any:
        if filing.report.text.startswith("慢"):
            await gate.wait()
        return await real(filing)

    monkeypatch.setattr(register, "file", slow)
    waiting = [asyncio.create_task(bounded.report(f"慢{n}号线停运")) for n in range(AT_ONCE + WAITING + 1)]
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    officer = await bounded.report("网传八号码头今晚起火", headers=office.bearer())
    health = await bounded.http.get("/healthz")
    gate.set()
    answers = await asyncio.gather(*waiting)

    assert [one.result().json()["code"] for one in done] == ["too_many_reports_now"]
    assert (officer.status_code, health.status_code) == (201, 200)
    assert sorted(one.status_code for one in answers) == [201] * (AT_ONCE + WAITING) + [429]


async def test_a_batch_of_a_partner_waits_in_its_own_queue_and_nobody_else_does(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounded, gate, inside = Bounded(office, reports_per_key=40, anonymous_per_source=100), asyncio.Event(), 0
    register, real = office.world.desk.register, office.world.desk.register.file
    partner = {"headers": office.bearer("pt1", "duty"), "channel": "platform:pt1"}
    case = await office.reported("网传旧码头今晚拆除")

    async def slow(filing: Any) -> Any:
        nonlocal inside
        if filing.report.text.startswith("批"):
            inside += 1
            await gate.wait()
        return await real(filing)

    monkeypatch.setattr(register, "file", slow)
    batch = [asyncio.create_task(bounded.report(f"批{n}号线停运三天", **partner)) for n in range(41)]
    done, _ = await asyncio.wait(batch, return_when=asyncio.FIRST_COMPLETED)
    officer = await bounded.report("网传三号码头今晚起火", headers=office.bearer())
    public = await bounded.report("网传五号码头今晚起火")
    decided = await office.decide(case, {"kind": "note", "text": "已联系码头"}, key="beside")
    at_work = inside
    gate.set()
    answers = await asyncio.gather(*batch)

    assert [one.result().json()["code"] for one in done] == ["too_many_reports_of_key"]
    assert (officer.status_code, public.status_code, decided.status_code) == (201, 201, 200)
    assert at_work == ONE_KEY_AT_ONCE
    assert sorted(one.status_code for one in answers) == [201] * 40 + [429]
