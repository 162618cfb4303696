"""A question that comes between a result and its task: what it would be told is not true yet."""

from __future__ import annotations

import asyncio

import pytest

from domain.case.summary import RecordQuery
from domain.decisions import Note
from domain.errors import Unavailable
from tests.office_env import World
from tests.workflows import case_steps


@pytest.mark.cold
async def test_entries_are_told_with_the_time_of_the_task_that_made_them(world: World) -> None:
    told: dict[tuple[str, int], set[str]] = {}
    world.patience = 5  # the questions below are more than an office asks
    cases = [(await world.report(f"第{n}条传言：自来水厂今晚停水三天")).case_id for n in range(3)]
    over = asyncio.Event()

    async def asks(case: str) -> None:
        while not over.is_set():
            try:
                record = (await world.desk._client.read(case, RecordQuery())).record
            except Unavailable:
                continue
            finally:
                await asyncio.sleep(0.02)
            assert record is not None
            for entry in record.entries:
                told.setdefault((case, entry.seq), set()).add(entry.previous + entry.at.isoformat())

    asking = [asyncio.create_task(asks(case)) for case in cases for _ in range(2)]
    for n in range(2):
        for case in cases:
            await case_steps.triaged(world, case) if not n else await world.decide(
                case, Note(text="备注"), "wxb", "duty"
            )
            await world.restart()
    for case in cases:
        await world.quiet(case)
    over.set()
    await asyncio.gather(*asking)

    assert len(told) >= 9
    assert {key: times for key, times in told.items() if len(times) > 1} == {}
