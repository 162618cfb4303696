"""The inbox: who gets in, for how long, and what waits for whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from temporalio.client import Client

from adapters.credentials.signed_tokens import SignedTokens
from adapters.office.sample_keys import sample_key
from adapters.register.store import SqlRegister
from api.app import create_app
from api.officer.sessions import cookie_name
from desk import CaseDesk
from desk.case_reader import CaseReader
from domain.case.summarise import summarise
from domain.decisions import Opening
from domain.errors import Unavailable
from domain.office.office import Office as OfficeFiles
from domain.reports.report import Report
from domain.reports.sources import Source
from domain.stages.report import open_case
from domain.tasks.short_links import ShortLinks
from domain.tasks.task_links import Links
from domain.vocabulary import Level
from settings import Settings
from temporal.converter import data_converter
from tests.adapters.receivers import free_port
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper
from tests.workflows import case_steps
from wiring.office import load_office
from wiring.storage import evidence_store, make_passkeys, source_keys
from wiring.text_forms import TEXT_FORMS

pytestmark = pytest.mark.people

FORM = "application/x-www-form-urlencoded"


def visitor(office: Office) -> httpx2.AsyncClient:
    """A browser of its own, without cookies."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=create_app(office.world.desk)), base_url="http://127.0.0.1"
    )


async def logged_in(http: httpx2.AsyncClient, key: str) -> httpx2.Response:
    page = await http.get("/desk/login")
    return await http.post("/desk/login", data={**Paper.of(page).forms["-"], "key": key})


async def test_a_key_opens_the_inbox_and_logging_out_closes_it(office: Office) -> None:
    async with visitor(office) as http:
        assert (await http.get("/desk")).headers["location"] == "/desk/inbox"
        assert (await http.get("/desk/inbox")).headers["location"] == "/desk/login"

        answer = await logged_in(http, office.key("wxb", "duty"))
        inbox = await http.get("/desk/inbox")
        out = await http.post("/desk/logout", data=Paper.of(inbox).forms["-"])

        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/inbox")
        assert (inbox.status_code, "市委网信办 值班员" in inbox.text) == (200, True)
        assert (out.status_code, out.headers["location"]) == (303, "/desk/login")
        assert (await http.get("/desk/inbox")).status_code == 303


async def test_the_cookie_is_for_this_host_and_no_script(office: Office) -> None:
    async with visitor(office) as http:
        answer = await logged_in(http, office.key("wxb", "duty"))

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("piyao=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert [
        cookie_name(url) for url in ("https://p.example", "http://p.example", "http://[::1]:1", "http://localhost")
    ] == [
        "__Host-piyao",
        "__Host-piyao",
        "piyao",
        "piyao",
    ]


async def test_whoever_has_no_key_stays_out_and_the_fifth_try_has_to_wait_longer_each_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, key = datetime.now(UTC), office.key("wxb", "duty")
    mistyped = key[:12] + "-mistyped"
    async with visitor(office) as http:
        monkeypatch.setattr(CaseReader, "now", lambda _: start)
        tries = [await logged_in(http, mistyped) for _ in range(5)]
        blocked = await logged_in(http, key)
        monkeypatch.setattr(CaseReader, "now", lambda _: start + timedelta(minutes=1))
        again, longer = await logged_in(http, mistyped), await logged_in(http, key)
        monkeypatch.setattr(CaseReader, "now", lambda _: start + timedelta(minutes=3))
        opened = await logged_in(http, key)

    assert {answer.status_code for answer in tries} == {401}
    assert all("mistyped" not in answer.text for answer in tries)
    assert (blocked.status_code, blocked.headers["retry-after"]) == (429, "60")
    assert "请1分钟后再试" in blocked.text
    assert (again.status_code, longer.status_code, longer.headers["retry-after"]) == (401, 429, "120")
    assert opened.status_code == 303


