from __future__ import annotations

import asyncio
from functools import partial
from types import SimpleNamespace

import httpx2
import pytest
from fastapi import FastAPI

from api.app import create_app, sweep
from domain.errors import Unavailable
from domain.office.limits import Limits
from tests.api.conftest import Office

SECRET = "a report's own words"


async def test_alive_and_ready_while_all_parts_answer(office: Office) -> None:
    assert (await office.http.get("/healthz")).status_code == 200
    ready = await office.http.get("/readyz")

    assert (ready.status_code, ready.json()) == (200, {"register": True, "temporal": True})


async def test_not_ready_names_the_part_that_does_not_answer() -> None:
    answer = await _asked(_desk(ready=_down), "/readyz")

    assert answer.status_code == 503
    assert answer.json()["parts"] == {"register": True, "temporal": False}
    assert answer.headers["retry-after"] == "5"


async def test_a_part_that_is_down_means_later(office: Office) -> None:
    answer = await _asked(_desk(pages=_unavailable), "/bulletin")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    assert SECRET not in answer.text


async def test_a_bug_shows_nobody_what_it_was_about(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await _asked(_desk(pages=_bug), "/bulletin")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["content-type"] == "application/problem+json"
    printed = capsys.readouterr()
    assert SECRET not in answer.text + caplog.text + printed.out + printed.err


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nowhere", 404, None),
        ("GET", "/v1/cases/", 404, None),
        ("DELETE", "/v1/cases", 405, "GET"),
        ("GET", "/v1/reports", 405, "POST"),
        ("PUT", "/v1/cases/x/decisions", 405, "POST"),
        ("GET", "/static-offline-docs/../../etc/passwd", 404, None),
    ],
)
async def test_an_address_or_method_that_is_not_there_is_a_problem(
    office: Office, method: str, path: str, status: int, allow: str | None
) -> None:
    answer = await office.http.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get("allow") == allow


async def test_the_address_alone_leads_to_the_documentation(office: Office) -> None:
    answer = await office.http.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/bulletin")


async def test_the_documentation_asks_nobody_else(office: Office) -> None:
    page = await office.http.get("/docs")

    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert (await office.http.get("/redoc")).status_code == 404


async def test_the_sweep_survives_whatever_goes_wrong() -> None:
    troubles: list[Exception] = [Unavailable("register: down"), RuntimeError("a bug")]
    well_again = asyncio.Event()

    async def sweeping() -> tuple[int, int]:
        if troubles:
            raise troubles.pop()
        well_again.set()
        return 1, 0

    task = asyncio.create_task(sweep(SimpleNamespace(sweep=sweeping), 0.001))  # type: ignore[arg-type]
    await asyncio.wait_for(well_again.wait(), 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_app_sweeps_follows_and_watches_from_its_start_and_takes_requests_meanwhile() -> None:
    began, never = {name: asyncio.Event() for name in ("sweep", "follow", "watch", "alarm")}, asyncio.Event()

    async def busy(name: str) -> None:
        began[name].set()
        await never.wait()

    app = create_app(_desk(**{name: partial(busy, name) for name in began}))  # type: ignore[arg-type]
    async with app.router.lifespan_context(app):
        for event in began.values():
            await asyncio.wait_for(event.wait(), 2)
        assert (await _get(app, "/healthz")).status_code == 200


async def _down() -> dict[str, bool]:
    return {"register": True, "temporal": False}


async def _unavailable(*_: object) -> None:
    raise Unavailable(SECRET)


async def _bug() -> None:
    raise ZeroDivisionError(SECRET)


def _desk(**said: object) -> SimpleNamespace:
    """A desk that says only what the test is about."""
    terms = SimpleNamespace(mode="demo", city="明澄市")
    office = SimpleNamespace(terms=terms, policy=SimpleNamespace(limits=Limits()))
    return SimpleNamespace(office=office, base_url="http://piyao.test", **said)


async def _asked(desk: SimpleNamespace, path: str) -> httpx2.Response:
    return await _get(create_app(desk), path)  # type: ignore[arg-type]


async def _get(app: FastAPI, path: str) -> httpx2.Response:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://piyao.test") as http:
        return await http.get(path)
