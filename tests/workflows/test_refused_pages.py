"""A partner refuses a page after the case is closed: people are told, and go on from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from temporalio.testing import WorkflowEnvironment
from werkzeug import Request, Response

from domain.decisions import Close, ResolveDelivery
from domain.vocabulary import DeliveryAct, Stage
from tests.office_env import World, eventually, open_world
from tests.workflows import case_steps

pytestmark = pytest.mark.people


async def test_a_page_refused_after_closing_is_sent_once_more_and_then_the_case_ends(
    server: WorkflowEnvironment, tmp_path: Path, httpserver: HTTPServer
) -> None:
    says = [503]
    httpserver.expect_request("/hook").respond_with_handler(lambda request: _answer(request, says))
    async with open_world(server, tmp_path, cache=2, partner_url=httpserver.url_for("/hook")) as world:
        case = (await world.report()).case_id
        await case_steps.triaged(world, case, co_units=())
        await case_steps.found(world, case, "swj")
        await case_steps.signed(world, case, await case_steps.drafted(world, case))
        await world.reaches(case, Stage.CLOSURE)
        await world.decide(case, Close(remarks="合作媒体停机"), "wxb", "duty")
        says[0] = 422
        await eventually(lambda: _refused(world, case), "the refusal never came")
        [refused] = await world.events(case, "delivery_refused")
        told = await world.view(case)
        says[0] = 200

        await world.decide(
            case, ResolveDelivery(ref=refused["seq"], act=DeliveryAct.AGAIN, reason="地址已更正"), "wxb", "editor"
        )
        await world.handle(case).result()

        assert (told.closed_at is not None, told.refused, told.ended) == (True, (refused["seq"],), False)
        assert [event["channel"] for event in await world.events(case, "delivered")] == ["bulletin", "partner"]
        assert len({line["key"] for line in world.outbox() if "refused" in line["key"]}) >= 1


def _answer(request: Request, says: list[int]) -> Response:
    return Response(status=says[0])


async def _refused(world: World, case: str) -> bool:
    return bool(await world.events(case, "delivery_refused"))
