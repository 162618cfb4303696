"""A worker that lives and takes no task of a case any more is found, by what the server sees of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from bench.support.baseline_workflow import Bare, nothing
from temporal.poll_watch import SILENT, WorkerHung, is_hung, watch_polls
from tests.office_env import client_of
from wiring import worker as wiring_worker

NOW = datetime(2026, 11, 30, tzinfo=UTC)
SOON = timedelta(milliseconds=200)


@pytest.mark.parametrize(
    ("cases", "activities", "hung"),
    [
        (NOW, NOW, False),
        (NOW - SILENT, NOW, False),
        (NOW - SILENT - timedelta(seconds=1), NOW, True),
        (None, NOW, True),
        (NOW, NOW - timedelta(hours=1), False),
        (None, None, False),
    ],
)
def test_who_asks_for_activities_only_is_hung(cases: datetime | None, activities: datetime | None, hung: bool) -> None:
    assert is_hung(cases, activities) is hung


async def test_a_worker_that_asks_for_both_is_left_alone(server: WorkflowEnvironment) -> None:
    client, queue = await client_of(server), f"watch-{uuid4()}"

    async with Worker(client, task_queue=queue, workflows=[Bare], activities=[nothing]):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(watch_polls(client, queue, client.identity, every=SOON), 2)


async def test_a_worker_that_asks_for_no_task_of_a_case_is_found(server: WorkflowEnvironment) -> None:
    client, queue = await client_of(server), f"watch-{uuid4()}"

    async with Worker(client, task_queue=queue, activities=[nothing]):
        with pytest.raises(WorkerHung):
            await asyncio.wait_for(watch_polls(client, queue, client.identity, every=SOON), 10)


async def test_a_fault_of_the_watch_stops_no_worker(
    server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise ValueError("of the watch")

    monkeypatch.setattr(wiring_worker, "watch_polls", fails)
    client, stop = await client_of(server), asyncio.Event()
    waiting = asyncio.create_task(wiring_worker._stopped_or_hung(stop, client, "any"))

    done, _ = await asyncio.wait((waiting,), timeout=0.5)
    stop.set()
    await asyncio.wait_for(waiting, 5)

    assert not done
