"""Every route for every role: a case one may not know of is answered like one that does not exist."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from adapters.office.sample_keys import sample_key
from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import link
from tests.office_env import EVIDENCE
from tests.workflows import case_steps

pytestmark = pytest.mark.people

NOTE = {"kind": "note", "text": "看一看"}
OF_A_CASE = {
    ("GET", "/v1/cases/{case_id}"): None,
    ("GET", "/v1/cases/{case_id}/timeline"): None,
    ("GET", "/v1/cases/{case_id}/clocks"): None,
    ("GET", "/v1/cases/{case_id}/draft"): None,
    ("POST", "/v1/cases/{case_id}/decisions"): NOTE,
    ("POST", "/v1/cases/{case_id}/codes"): None,
}
"""The routes that name a case, with a body that is fit: they are tried one by one below."""
OF_A_FILE = (("GET", "/v1/files/{digest}"), ("GET", "/v1/files/{digest}/shown"))
OTHERS = {
    ("GET", "/v1/cases"): "a list, of what one may read",
    ("POST", "/v1/cases/{case_id}/restore"): "administrators only, who read all",
    ("POST", "/v1/files"): "hands a file in",
    ("POST", "/v1/reports"): "open to all",
    ("GET", "/v1/reports/{report_id}"): "whoever has the unguessable id",
    ("GET", "/v1/reports/{report_id}/match"): "the office and administrators only, who read all",
    ("GET", "/v1/figures/triage"): "the office and administrators only, who read all",
    ("GET", "/t/{token}"): "a link, of its own case",
    ("HEAD", "/t/{token}"): "a link, of its own case",
    ("POST", "/t/{token}"): "a link, of its own case",
    ("GET", "/t/{token}/files/{digest}"): "a link, of its own case",
    ("GET", "/t/{token}/files/{digest}/shown"): "a link, of its own case",
    ("GET", "/t/{token}/files/{digest}/view"): "a page that shows no case and links to its picture",
    ("POST", "/t/{token}/passkey"): "a link, of its own case",
    ("POST", "/t/{token}/passkey/options"): "a link, of its own case",
    ("GET", "/desk/inbox"): "a list, of what one may read",
    ("HEAD", "/desk/inbox"): "a list, of what one may read",
    ("POST", "/desk/restore"): "administrators only, who read all",
    ("GET", "/bulletin/{case_id}"): "public",
    ("GET", "/bulletin/{case_id}/document"): "public",
}
"""The other routes that show or move a case, and who may use them."""
OF_NO_CASE = (
    "/", "/favicon.ico", "/healthz", "/readyz", "/openapi.json", "/v1/units", "/bulletin", "/bulletin/feed.atom",
    "/bulletin/style.css", "/t/style.css", "/desk", "/desk/login", "/desk/logout",
    "/desk/logins", "/desk/logins/end", "/desk/passkeys.js", "/desk/passkeys", "/desk/passkeys/options",
    "/desk/passkeys/remove", "/desk/login/passkey", "/desk/login/passkey/options",
)  # fmt: skip

ASKED = {"swj": "liaison_a", "hbj": "liaison_a", "skx": "liaison_a"}
"""Units of the case below: its lead, a co-unit that declined, a co-unit."""
STRANGERS = {"gaj": "duty", "xt": "duty", "pt1": "duty", "rbs": "duty", "jbzx": "duty"}
"""Another bureau, another district, a platform, a paper, and the hotline beside the office."""


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every method and path the application answers, but those of the documentation's own files."""
    found = set()
    for one in iter_route_contexts(app.routes):
        if isinstance(one.original_route, APIRoute):
            found |= {(method, one.path) for method in one.original_route.methods}
    return found


def test_every_route_is_classified(office: Office) -> None:
    named = {route for route in routes(office.app) if route[1] not in OF_NO_CASE and not route[1].startswith("/docs")}

    assert named == {*OF_A_CASE, *OF_A_FILE, *OTHERS}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hidden(office: Office) -> str:
    """A case of 东汀区 in which three units were asked and one has declined since."""
    case = await office.reported("网传东汀区水厂进水口漂着死猪，自来水不能喝了")
    await case_steps.triaged(office.world, case, co_units=("hbj", "skx"))
    declined = await office.decide(case, {"kind": "decline", "reason": "不属于我们"}, "hbj", "liaison_a")
    assert declined.status_code == 200, declined.text
    evidence = {**EVIDENCE[0], "digest": await _file(office, b"the protocol of the waterworks", "swj")}
    found = {"kind": "finding", "verdict": "false", "explanation": "水质正常。", "evidence": [evidence]}
    assert (await office.decide(case, found, "swj", "liaison_a", key="f")).status_code == 200
    await office.get(f"/v1/cases/{case}")
    return case


async def _file(office: Office, content: bytes, unit: str) -> str:
    headers = {**office.bearer(unit, "liaison_a"), "Content-Type": "application/octet-stream"}
    answer = await office.http.post("/v1/files", content=content, headers=headers)
    digest: str = answer.json()["digest"]
    return digest


async def call(office: Office, route: tuple[str, str], case: str, unit: str, seat: str) -> httpx2.Response:
    method, path = route
    headers = {**office.bearer(unit, seat), "Idempotency-Key": f"{unit}-{case}-{path}"}
    return await office.http.request(method, path.format(case_id=case), json=OF_A_CASE[route], headers=headers)


