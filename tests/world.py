"""A small office in a box: register, desk, worker and outbox, over the shared real server."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkipper, WorkflowEnvironment
from temporalio.worker import Worker

import wiring
from adapters.matching.normalise import claim_key
from adapters.register.store import SqlRegister
from desk import CaseDesk
from domain.decisions import Decision
from domain.intake import Report, Taken
from domain.office import Office, Person
from domain.owed import Answer, Summary
from domain.ports import CaseFilter
from domain.words import Seat
from settings import Settings
from workflows import names

EVIDENCE = [{"kind": "检测记录", "source": "出厂水逐时检测"}]
CLAIM = "自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水"


class World:
    """Play stories: reports come in, officers decide, time moves, and everything stays observable."""

    def __init__(
        self, settings: Settings, office: Office, client: Client, register: SqlRegister, worker: Worker
    ) -> None:
        self.settings, self.office, self.client, self.register, self.worker = settings, office, client, register, worker
        self.desk = CaseDesk(
            register=register,
            client=client,
            office=office,
            claim_key=claim_key,
            task_queue=settings.task_queue,
            base_url=settings.base_url,
        )
        self._keys = (f"key-{n}" for n in itertools.count())

    def officer(self, unit: str, seat: str) -> Person:
        """Who sits there."""
        return next(p for p in self.office.people if p.unit == unit and Seat(seat) in p.seats)

    async def report(self, text: str = CLAIM, **fields: Any) -> Taken:
        key = fields.pop("key", None) or next(self._keys)
        return await self.desk.report(Report(text=text, **fields), key=key, principal="test")

    async def decide(self, case: str, said: Decision, unit: str, seat: str, key: str | None = None) -> Answer:
        return await self.desk.decide(case, said, by=self.officer(unit, seat), key=key or next(self._keys))

    def handle(self, case: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(names.workflow_id(case))

    async def view(self, case: str) -> Summary:
        summary: Summary = await self.handle(case).query(names.VIEW, result_type=Summary)
        return summary

    async def forward(self, case: str, span: timedelta) -> None:
        """Move the clock of one case; no other case and no wall clock moves."""
        await TimeSkipper(self.client).fast_forward(self.handle(case), span)

    async def events(self, case: str) -> list[dict[str, Any]]:
        """The case's timeline as the register has it."""
        return [{**row["event"], "seq": row["seq"]} for row in await self.register.timeline(case)]  # type: ignore[dict-item]

    def outbox(self, name: str = "notices") -> list[dict[str, Any]]:
        file = self.settings.data / "outbox" / f"{name}.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    async def histories(self) -> list[WorkflowHistory]:
        """Every history this world made, each run of each case."""
        found = []
        query = f"TaskQueue = '{self.settings.task_queue}'"
        runs = {(run.id, run.run_id) async for run in self.client.list_workflows(query)}
        for row in await self.register.cases(CaseFilter(limit=10_000)):
            description = await self.handle(row.case_id).describe()
            runs.add((description.id, description.run_id))
        for workflow_id, run_id in sorted(runs):
            found.append(await self.client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history())
        return found

    async def replay(self) -> int:
        """Replay every history with today's code; raises where one cannot be."""
        histories = await self.histories()
        replayer = wiring.replayer()
        for history in histories:
            await replayer.replay_workflow(history)
        return len(histories)


@asynccontextmanager
async def open_world(
    server: WorkflowEnvironment, folder: Path, *, cache: int, **overrides: Any
) -> AsyncIterator[World]:
    """Open a world on its own task queue, and replay all it made when it closes."""
    settings = Settings(data=folder, task_queue=f"test-{uuid4().hex[:8]}", workflow_cache=cache, **overrides)
    office = wiring.load(settings)
    seal = wiring.seal(settings)
    client = await Client.connect(
        server.client.service_client.config.target_host,
        namespace=server.client.namespace,
        data_converter=pydantic_data_converter,
        interceptors=[seal],
    )
    register = await SqlRegister.open(settings.register)
    try:
        worker = wiring.build_worker(settings, office, client, register)
        world = World(settings, office, client, register, worker)
        async with worker:
            yield world
            assert await world.replay() > 0, "the story made no history"
    finally:
        await register.close()
