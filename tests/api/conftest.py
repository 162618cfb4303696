"""One real world for all tests of the API: register, desk, worker and server, and the application over them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from temporalio.testing import WorkflowEnvironment

from adapters.office.sample_keys import sample_key
from api.app import create_app
from tests.http_server import served
from tests.office_env import World, open_world
from tests.workflows import case_steps


class Office:
    """An HTTP client of the application, for anybody or for the person in a seat."""

    def __init__(self, world: World, app: FastAPI) -> None:
        self.world, self.app = world, app
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://piyao.test")

    def key(self, unit: str, seat: str) -> str:
        return sample_key(self.world.officer(unit, seat).id)

    def bearer(self, unit: str = "wxb", seat: str = "duty") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key(unit, seat)}"}

    async def post(self, path: str, body: object, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(path, json=body, headers=named)

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        """Read as the office's duty officer."""
        return await self.http.get(path, params=query, headers=self.bearer())

    async def decide(
        self, case: str, body: object, unit: str = "wxb", seat: str = "duty", key: str = "k"
    ) -> httpx2.Response:
        headers = {**self.bearer(unit, seat), "Idempotency-Key": key}
        return await self.http.post(f"/v1/cases/{case}/decisions", json=body, headers=headers)

    async def reported(self, text: str) -> str:
        """Hand in a claim of its own and return its case."""
        answer = await self.post("/v1/reports", {"text": text})
        assert answer.status_code == 201, answer.text
        case: str = answer.json()["case_id"]
        return case

    def rows(self) -> dict[str, int]:
        """How many rows the tables have that only requests add to; the worker is at work on the others meanwhile."""
        with closing(sqlite3.connect(self.world.settings.data / "register.db")) as store:
            tables = ("reports", "cases", "decisions")
            return {name: store.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def office(server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    async with open_world(server, tmp_path_factory.mktemp("api"), cache=200) as world:
        opened = Office(world, create_app(world.desk, hosts=("piyao.test",)))
        async with opened.http:
            await opened.reported("网传动物园的老虎跑出来了请居民不要出门")  # a world makes at least one history
            yield opened


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def published(office: Office) -> str:
    """A case whose rebuttal stands in the bulletin."""
    case = await office.reported("自来水里检出<b>重金属</b> & 明天起全市停水三天，请大家互相转告")
    await case_steps.verified(office.world, case)
    await case_steps.signed(office.world, case, await case_steps.drafted(office.world, case))
    for _ in range(200):
        if await office.world.register.page(case) is not None:
            return case
        await asyncio.sleep(0.05)
    raise AssertionError("the rebuttal never appeared in the bulletin")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def port(office: Office) -> AsyncIterator[int]:
    """The port a real server with the real application listens at."""
    async with served(office.app) as found:
        yield found
