"""The register's timeline has no gaps: what rang or came back before a decision is told with it, or soon after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.decisions import Note
from tests.office_env import World
from tests.workflows import case_steps

HOUR = timedelta(hours=1)


async def seqs(world: World, case: str) -> list[object]:
    """Which entries the register has, without asking the case."""
    return [line.seq for line in await world.register.timeline(case)]


async def test_a_note_after_rungs_tells_the_register_of_them_too(world: World) -> None:
    case = (await world.report()).case_id
    await world.forward(case, 3 * HOUR)
    await world.quiet(case)

    answer = await world.decide(case, Note(text="已电话联系"), "wxb", "duty")

    assert [entry.event.kind for entry in answer.entries] == ["noted"]
    told = await seqs(world, case)
    assert told == list(range(1, answer.summary.seq + 1))


@pytest.mark.cold
async def test_a_note_after_a_result_came_back_leaves_none(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case)
    await world.quiet(case)

    answer = await world.decide(case, Note(text="已电话联系"), "wxb", "duty")

    assert await seqs(world, case) == list(range(1, answer.summary.seq + 1))
