"""What every answer forbids a browser, asked of every route there is: a new route without an example here fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from api.app import create_app
from api.http import security_headers
from domain.decisions import TriageDecision
from domain.office.limits import Limits
from domain.tasks.task import Task
from domain.vocabulary import Exit
from tests.adapters.evidence.sample_files import PDF, picture
from tests.api.conftest import Office
from tests.api.http.test_server import exchange
from tests.api.scriptless_browser import asked, filled_in, link

pytestmark = pytest.mark.people

STRICT = {"default-src": {"'none'"}, "base-uri": {"'none'"}, "frame-ancestors": {"'none'"}}
OURS = {"'self'", "'none'"}

Example = tuple[str, str, int]
EXAMPLES: dict[str, tuple[Example, ...]] = {
    "/": (("GET", "/", 307),),
    "/favicon.ico": (("GET", "/favicon.ico", 204),),
    "/healthz": (("GET", "/healthz", 200),),
    "/readyz": (("GET", "/readyz", 200),),
    "/docs": (("GET", "/docs", 200),),
    "/docs/start.js": (("GET", "/docs/start.js", 200),),
    "/static-offline-docs": (
        ("GET", "/static-offline-docs/swagger-ui-bundle.js", 200),
        ("GET", "/static-offline-docs/nothing.js", 404),
    ),
    "/openapi.json": (("GET", "/openapi.json", 200),),
    "/v1/reports": (("POST", "/v1/reports", 415), ("GET", "/v1/reports", 405)),
    "/v1/reports/{report_id}": (("GET", "/v1/reports/nobody", 404),),
    "/v1/reports/{report_id}/match": (
        ("GET", "/v1/reports/{report}/match", 200),
        ("GET", "/v1/reports/nobody/match", 404),
    ),
    "/v1/figures/triage": (("GET", "/v1/figures/triage", 200),),
    "/v1/cases": (("GET", "/v1/cases", 200), ("GET", "/v1/cases?stage=<b>", 422)),
    "/v1/cases/{case_id}": (("GET", "/v1/cases/{case}", 200), ("GET", "/v1/cases/<b>", 404)),
    "/v1/cases/{case_id}/timeline": (("GET", "/v1/cases/{case}/timeline", 200),),
    "/v1/cases/{case_id}/restore": (("POST", "/v1/cases/{case}/restore", 403),),
    "/v1/cases/{case_id}/clocks": (("GET", "/v1/cases/{case}/clocks", 200),),
    "/v1/cases/{case_id}/draft": (("GET", "/v1/cases/{case}/draft", 422),),
    "/v1/cases/{case_id}/decisions": (("POST", "/v1/cases/{case}/decisions", 400),),
    "/v1/cases/{case_id}/codes": (("POST", "/v1/cases/nobody/codes", 404),),
    "/v1/units": (("GET", "/v1/units", 200),),
    "/v1/files": (("POST", "/v1/files", 422),),
    "/v1/files/{digest}": (("GET", "/v1/files/{pdf}", 200), ("GET", "/v1/files/{png}", 200)),
    "/v1/files/{digest}/shown": (("GET", "/v1/files/{png}/shown", 200), ("GET", "/v1/files/{pdf}/shown", 404)),
    "/bulletin": (("GET", "/bulletin", 200),),
    "/bulletin/feed.atom": (("GET", "/bulletin/feed.atom", 200),),
    "/bulletin/style.css": (("GET", "/bulletin/style.css", 200),),
    "/bulletin/{case_id}": (("GET", "/bulletin/{published}", 200), ("GET", "/bulletin/nobody", 404)),
    "/bulletin/{case_id}/document": (("GET", "/bulletin/{published}/document", 200),),
    "/t/style.css": (("GET", "/t/style.css", 200),),
    "/t/{token}": (
        *(("GET", f"{{{task}}}", 200) for task in Task),
        ("GET", "{triage}?done=triage", 200),
        ("GET", "{over}", 200),
        ("GET", "{expired}", 410),
        ("GET", "/t/unreadable", 404),
        ("POST", "{verify}", 415),
        ("POST", "{verify} finding", 422),
        ("POST", "{verify} accept", 303),
        ("HEAD", "{verify}", 200),
    ),
    "/desk": (("GET", "/desk", 307),),
    "/desk/login": (("GET", "/desk/login", 200), ("POST", "/desk/login", 415)),
    "/desk/logout": (("POST", "/desk/logout", 415),),
    "/desk/logins": (("GET", "/desk/logins", 303),),
    "/desk/logins/end": (("POST", "/desk/logins/end", 415),),
    "/desk/passkeys.js": (("GET", "/desk/passkeys.js", 200),),
    "/desk/passkeys": (("POST", "/desk/passkeys", 403),),
    "/desk/passkeys/options": (("POST", "/desk/passkeys/options", 403),),
    "/desk/passkeys/remove": (("POST", "/desk/passkeys/remove", 415),),
    "/desk/login/passkey": (("POST", "/desk/login/passkey", 403),),
    "/desk/login/passkey/options": (("POST", "/desk/login/passkey/options", 403),),
    "/t/{token}/files/{digest}": (("GET", "{verify}/files/{pdf}", 404), ("GET", "{expired}/files/{pdf}", 410)),
    "/t/{token}/files/{digest}/view": (("GET", "{verify}/files/{png}/view", 200),),
    "/t/{token}/files/{digest}/shown": (("GET", "{verify}/files/{png}/shown", 404),),
    "/t/{token}/passkey": (("POST", "/t/unreadable/passkey", 403),),
    "/t/{token}/passkey/options": (("POST", "/t/unreadable/passkey/options", 403),),
    "/desk/restore": (("POST", "/desk/restore", 415),),
    "/desk/inbox": (("GET", "/desk/inbox", 200),),
}
"""Every route with a request for each kind of answer it has; names in braces are those of `names`."""


def routes(found: Iterable[Any]) -> Iterator[str]:
    """The path of every route, also of those that came with a router."""
    for route in found:
        inner = getattr(route, "original_router", None)
        yield from routes(inner.routes) if inner is not None else (route.path,)


def directives(answer: httpx2.Response) -> dict[str, set[str]]:
    """The one policy an answer carries, by directive."""
    (policy,) = answer.headers.get_list("content-security-policy")
    parts = [part.split() for part in policy.split(";")]
    return {name: set(sources) for name, *sources in parts}


def strict(answer: httpx2.Response) -> None:
    """Hold that an answer may run, load, frame and send nothing but our own."""
    policy = directives(answer)
    assert policy.items() >= STRICT.items()
    assert policy["form-action"] <= OURS
    for name, sources in policy.items():
        assert sources <= (OURS | {"data:"} if name == "img-src" else OURS), (name, sources)
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = answer.url.path.startswith(("/t/", "/desk"))  # its forms are known by where they come from
    assert answer.headers["referrer-policy"] == ("same-origin" if page else "no-referrer")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def names(office: Office, published: str) -> dict[str, str]:
    """What the examples name: a case, its task pages, a case that is over, stored files."""
    world, case = office.world, await asked(office, "网传老桥加固期间全部断航请绕行上游")
    over = await office.reported("网传体育馆改成停车场大家快去看看")
    await world.decide(over, TriageDecision(exit=Exit.OPINION, reason="看法"), "wxb", "duty")
    report = (await office.post("/v1/reports", {"text": "网传北山隧道今夜起封闭检修一个月"})).json()["report_id"]
    files = {}
    for name, content in (("pdf", PDF + b"% of its own"), ("png", picture("PNG", (61, 41)))):
        answer = await office.http.post("/v1/files", content=content, headers=office.bearer())
        files[name] = answer.json()["digest"]
    tasks = {task.value: link(world, case, task, "wxb", "duty") for task in Task}
    return {
        "case": case,
        "report": report,
        "published": published,
        **files,
        **tasks,
        "verify": link(world, case, Task.VERIFY, "swj", "liaison_a"),
        "over": link(world, over, Task.CLOSE, "wxb", "duty"),
        "expired": link(world, case, Task.VERIFY, "swj", "liaison_a", expires=1),
    }


def test_every_route_has_an_example(office: Office) -> None:
    assert set(EXAMPLES) == set(routes(office.app.routes))


@pytest.mark.parametrize(
    ("method", "address", "status"), [one for examples in EXAMPLES.values() for one in examples], ids=str
)
async def test_an_answer_lets_a_browser_run_load_frame_and_send_nothing_but_ours(
    office: Office, names: dict[str, str], method: str, address: str, status: int
) -> None:
    path, _, form = address.format(**names).partition(" ")
    sent = {"data": filled_in(await office.http.get(path), form)} if form else {}

    answer = await office.http.request(method, path, headers=office.bearer() if open_to(path) else {}, **sent)

    assert answer.status_code == status, answer.text
    strict(answer)


def open_to(path: str) -> bool:
    """Whether a request shows the duty officer's key: a task page is its holder's, whoever's key is shown."""
    return path.startswith(("/v1/", "/desk/inbox"))


