"""Whoever reaches Temporal's port and reads its histories changes nothing: no event, no row, no letter, no page."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.decisions import Note
from tests.attack.loot import loot_of
from tests.attack.port import Port
from tests.attack.rogue import Captured, rogue
from tests.attack.traces import traces
from tests.office_env import World, client_of
from tests.workflows import case_steps

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


async def outside(world: World) -> dict[str, str]:
    """What the register, the outbox and the bulletin hold, as digests."""
    await world.desk.follow()
    return traces(world.settings.data)