async def test_a_guesser_waits_and_the_office_behind_the_same_address_does_not(office: Office) -> None:
    async with visitor(office) as http:
        guesses = [(await logged_in(http, f"{n}-guessed-key")).status_code for n in range(8)]
        colleague = await logged_in(http, office.key("wxb", "duty"))

    assert guesses == [401] * 5 + [429] * 3
    assert colleague.status_code == 303


@pytest.mark.parametrize("path", ["/desk/login", "/desk/logout"])
async def test_a_form_that_was_not_made_for_this_session_does_nothing(office: Office, path: str) -> None:
    async with visitor(office) as http, visitor(office) as other:
        await logged_in(http, office.key("wxb", "duty"))
        strange = Paper.of(await other.get("/desk/login")).forms["-"]
        await http.get("/desk/login")

        for sent in ({}, strange, {"csrf": "…"}):
            answer = await http.post(path, data={**sent, "key": office.key("wxb", "editor")})
            assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/desk/login", "/desk/logout"])
async def test_what_is_no_form_is_refused_on_a_page(office: Office, path: str) -> None:
    async with visitor(office) as http:
        large = await http.post(path, content=b"key=" + b"a" * 300_000, headers={"Content-Type": FORM})
        other = await http.post(path, json={"key": office.key("wxb", "duty")})

    assert [large.status_code, other.status_code] == [413, 415]
    assert other.headers["content-type"] == "text/html; charset=utf-8"
    assert "form-action 'self'" in other.headers["content-security-policy"]
    assert other.headers["cache-control"] == "no-store"


async def test_a_register_that_is_away_is_said_on_a_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(where: Any, right: Any) -> Any:
        raise Unavailable("register: down")

    monkeypatch.setattr(office.world.register, "cases", away)
    async with visitor(office) as http:
        answer = await http.get("/desk/inbox", headers=office.bearer())

    assert (answer.status_code, "暂时打不开" in answer.text) == (503, True)


def _gone(office: OfficeFiles) -> OfficeFiles:
    """Nobody serves any more."""
    past = datetime(2020, 1, 1, tzinfo=UTC).date()
    people = tuple(one.model_copy(update={"until": past}) for one in office.people)
    return office.model_copy(update={"people": people})


def _turned(office: OfficeFiles) -> OfficeFiles:
    """Everybody has a new key."""
    people = tuple(one.model_copy(update={"key_digest": "f" * 64}) for one in office.people)
    return office.model_copy(update={"people": people})


@pytest.mark.parametrize("change", [_gone, _turned])
async def test_a_session_ends_with_its_person_s_service_and_key(
    office: Office, monkeypatch: pytest.MonkeyPatch, change: Callable[[OfficeFiles], OfficeFiles]
) -> None:
    async with visitor(office) as http:
        await logged_in(http, office.key("wxb", "duty"))
        assert (await http.get("/desk/inbox")).status_code == 200
        monkeypatch.setattr(office.world.desk, "office", change(office.world.office))

        assert (await http.get("/desk/inbox")).status_code == 303


