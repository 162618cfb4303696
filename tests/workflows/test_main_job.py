"""The main job on the real server: a report becomes a published rebuttal."""

from __future__ import annotations

import asyncio

from domain.words import PublicationState, Stage
from tests.workflows import telling
from tests.world import World


async def test_a_report_becomes_a_published_rebuttal(world: World) -> None:
    taken = await world.report()

    await telling.verified(world, taken.case_id)
    digest = await telling.drafted(world, taken.case_id)
    answer = await telling.reviewed(world, taken.case_id, digest)
    await until(world, taken.case_id, Stage.CLOSURE)
    closing = await telling.closed(world, taken.case_id)
    outcome = await world.handle(taken.case_id).result()

    assert answer.summary.publication is PublicationState.APPROVED
    assert closing.summary.closed_at is not None
    assert outcome["publication"] == "published"
    page = await world.register.page(taken.case_id)
    assert page is not None
    assert page.publication.digest == digest
    assert [line["key"] for line in world.outbox("partner")] == [f"{taken.case_id}/publish/v1/partner"]


async def until(world: World, case: str, stage: Stage) -> None:
    for _ in range(200):
        if (await world.view(case)).stage is stage:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the case never reached {stage}")
