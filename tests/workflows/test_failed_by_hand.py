"""An operator fails a publication by Temporal's command line: the case goes on, and its page can be sent again."""

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

from adapters.register.parts.bulletin import BulletinPart
from domain.decisions import ResolveDelivery
from domain.errors import Unavailable
from domain.vocabulary import DeliveryAct, PublicationState, Stage
from tests.conftest import SERVER
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


async def test_a_publication_failed_by_hand_ends_no_case_and_is_told_to_the_office(
    server: WorkflowEnvironment, tmp_path: Path, cache: int, partner: HTTPServer
) -> None:
    async with open_world(server, tmp_path, cache=cache, partner_url=partner.url_for("/pages")) as world:
        world.patience = 5
        case = await case_steps.published(world)

        await failed_by_hand(world, case, of=1)

        [refused] = await world.events(case, "delivery_refused")
        assert (refused["channel"], "by an operator" in refused["reason"]) == ("partner", True)
        assert {"wxb-editor", "wxb-duty"} <= {person for person, _ in world.told("/partner/refused/")}
        leave = ResolveDelivery(ref=refused["seq"], act=DeliveryAct.LEAVE, reason="合作媒体停机")
        await world.decide(case, leave, "wxb", "editor")
        await case_steps.closed(world, case)
        assert (await asyncio.wait_for(world.handle(case).result(), 20))["publication"] == PublicationState.PUBLISHED


async def test_a_page_whose_every_publication_was_failed_by_hand_is_drafted_signed_and_published_again(
    server: WorkflowEnvironment, tmp_path: Path, cache: int, partner: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(server, tmp_path, cache=cache, partner_url=partner.url_for("/pages")) as world:
        world.patience = 5
        with monkeypatch.context() as away:
            away.setattr(BulletinPart, "put", unwritten)
            case = await case_steps.approved(world)
            await failed_by_hand(world, case, of=2)
        view = await world.view(case)
        assert (view.stage, view.publication) == (Stage.REBUTTAL, PublicationState.NONE)

        partner.clear()
        partner.expect_request("/pages", method="POST").respond_with_data(status=202)
        await case_steps.signed(world, case, await case_steps.drafted(world, case))
        await world.reaches(case, Stage.CLOSURE)
        await world.quiet(case)

        delivered = await world.events(case, "delivered")
        assert sorted((one["version"], one["channel"]) for one in delivered) == [(2, "bulletin"), (2, "partner")]


async def failed_by_hand(world: World, case: str, of: int) -> None:
    """Let an operator fail every publication that is under way, once there are `of`, and the case take that."""

    async def pending() -> list[str]:
        raw = (await world.handle(case).describe()).raw_description
        return [one.activity_id for one in raw.pending_activities if one.activity_type.name == "publish"]

    async def all_there() -> bool:
        return len(await pending()) == of

    async def none_left() -> bool:
        return not await pending()

    await eventually(all_there, "the publications never waited for their channels")
    for activity in await pending():
        await eventually(partial(by_hand, world, case, activity), "Temporal never let the publication fail")
    await eventually(none_left, "a publication failed by hand is still tried")
    await world.quiet(case)


async def by_hand(world: World, case: str, activity: str) -> bool:
    """Fail one publication; Temporal refuses that between two attempts."""
    where = ("--address", world.client.service_client.config.target_host, "--namespace", world.client.namespace)
    which = ("--workflow-id", names.workflow_id(case), "--activity-id", activity, "--reason", "ended by an operator")
    process = await asyncio.create_subprocess_exec(str(SERVER), "activity", "fail", *where, *which)
    return await process.wait() == 0


async def unwritten(*_: object) -> None:
    await asyncio.sleep(HELD)
    raise Unavailable("register: down")