async def test_a_session_ends_after_half_an_hour_of_rest_and_ten_hours_in_all(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime.now(UTC)

    async def at(minutes: int) -> int:
        monkeypatch.setattr(CaseReader, "now", lambda _: start + timedelta(minutes=minutes))
        return (await http.get("/desk/inbox")).status_code

    async with visitor(office) as http:
        monkeypatch.setattr(CaseReader, "now", lambda _: start)
        await logged_in(http, office.key("wxb", "duty"))
        busy = [await at(minutes) for minutes in range(29, 600, 29)]
        whole = await at(600)
    async with visitor(office) as http:
        monkeypatch.setattr(CaseReader, "now", lambda _: start)
        await logged_in(http, office.key("wxb", "duty"))
        rested = await at(30)

    assert set(busy) == {200}
    assert (whole, rested) == (303, 303)


async def test_a_cookie_that_was_not_given_here_is_none(office: Office) -> None:
    async with visitor(office) as http:
        signed = office.world.desk.links.tokens.sign("desk-session", ["wxb-duty", "", 0, 2_000_000_000, "c"])
        for text in ("x", "", signed, "\u4e00".encode().decode("latin-1")):
            answer = await http.get("/desk/inbox", headers={"Cookie": f"piyao={text}".encode("latin-1")})
            assert answer.status_code == 303


async def test_a_bearer_key_reads_the_inbox_without_a_session(office: Office) -> None:
    async with visitor(office) as http:
        answer = await http.get("/desk/inbox", headers=office.bearer("swj", "liaison_a"))
        wrong = await http.get("/desk/inbox", headers={"Authorization": "Bearer wrong"})

    assert (answer.status_code, "set-cookie" in answer.headers, "退出" in answer.text) == (200, False, False)
    assert wrong.status_code == 401


async def test_the_inbox_lists_what_waits_for_each_and_opens_its_task(office: Office) -> None:
    claim = "网传水上乐园淹死三个孩子消息被封锁"
    case = await office.reported(claim)
    await case_steps.triaged(office.world, case, Level.RED, co_units=())  # most urgent: the list names fifty at most
    await office.get(f"/v1/cases/{case}")

    async with visitor(office) as http:

        async def listed(unit: str, seat: str) -> list[str]:
            text = (await http.get("/desk/inbox", headers=office.bearer(unit, seat))).text
            return [item for item in re.findall(r"<li><a .*?</li>", text, re.DOTALL) if claim in item]

        (unit_s,), (duty_s,) = await listed("swj", "liaison_a"), await listed("wxb", "duty")
        others = await listed("jyw", "liaison_a")
        (path,) = re.findall(r'href="(/t/[^"]+)"', unit_s)
        page = await http.get(path)

    assert ("查证核实" in unit_s, "统筹查证" in duty_s, others) == (True, True, [])
    assert "还剩14分钟" in unit_s, "of fifteen"
    assert (page.status_code, "accept" in Paper.of(page).forms) == (200, True)


async def test_the_inbox_stays_small_and_says_how_much_more_there_is(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    office = load_office(settings)
    register = await SqlRegister.open(settings.register)
    client = await Client.connect(f"127.0.0.1:{free_port()}", data_converter=data_converter, lazy=True)
    tokens = SignedTokens([b"k" * 32])
    links = ShortLinks(Links(tokens, settings.base_url), tokens, register)
    desk = CaseDesk(
        register=register,
        client=client,
        office=office,
        forms=TEXT_FORMS,
        task_queue="none",
        base_url=settings.base_url,
        links=links,
        codes_key=b"codes",
        source_keys=source_keys(settings),
        files=evidence_store(settings),
        messengers={},
        passkeys=make_passkeys(settings, office),
    )
    try:
        for number in range(300):
            await _opened(desk, number, datetime.now(UTC) - timedelta(minutes=number))
        http: Any = httpx2.ASGITransport(app=create_app(desk))
        async with httpx2.AsyncClient(transport=http, base_url="http://127.0.0.1") as visiting:
            headers = {"Authorization": f"Bearer {sample_key('wxb-duty')}"}
            page = await visiting.get("/desk/inbox", headers=headers)
    finally:
        await register.close()

    assert page.text.count("<li>") == 50
    assert ("共300件" in page.text, "另有250件" in page.text) == (True, True)
    assert len(page.content) < 60_000
    first, last = page.text.index("第299号"), page.text.index("第250号")
    assert first < last
    assert "已超时" in page.text


async def _opened(desk: CaseDesk, number: int, at: datetime) -> None:
    """What the register holds of a case that was opened at some instant."""
    text = f"第{number}号说法：" + "传得很广" * 12
    how = {"key": None, "principal": "p", "source": Source(), "now": desk.now()}
    filed = await desk.register.file(await desk._filing.of(Report(text=text), **how))
    told = filed.handover
    assert told is not None
    opening = Opening(**dict(told.origin), terms=desk.office.terms, time=desk.office.working.part(at))
    case = open_case(opening, at)
    await desk.register.append(case.record(summarise(case)))
