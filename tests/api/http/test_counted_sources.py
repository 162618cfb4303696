"""Reports over HTTP count by where they come from; of an address nothing is left but a number."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from adapters.credentials.source_keys import SourceKeyFiles
from api.app import create_app
from desk.admission.door import Door
from desk.case_reader import CaseReader
from desk.decisions import hashed
from domain.access.reading import EVERYTHING
from domain.office.limits import Limits
from domain.reports.sources import Source, marks_of
from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import link
from tests.http_server import served

LIMITS = Limits(anonymous_per_source=100, anonymous_in_all=6000, reports_per_key=40)


class Proxied:
    """The application behind a proxy that says where each request came from."""

    def __init__(self, office: Office, limits: Limits = LIMITS) -> None:
        self.app = create_app(office.world.desk, hosts=("piyao.test",), trusted_proxies=[ip_network("127.0.0.1")])
        self.app.state.door = Door(limits)
        self.office = office
        transport = httpx2.ASGITransport(app=self.app, client=("127.0.0.1", 9))
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://piyao.test")

    async def report(self, text: str, source: str, headers: dict[str, str] | None = None, **more: str) -> str:
        named = {"X-Forwarded-For": source, **(headers or {})}
        answer = await self.http.post("/v1/reports", json={"text": text, **more}, headers=named)
        assert answer.status_code == 201, answer.text
        case: str = answer.json()["case_id"]
        return case

    async def counted(self, case: str) -> tuple[int, int]:
        """Return how many reports and sources the API says a case has."""
        view = (await self.office.get(f"/v1/cases/{case}")).json()
        return view["sightings"], view["sources"]


async def test_neighbours_are_one_source_and_networks_are_several(office: Office) -> None:
    proxied, text = Proxied(office), "网传东汀大桥今晚封闭三天"

    for source in ("192.0.2.1", "192.0.2.200", "198.51.100.7", "2001:db8:1:2::9", "2001:db8:1:3::1", "2001:db8:2::1"):
        case = await proxied.report(text, source)

    assert await proxied.counted(case) == (6, 4)


async def test_what_a_client_says_of_itself_counts_for_nothing(office: Office) -> None:
    text = "网传西汀隧道今晚灌水"
    for n in range(4):
        answer = await office.http.post(
            "/v1/reports",
            json={"text": text},
            headers={"X-Forwarded-For": f"203.0.{n}.1", "Forwarded": f"for=203.0.{n}.1"},
        )

    assert await Proxied(office).counted(answer.json()["case_id"]) == (4, 1)


async def test_a_unit_is_one_source_whoever_of_it_sends_from_wherever(office: Office) -> None:
    proxied, text = Proxied(office), "网传河湾区小学食堂今天集体中毒"

    for n in range(3):
        case = await proxied.report(text, f"192.0.{n}.1", office.bearer("pt1", "duty"), channel="platform:pt1")
    await proxied.report(text, "192.0.9.1", office.bearer("pt1", "duty"))
    await proxied.report(text, "192.0.9.1", office.bearer())

    assert await proxied.counted(case) == (5, 2)


async def test_a_flood_from_many_networks_surges_and_the_history_grows_with_its_logarithm(office: Office) -> None:
    proxied, text = Proxied(office), "网传全市加油站明天起停业一个月"

    for n in range(60):
        case = await proxied.report(text, f"10.{n}.0.1")
    await office.world.quiet(case)

    assert await proxied.counted(case) == (60, 60)
    (raised,) = await office.world.events(case, "provisional_level_raised")
    assert (raised["old"], raised["new"], raised["heat"], raised["figure"]) == ("yellow", "orange", 10, 10)
    told = [event["sources"] for event in await office.world.events(case, "sighted")]
    assert told == [2, 5, 10, 20, 50]
    view = (await office.get(f"/v1/cases/{case}")).json()["summary"]
    assert (view["level"], view["provisional"], view["sources"]) == ("orange", True, 50)


async def test_the_task_page_says_how_many_sources_and_how_many_within_the_hour(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxied, text = Proxied(office), "网传青禾区集市的羊肉全是假的"
    for n in range(3):
        case = await proxied.report(text, f"10.{n}.1.1")

    page = (await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))).text
    monkeypatch.setattr(CaseReader, "now", lambda _: datetime.now(UTC) + timedelta(hours=2))
    later = (await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))).text

    assert "扩散次数：3　来源数：3　近一小时来源数：3" in page
    assert "扩散次数：3　来源数：3</p>" in later


async def test_a_partner_is_bounded_by_its_key_and_the_public_goes_on(office: Office) -> None:
    proxied = Proxied(office, Limits(reports_per_key=3, anonymous_per_source=100))
    headers = office.bearer("pt1", "duty") | {"X-Forwarded-For": "192.0.2.1"}

    async with served(proxied.app) as port, httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        bodies = [{"text": f"网传{n}号仓库昨夜起火", "channel": "platform:pt1"} for n in range(5)]
        own = [await http.post("/v1/reports", json=body, headers=headers) for body in bodies]
        public = await http.post(
            "/v1/reports", json={"text": "网传九号仓库昨夜起火"}, headers={"X-Forwarded-For": "192.0.2.1"}
        )

    assert [one.status_code for one in own] == [201, 201, 201, 429, 429]
    assert public.status_code == 201
    assert (own[3].json()["code"], 1 <= int(own[3].headers["Retry-After"]) <= 60) == ("too_many_reports_of_key", True)


@pytest.mark.parametrize("address", ["203.0.113.77", "2001:db8:77:88::99"])
async def test_nothing_of_an_address_or_its_mark_leaves_the_register(office: Office, address: str) -> None:
    """Neither the history, the timeline, an answer, a letter nor a log has it; the register has a mark it forgets."""
    proxied, world, key = Proxied(office), office.world, "0123456789abcdef"
    text = f"网传北原区的水塔昨晚倒塌，有人看见了{len(address)}"
    with capture_logs() as lines:
        case = await proxied.report(text, address, {"Idempotency-Key": key})
        await proxied.report(text, address)
        page = (await office.http.get(link(world, case, Task.TRIAGE, "wxb", "duty"))).text
        await world.quiet(case)
    network = "203.0.113.0/24" if "." in address else "2001:db8:77::/48"
    keys = SourceKeyFiles(world.settings.data / "keys" / "sources").in_use(office.world.office.day(world.desk.now()))
    marks = marks_of(Source(network=network), keys)
    guesses = [_guess(address, key), _guess(source_in_door(address), key)]
    secrets = [address, network, network.partition("/")[0], source_in_door(address), *marks, *guesses]

    told: dict[str, Any] = {
        "history": (await world.history(case)).to_json(),
        "timeline": [one.model_dump_json() for one in await world.desk.timeline(case, EVERYTHING)],
        "view": (await office.get(f"/v1/cases/{case}")).text + (await office.get(f"/v1/cases/{case}/timeline")).text,
        "page": page,
        "letters": world.outbox(),
        "log": lines,
        "register": register_but_marks(office),
    }

    assert marks[0] in marks_in_register(office, case), "or the test looks for nothing"
    found = [(where, secret) for where, what in told.items() for secret in secrets if secret in str(what)]
    assert found == []


def source_in_door(address: str) -> str:
    return address if "." in address else "2001:db8:77:88::/64"


def _guess(source: str, key: str) -> str:
    """What a report would be known again by if its key were no secret's: whoever reads it could try addresses."""
    return hashed(f"anonymous {source}", "reports", key)


def marks_in_register(office: Office, case: str) -> list[str]:
    with closing(sqlite3.connect(office.world.settings.data / "register.db")) as store:
        return [mark for (mark,) in store.execute("SELECT mark FROM case_sources WHERE case_id = ?", (case,))]


def register_but_marks(office: Office) -> str:
    """All the register holds but the table of marks, as text."""
    with closing(sqlite3.connect(office.world.settings.data / "register.db")) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return str([store.execute(f"SELECT * FROM {name}").fetchall() for name in names if name != "case_sources"])