def shape(answer: httpx2.Response, case: str) -> tuple[int, str, dict[str, str]]:
    """All that an answer says, the id that was asked for left out."""
    kept = {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}
    return answer.status_code, answer.text.replace(case, "ID"), kept


@pytest.mark.parametrize("route", OF_A_CASE)
@pytest.mark.parametrize("unit", STRANGERS)
async def test_a_stranger_gets_the_answer_of_an_id_that_was_never_given(
    office: Office, hidden: str, route: tuple[str, str], unit: str
) -> None:
    before = office.rows()
    no_case = "0" * len(hidden)

    answer = await call(office, route, hidden, unit, STRANGERS[unit])
    unknown = await call(office, route, no_case, unit, STRANGERS[unit])

    assert shape(answer, hidden) == shape(unknown, no_case)
    assert answer.status_code == 404
    assert office.rows() == before


@pytest.mark.parametrize("route", OF_A_CASE)
@pytest.mark.parametrize(("unit", "seat"), [*ASKED.items(), ("dt", "duty"), ("wxb", "editor")])
async def test_the_office_the_district_and_every_unit_that_was_asked_are_answered(
    office: Office, hidden: str, route: tuple[str, str], unit: str, seat: str
) -> None:
    answer = await call(office, route, hidden, unit, seat)

    assert answer.status_code != 404, answer.text


async def test_an_administrator_reads_everything(office: Office, hidden: str) -> None:
    headers = {"Authorization": f"Bearer {sample_key('wxb-admin')}"}

    assert (await office.http.get(f"/v1/cases/{hidden}", headers=headers)).status_code == 200


@pytest.mark.parametrize("query", [{}, {"unit": "swj"}, {"district": "东汀区"}, {"topic": "供水"}, {"limit": "500"}])
async def test_the_list_of_a_stranger_does_not_name_it_however_it_asks(
    office: Office, hidden: str, query: dict[str, str]
) -> None:
    async def listed(unit: str, seat: str) -> list[Any]:
        answer = await office.http.get("/v1/cases", params=query, headers=office.bearer(unit, seat))
        return [row["case_id"] for row in answer.json()]

    for unit, seat in STRANGERS.items():  # they may be asked in a case of another file that shares this office
        assert hidden not in await listed(unit, seat), unit
    for unit in ("swj", "hbj", "dt", "wxb"):
        assert hidden in await listed(unit, "duty"), unit


async def test_the_inbox_of_a_stranger_holds_nothing_of_it(office: Office, hidden: str) -> None:
    for unit, seat in STRANGERS.items():
        page = await office.http.get("/desk/inbox", headers=office.bearer(unit, seat))
        assert "死猪" not in page.text


async def test_a_file_is_shown_to_those_who_read_its_case_and_to_nobody_else(office: Office, hidden: str) -> None:
    entries = (await office.get(f"/v1/cases/{hidden}/timeline")).json()
    (digest,) = [e["event"]["evidence"][0]["digest"] for e in entries if e["event"]["kind"] == "finding_received"]

    async def given(path: str, unit: str, seat: str) -> tuple[int, str]:
        answer = await office.http.get(path, headers=office.bearer(unit, seat))
        return answer.status_code, answer.text.replace(digest, "ID").replace("0" * 64, "ID")

    for unit, seat in {**ASKED, "dt": "duty", "wxb": "duty"}.items():
        assert (await given(f"/v1/files/{digest}", unit, seat))[0] == 200, unit
    for unit, seat in STRANGERS.items():
        for _, path in OF_A_FILE:
            own, none = path.format(digest=digest), path.format(digest="0" * 64)
            assert await given(own, unit, seat) == await given(none, unit, seat), unit
            assert (await given(own, unit, seat))[0] == 404


async def test_handing_in_a_file_tells_nobody_that_another_unit_has_it(office: Office) -> None:
    async def sent(unit: str) -> int:
        headers = {**office.bearer(unit, "duty"), "Content-Type": "application/octet-stream"}
        return (await office.http.post("/v1/files", content=b"a paper of the waterworks", headers=headers)).status_code

    assert [await sent("swj"), await sent("gaj"), await sent("gaj"), await sent("swj")] == [201, 201, 200, 200]


async def test_a_link_opens_its_own_case_for_a_unit_that_reads_no_other(office: Office, hidden: str) -> None:
    path = link(office.world, hidden, Task.LOOK, "gaj", "duty")

    page = await office.http.get(path)

    assert (page.status_code, "死猪" in page.text) == (200, True)
    assert (await office.http.get(f"/v1/cases/{hidden}", headers=office.bearer("gaj", "duty"))).status_code == 404


async def test_who_handed_in_a_report_reads_it_back_by_its_id_alone(office: Office) -> None:
    receipt = (await office.post("/v1/reports", {"text": "网传西汀区有人往井里投毒请大家小心"})).json()

    shown = await office.http.get(f"/v1/reports/{receipt['report_id']}")
    case = await office.http.get(f"/v1/cases/{receipt['case_id']}", headers=office.bearer("xt", "duty"))

    assert (shown.status_code, shown.json()["report"]["text"]) == (200, "网传西汀区有人往井里投毒请大家小心")
    assert case.status_code == 404
