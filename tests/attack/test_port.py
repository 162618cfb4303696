"""Whoever reaches Temporal's port and reads its histories changes nothing: no event, no row, no letter, no page."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.decisions import Note
from tests.attack.loot import loot_of
from tests.attack.port import Port
from tests.attack.rogue import FORGERY, Captured, Thief, lies, rogue
from tests.attack.traces import traces
from tests.office_env import World, client_of, eventually
from tests.workflows import case_steps
from wiring.worker import workflow_runner
from workflows.rumor_case import RumorCase

OTHER = "另一条说法：明天全市学校停课一周"
AT_LEAST = 200
"""Fewer attacks than this would mean that some are no longer made."""


async def test_no_message_without_a_fitting_seal_changes_anything(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    victim, other = await case_steps.approved(world), (await world.report(OTHER)).case_id
    await world.decide(other, Note(text="请加快"), "wxb", "duty")
    for case in (victim, other):
        await world.quiet(case)
    before, length = await outside(world), await world.length(victim)

    async def connect(captured: Captured) -> Client:
        return await client_of(server, captured)

    own = await client_of(server)
    async with rogue(own) as queue:
        loot, others = [loot_of(await world.history(case)) for case in (victim, other)]
        port = Port(connect, own, queue, world.settings.task_queue, victim, loot, others)
        attacks = list(port.attacks())
        for attack in attacks:
            if not attack.writes:
                await attack.is_refused()
        assert await world.length(victim) == length
        for attack in attacks:
            if attack.writes:
                await attack.is_refused()

    await world.quiet(victim)
    assert len(attacks) > AT_LEAST
    assert await outside(world) == before


async def test_a_worker_of_somebody_else_beside_ours_delays_and_nothing_it_says_counts(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    thief = Thief(await client_of(server), world.settings.task_queue, lies())
    async with thief.worker:
        await world.worker_goes()  # what the case asks for first is taken by the thief, the rest by whoever comes first
        case = (await world.report()).case_id
        blind = Worker(
            world.client, task_queue=world.settings.task_queue, workflows=[RumorCase], workflow_runner=workflow_runner()
        )
        async with blind:
            await eventually(lambda: robbed(thief), "the thief got nothing")
        assert not world.outbox()
        await world.worker_comes()
        await eventually(lambda: told(world), "the first letter never went out")
        world.patience = 5
        await case_steps.triaged(world, case, co_units=())
        await case_steps.found(world, case, "swj")
        await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await eventually(lambda: published(world, case), "the page never went out")
    await world.quiet(case)

    assert FORGERY not in str(await world.register.timeline(case))
    assert [page.case_id for page in await world.register.pages(10)] == [case]
    assert len(await world.events(case, "notified")) > 3
    assert not await world.events(case, "not_notified", "delivery_refused")


async def told(world: World) -> bool:
    return bool(world.outbox())


async def robbed(thief: Thief) -> bool:
    return bool(thief.took)


async def published(world: World, case: str) -> bool:
    return {"bulletin", "partner"} == {one["channel"] for one in await world.events(case, "delivered")}


async def outside(world: World) -> dict[str, str]:
    """What the register, the outbox and the bulletin hold, as digests."""
    await world.desk.follow()
    return traces(world.settings.data)
