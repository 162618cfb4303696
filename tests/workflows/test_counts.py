"""What a case costs, on the real server."""

from __future__ import annotations

from domain.case.clock_report import ClockReport
from domain.vocabulary import ClockName, Stage
from tests.histories import actions, kinds, own_events
from tests.office_env import World
from tests.workflows import case_steps
from workflows import names


async def test_the_standard_case_costs_at_most_132_events_and_38_actions(warm_world: World) -> None:
    world = warm_world
    case = (await world.report("新开的自来水厂出厂水发黄，是把没处理的河水直接送进了管网")).case_id
    for unit_step in (case_steps.triaged, case_steps.accepted, case_steps.found):
        await world.quiet(case)
        await unit_step(world, case)
    await world.quiet(case)
    digest = await case_steps.drafted(world, case)
    await world.quiet(case)
    await case_steps.signed(world, case, digest)
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)
    await case_steps.closed(world, case)
    await world.handle(case).result()
    history = await world.history(case)

    counted = kinds(history)
    assert counted["workflow_execution_update_completed"] == 11
    assert (counted["activity_task_completed"], counted["marker_recorded"]) == (8, 0)
    assert len(history.events) <= 132
    assert actions(history) <= 38


async def test_a_case_late_at_every_step_costs_at_most_240_events(warm_world: World) -> None:
    world = warm_world
    case = (await world.report("新开的自来水厂出厂水发黄，是把没处理的河水直接送进了管网")).case_id
    await nearly_due(world, case, ClockName.TRIAGE)
    await case_steps.triaged(world, case)
    await nearly_due(world, case, ClockName.ACCEPT)
    await case_steps.accepted(world, case)
    await nearly_due(world, case, ClockName.ANSWER)
    await case_steps.found(world, case)
    await nearly_due(world, case, ClockName.DRAFT)
    digest = await case_steps.drafted(world, case)
    await nearly_due(world, case, ClockName.APPROVAL)
    await case_steps.signed(world, case, digest)
    await world.reaches(case, Stage.CLOSURE)
    await case_steps.closed(world, case)
    await world.handle(case).result()
    history = await world.history(case)

    rung = {event["clock"] for event in await world.events(case, "rung_rang") if event["rung"] == "due_soon"}
    assert rung >= {"triage", "accept", "answer", "draft", "approval"}
    assert own_events(history) <= 240


async def nearly_due(world: World, case: str, name: ClockName) -> None:
    """Let 85 % of a running clock pass."""
    await world.quiet(case)
    now = await world.now(case)
    told: ClockReport = await world.handle(case).query(names.CLOCKS, now, result_type=ClockReport)
    clock = next(one for one in told.clocks if one.name is name and one.stopped is None)
    await world.forward(case, clock.began + (clock.due - clock.began) * 0.85 - now)
    await world.quiet(case)
