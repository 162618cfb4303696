"""A worker whose key is another one, or half of one: it judges nothing, ends nothing, and another does its work."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.decisions import Note
from domain.errors import Unavailable
from domain.reports.report import Report
from domain.reports.sources import Source
from temporal.seal import Seal
from temporal.seal_keys import SealKeys
from tests.histories import kinds
from tests.office_env import World, client_of, eventually
from wiring.worker import build_worker

NOTE = Note(text="请加快")
OTHER = "另一条说法：明天全市学校停课一周"
OWN, STRANGE = b"k" * 32, b"another key" * 3


def test_a_proof_names_its_key_and_tells_nothing_of_it() -> None:
    one, both = SealKeys([OWN]), SealKeys([STRANGE, OWN])

    assert one.name == both.name
    assert OWN.hex() not in one.name
    assert both.knows(SealKeys([STRANGE]).name)
    assert not one.knows(SealKeys([STRANGE]).name)
    assert one.knows(""), "what an earlier version signed has no name"


def test_a_key_that_came_meanwhile_is_read() -> None:
    assert SealKeys([OWN], lambda: [OWN, STRANGE]).knows(SealKeys([STRANGE]).name)


async def test_a_worker_with_another_key_ends_no_case_and_refuses_no_decision_for_good(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    old = (await world.report()).case_id
    await world.decide(old, NOTE, "wxb", "duty", key="before")
    await world.quiet(old)
    await world.worker_goes()
    strange = await client_of(server, Seal(SealKeys([STRANGE])))

    async with build_worker(world.settings, world.office, strange, world.register):
        new = (await world.desk.report(Report(text=OTHER), key="k", principal="test", source=Source())).case_id
        await eventually(lambda: failed_once(world, new), "the stranger did not try")
        for case in (old, new):
            with pytest.raises(Unavailable):
                await world.decide(case, NOTE, "wxb", "duty", key="meanwhile")
    await world.worker_comes()

    for case in (old, new):
        await eventually(lambda case=case: taken(world, case), "the case does not go on")
        await world.quiet(case)
        assert (await world.handle(case).describe()).status is WorkflowExecutionStatus.RUNNING
    assert len(await world.events(old, "noted")) == 2
    assert len(await world.events(new, "noted")) == 1


async def failed_once(world: World, case: str) -> bool:
    return "workflow_task_failed" in kinds(await world.history(case))


async def taken(world: World, case: str) -> bool:
    """Whether the case takes the decision that had no outcome; the server first waits before it tries a task again."""
    try:
        await world.decide(case, NOTE, "wxb", "duty", key="meanwhile")
    except Unavailable:
        return False
    return True
