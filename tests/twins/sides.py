"""One of the two houses: its parts, its people, who is told, and its cases in the order they were opened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from cli.api_client import ApiClient
from domain.case.summary import Summary
from settings import Settings
from tests.chaos.checking import received
from tests.chaos.office import House, open_house
from tests.chaos.people import Case, People
from tests.chaos.receivers import Receivers, receiving
from tests.chaos.watch import Watch
from tests.twins.stories import LATE, acknowledging, tell
from wiring.office import load_office, write_sample_keys
from workflows import names

FAR = timedelta(minutes=10)
"""A case whose next instant is farther off than this has rung all it rings in such a run."""

RESTS_WITHIN = 900.0
"""Seconds the ladders have to ring out once nothing is disturbed any more."""


@dataclass
class Side:
    """One house with all that is known of it from outside."""

    house: House
    people: People
    receivers: Receivers
    data: Path

    @property
    def cases(self) -> list[Case]:
        """Its cases; the n-th of one side is the n-th of the other."""
        return self.people.cases

    async def opens(self, claims: list[str]) -> None:
        """Open the next cases, side by side."""
        first = len(self.cases)
        told = (tell(self.people, number, claim) for number, claim in enumerate(claims, start=first))
        self.cases.extend(await asyncio.gather(*told))

    def letters(self) -> dict[str, list[Any]]:
        """Every letter that arrived, by its key."""
        return received(self.receivers, self.data / "outbox")

    async def histories(self) -> list[WorkflowHistory]:
        """The history of every case."""
        return [await self._handle(case).fetch_history() for case in self.cases]

    async def rest(self) -> None:
        """Wait until every ladder has rung out and nothing is in flight any more."""
        until = time.monotonic() + RESTS_WITHIN
        for case in self.cases:
            while not await self._rests(case) and time.monotonic() < until:  # noqa: ASYNC110  (it rests elsewhere)
                await asyncio.sleep(0.5)

    async def _rests(self, case: Case) -> bool:
        handle = self._handle(case)
        try:
            view: Summary = await handle.query(names.VIEW, result_type=Summary)
        except RPCError as problem:
            if problem.status is not RPCStatusCode.FAILED_PRECONDITION:
                raise
            return False  # a task timed out on a busy machine, or while its worker was frozen: it is tried again
        raw = (await handle.describe()).raw_description
        busy = raw.pending_activities or raw.HasField("pending_workflow_task")
        return not busy and (view.next_wake is None or view.next_wake > datetime.now(UTC) + FAR)

    def _handle(self, case: Case) -> WorkflowHandle[Any, Any]:
        return self.house.client.get_workflow_handle(names.workflow_id(case.id))


def compared(one: Side, other: Side) -> set[int]:
    """Which cases fell silent in time in both houses; on a machine that is too busy some do not."""
    stories = zip(one.cases, other.cases, strict=True)
    return {number for number, pair in enumerate(stories) if LATE not in {case.story for case in pair}}


@asynccontextmanager
async def open_side(data: Path, config: Path, seed: int) -> AsyncIterator[Side]:
    """Run a house on a folder of its own, with its duty officer at work."""
    settings, watch = Settings(config=config, data=data), Watch()
    office = load_office(settings)
    keys = write_sample_keys(settings, office)
    assert keys is not None
    async with AsyncExitStack() as stack:
        receivers, environment = stack.enter_context(receiving(watch))
        house = await stack.enter_async_context(open_house(data, {**environment, "PIYAO_CONFIG": str(config)}))
        api = await stack.enter_async_context(ApiClient(house.plan.api))
        people = People(api, office, keys, watch, seed)
        yield Side(house, people, receivers, data)


async def served(side: Side, during: Awaitable[Any]) -> Any:
    """Let the duty officer of a side work while something goes on; an officer who fails fails it."""
    officer, work = asyncio.create_task(acknowledging(side.people, side.cases)), asyncio.ensure_future(during)
    try:
        await asyncio.wait({officer, work}, return_when=asyncio.FIRST_COMPLETED)
        if officer.done():
            officer.result()
        return await work
    finally:
        for task in (officer, work):
            task.cancel()
        await asyncio.gather(officer, work, return_exceptions=True)