@pytest.mark.parametrize("path", ["/nowhere", "/t/", "/bulletin/a/b", "/desk/nowhere"])
async def test_an_address_that_is_not_there_is_as_strict(office: Office, path: str) -> None:
    answer = await office.http.get(path)

    assert answer.status_code == 404
    strict(answer)


@pytest.mark.parametrize("path", ["/bulletin", "/t/x", "/desk/login"])
async def test_a_bug_is_as_strict(path: str) -> None:
    policy = SimpleNamespace(limits=Limits())
    office = SimpleNamespace(terms=SimpleNamespace(mode="demo"), policy=policy)
    desk: Any = SimpleNamespace(office=office, base_url="http://piyao.test")  # whatever else is asked of it is a bug
    transport = httpx2.ASGITransport(app=create_app(desk), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://piyao.test") as http:
        answer = await http.get(path)

    assert answer.status_code == 500
    strict(answer)


async def test_a_file_is_saved_and_not_shown_and_runs_nowhere(office: Office, names: dict[str, str]) -> None:
    given = await office.http.get(f"/v1/files/{names['pdf']}", headers=office.bearer())
    shown = await office.http.get(f"/v1/files/{names['png']}/shown", headers=office.bearer())

    assert given.headers["content-disposition"].startswith("attachment;")
    for answer in (given, shown):
        assert directives(answer)["sandbox"] == set()
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_is_refused_before_the_application_sees_it_is_as_strict(port: int) -> None:
    said = await exchange(port, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")

    head = said.split(b"\r\n\r\n")[0].decode().lower()
    assert head.startswith("http/1.1 400")
    assert "x-content-type-options: nosniff" in head
    assert "content-security-policy: default-src 'none';" in head


def test_the_policies_name_no_inline_script_and_no_other_host() -> None:
    policies = [security_headers.STRICT, security_headers.PAGES, security_headers.DOCS, security_headers.FILES]

    assert not [policy for policy in policies if "unsafe" in policy or "http" in policy or "*" in policy]
