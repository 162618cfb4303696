"""Somebody fails a publication by Temporal's command line: that proves nothing, and the page goes out all the same."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from temporalio.testing import WorkflowEnvironment
from werkzeug import Request, Response

from domain.vocabulary import PublicationState
from tests.conftest import SERVER
from tests.histories import kinds
from tests.office_env import World, eventually, open_world
from tests.workflows import case_steps
from workflows import names

HELD = 1.5
"""Seconds a channel keeps a page before it says no."""


@pytest.fixture(params=["warm", "cold"])
def cache(request: pytest.FixtureRequest) -> int:
    return 0 if request.param == "cold" else 200


@pytest.fixture
def partner() -> Iterator[HTTPServer]:
    """A partner that keeps each page for a while and takes none, until it is told to."""
    with HTTPServer(threaded=True) as receiver:
        receiver.expect_request("/pages", method="POST").respond_with_handler(slowly)
        yield receiver


def slowly(_: Request) -> Response:
    time.sleep(HELD)
    return Response(status=503)


async def test_a_publication_failed_by_hand_is_asked_for_again_and_refused_by_nobody(
    server: WorkflowEnvironment, tmp_path: Path, cache: int, partner: HTTPServer
) -> None:
    async with open_world(server, tmp_path, cache=cache, partner_url=partner.url_for("/pages")) as world:
        world.patience = 5
        case = await case_steps.published(world)

        await failed_by_hand(world, case, of=1)
        assert not await world.events(case, "delivery_refused")
        partner.clear()
        partner.expect_request("/pages", method="POST").respond_with_data(status=202)

        async def delivered() -> bool:
            return {one["channel"] for one in await world.events(case, "delivered")} == {"bulletin", "partner"}

        await eventually(delivered, "it was not asked for again")
        await case_steps.closed(world, case)
        assert (await asyncio.wait_for(world.handle(case).result(), 20))["publication"] == PublicationState.PUBLISHED


async def failed_by_hand(world: World, case: str, of: int) -> None:
    """Let an operator fail every publication that is under way, once there are `of`, and the case take that."""

    async def pending() -> list[str]:
        raw = (await world.handle(case).describe()).raw_description
        return [one.activity_id for one in raw.pending_activities if one.activity_type.name == "publish"]

    async def all_there() -> bool:
        return len(await pending()) == of

    async def marked() -> bool:
        return kinds(await world.history(case))["marker_recorded"] == of

    await eventually(all_there, "the publications never waited for their channels")
    for activity in await pending():
        await eventually(partial(by_hand, world, case, activity), "Temporal never let the publication fail")
    await eventually(marked, "nobody noticed")


async def by_hand(world: World, case: str, activity: str) -> bool:
    """Fail one publication; Temporal refuses that between two attempts."""
    where = ("--address", world.client.service_client.config.target_host, "--namespace", world.client.namespace)
    which = ("--workflow-id", names.workflow_id(case), "--activity-id", activity, "--reason", "ended by an operator")
    process = await asyncio.create_subprocess_exec(str(SERVER), "activity", "fail", *where, *which)
    return await process.wait() == 0
