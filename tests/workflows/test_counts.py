"""What a case costs, on the real server."""

from __future__ import annotations

from domain.words import Stage
from tests.reading import actions, kinds
from tests.workflows import telling
from tests.world import World


async def test_the_standard_case_costs_at_most_130_events_and_38_actions(warm_world: World) -> None:
    world = warm_world
    case = (await world.report("新开的自来水厂出厂水发黄，是把没处理的河水直接送进了管网")).case_id
    for unit_step in (telling.triaged, telling.accepted, telling.found):
        await world.quiet(case)
        await unit_step(world, case)
    await world.quiet(case)
    digest = await telling.drafted(world, case)
    await world.quiet(case)
    await telling.signed(world, case, digest)
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)
    await telling.closed(world, case)
    await world.handle(case).result()
    history = await world.history(case)

    counted = kinds(history)
    assert counted["workflow_execution_update_completed"] == 11
    assert (counted["activity_task_completed"], counted["marker_recorded"]) == (7, 0)
    assert len(history.events) <= 130
    assert actions(history) <= 38
