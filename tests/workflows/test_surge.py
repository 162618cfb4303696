"""A claim that surges before triage: the provisional level rises by itself, once, and the office is rung, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from desk.intake.report_handover import ReportHandover
from domain.case.summary import Summary
from domain.errors import Unavailable
from domain.vocabulary import ClockName, Level
from tests.histories import kinds
from tests.office_env import World
from tests.workflows import case_steps

FIGURE = 10
RUMOR = "听说明天起全市所有菜市场都要关门整顿一个月"


async def flood(world: World, sources: int, first: int = 0) -> str:
    """Let reports of the claim come from many networks at once."""
    taken = [await world.report(RUMOR, source=f"10.0.{first}.0/24")]
    taken += await asyncio.gather(*(world.report(RUMOR, source=f"10.0.{first + n}.0/24") for n in range(1, sources)))
    (case,) = {one.case_id for one in taken}
    await world.quiet(case)
    return case


def due_after(summary: Summary, clock: ClockName) -> timedelta:
    """How long after its opening a case owes something."""
    return next(debt.due for debt in summary.debts if debt.clock is clock) - summary.opened_at


def rung(world: World) -> list[dict[str, Any]]:
    """Return the text messages that told somebody of a surge; a mail may hold more than one notice."""
    return [line for line in world.outbox() if "/surge/" in line["key"] and line["channel"] == "sms"]


async def test_a_surge_raises_the_provisional_level_and_rings_the_office_once(world: World) -> None:
    case = await flood(world, 25)
    await flood(world, 25, first=100)

    summary = await world.view(case)
    (raised,) = await world.events(case, "provisional_level_raised")
    assert (summary.level, summary.provisional) == (Level.ORANGE, True)
    assert (raised["old"], raised["new"], raised["by"]) == ("yellow", "orange", None)
    assert raised["heat"] >= raised["figure"] == FIGURE
    assert abs(due_after(summary, ClockName.TRIAGE) - timedelta(minutes=30)) < timedelta(seconds=5)
    assert abs(due_after(summary, ClockName.RESPONSE) - timedelta(hours=5)) < timedelta(seconds=5)
    (surged,) = rung(world)
    assert surged["person"] == "wxb-duty"
    assert "（来源骤增）" in surged["text"].splitlines()[0]
    assert kinds(await world.history(case))["workflow_execution_update_accepted"] <= 10
    row = await world.register.case(case)
    assert row is not None
    assert (row.level, row.sightings, row.sources) == (Level.ORANGE, 50, 50)


async def test_the_officer_then_sets_another_level_alone(world: World) -> None:
    case = await flood(world, FIGURE)
    assert (await world.view(case)).level is Level.ORANGE

    await case_steps.triaged(world, case, Level.BLUE)
    await flood(world, 30, first=50)

    summary = await world.view(case)
    assert (summary.level, summary.provisional) == (Level.BLUE, False)
    assert len(await world.events(case, "provisional_level_raised")) == 1


@pytest.mark.cold
async def test_a_surge_told_while_the_way_to_the_case_was_lost_is_told_by_the_sweep(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    case = (await world.report(RUMOR)).case_id

    async def lost(*_: object) -> None:
        raise Unavailable("temporal: lost")

    with monkeypatch.context() as patch:
        patch.setattr(ReportHandover, "_tell", lost)
        await flood(world, FIGURE)
    assert (await world.view(case)).level is Level.YELLOW

    await world.desk.sweep()
    await world.desk.sweep()
    await world.quiet(case)

    assert (await world.view(case)).level is Level.ORANGE
    assert len(rung(world)) == 1


async def test_a_worker_that_dies_in_a_surge_rings_once_all_the_same(world: World) -> None:
    await world.worker_goes()
    sent = asyncio.create_task(flood(world, FIGURE))
    await asyncio.sleep(0)
    await world.worker_comes()
    case = await sent
    await world.desk.sweep()
    await world.restart()
    await world.quiet(case)

    assert len(await world.events(case, "provisional_level_raised")) == 1
    assert len(rung(world)) == 1


async def test_a_case_that_goes_on_in_another_run_surges_no_more(rolling_world: World) -> None:
    world = rolling_world
    case = await flood(world, 40)
    await world.forward(case, timedelta(minutes=25))

    await flood(world, 40, first=100)

    assert (await world.view(case)).level is Level.ORANGE
    assert len(await world.events(case, "provisional_level_raised")) == 1
