"""An interim notice is called off in the moment a channel takes it: what the channel said is in the books."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from pytest_httpserver import HTTPServer
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.testing import WorkflowEnvironment
from werkzeug import Request, Response

from adapters.egress import signed_post
from domain.decisions import Confirm, Interim, Note
from domain.vocabulary import Stage, Vote
from tests.office_env import World, eventually, open_world
from tests.workflows import case_steps

pytestmark = pytest.mark.people


@dataclass
class Partner:
    """A partner that keeps the notice in hand until `go`, then says `status`; the case's answer it takes at once."""

    url: str
    status: int = 202
    taken: list[str] = field(default_factory=list)
    reached: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)

    def answer(self, request: Request) -> Response:
        if "/interim" not in request.headers["Idempotency-Key"]:
            return Response(status=202)
        self.taken.append(request.headers["Idempotency-Key"])
        self.reached.set()
        self.go.wait(5)
        return Response(status=self.status)


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    monkeypatch.setattr(signed_post, "LIMIT", 4.5)  # a loaded machine must not end the attempt before the test does
    with HTTPServer(threaded=True) as receiver:
        partner = Partner(receiver.url_for("/pages"))
        receiver.expect_request("/pages", method="POST").respond_with_handler(partner.answer)
        yield partner
        partner.go.set()


@asynccontextmanager
async def called_off(
    server: WorkflowEnvironment, folder: Path, cache: int, partner: Partner
) -> AsyncIterator[tuple[World, str]]:
    """A case that has got its answer while the partner had the notice in hand."""
    async with open_world(server, folder, cache=cache, partner_url=partner.url) as world:
        world.patience = 3
        case = (await world.report()).case_id
        await case_steps.triaged(world, case, co_units=())
        await case_steps.found(world, case, "swj")
        digest = await case_steps.drafted(world, case)
        await world.decide(case, case_steps.approval(digest), "swj", "deputy")
        asked = await world.decide(case, Interim(known="水厂在运行", advice="请不必囤水"), "wxb", "duty")
        yes = Confirm(ref=asked.summary.waiting[0].ref, outcome=Vote.APPROVE)
        await world.decide(case, yes, "wxb", "duty_leader")
        assert await asyncio.to_thread(partner.reached.wait, 5)
        await eventually(lambda: in_hand(world, case), "the partner never had the notice in hand")
        await world.decide(case, case_steps.signature(digest), "wxb", "deputy")

        async def is_called_off() -> bool:
            raw = (await world.handle(case).describe()).raw_description
            asked = PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED
            return any(one.activity_type.name == "publish" and one.state == asked for one in raw.pending_activities)

        await eventually(is_called_off, "the notice was never called off")
        assert (await world.view(case)).stage is Stage.CLOSURE
        yield world, case


async def in_hand(world: World, case: str) -> bool:
    """Tell whether one publication, and nothing else, is being brought to its channel by the present run.

    Whatever else came back first could end this run: the next one would drop the notice before it is scheduled there.
    """
    raw = (await world.handle(case).describe()).raw_description
    pending = [(one.activity_type.name, one.state) for one in raw.pending_activities]
    started = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
    return pending == [("publish", started)] and not raw.HasField("pending_workflow_task")


async def channels(world: World, case: str) -> list[str]:
    """By which channels the notice is in the books as delivered."""
    return sorted(event["channel"] for event in await world.events(case, "delivered") if event["interim"])


async def in_order(world: World, case: str) -> bool:
    """Tell whether the case ended with all it told in the register."""
    outcome = await asyncio.wait_for(world.handle(case).result(), 20)
    return [event["seq"] for event in await world.events(case)] == list(range(1, outcome["entries"] + 1))


async def test_a_notice_the_channel_took_is_recorded_though_the_case_was_closed_meanwhile(
    server: WorkflowEnvironment, tmp_path: Path, cache: int, partner: Partner
) -> None:
    async with called_off(server, tmp_path, cache, partner) as (world, case):
        await case_steps.closed(world, case)
        partner.go.set()

        assert await in_order(world, case)
        assert await channels(world, case) == ["bulletin", "partner"]
        assert len(partner.taken) == 1


async def test_a_notice_the_channel_did_not_take_is_tried_no_more(
    server: WorkflowEnvironment, tmp_path: Path, cache: int, partner: Partner
) -> None:
    async with called_off(server, tmp_path, cache, partner) as (world, case):
        partner.status = 503
        partner.go.set()
        await case_steps.closed(world, case)

        assert await in_order(world, case)
        assert await channels(world, case) == ["bulletin"]
        assert len(partner.taken) == 1


@pytest.mark.cold
async def test_a_run_that_is_long_waits_for_what_was_called_off(
    server_of_short_runs: WorkflowEnvironment, tmp_path: Path, cache: int, partner: Partner
) -> None:
    async with called_off(server_of_short_runs, tmp_path, cache, partner) as (world, case):
        run = (await world.handle(case).describe()).run_id
        for n in range(6):  # five events each
            await world.decide(case, Note(text=f"第{n}次补记"), "wxb", "duty")
        assert (await world.handle(case).describe()).run_id == run
        partner.go.set()

        async def has_gone_on() -> bool:
            return (await world.handle(case).describe()).run_id != run

        await eventually(has_gone_on, "the case never continued in a new run")
        await case_steps.closed(world, case)
        assert await in_order(world, case)
        assert await channels(world, case) == ["bulletin", "partner"]


async def test_a_run_that_is_long_waits_for_a_notice_that_is_on_its_way(
    server_of_short_runs: WorkflowEnvironment, tmp_path: Path, cache: int, partner: Partner
) -> None:
    async with open_world(server_of_short_runs, tmp_path, cache=cache, partner_url=partner.url) as world:
        world.patience = 3
        case = (await world.report()).case_id
        await case_steps.triaged(world, case, co_units=())
        asked = await world.decide(case, Interim(known="水厂在运行", advice="请不必囤水"), "wxb", "duty")
        yes = Confirm(ref=asked.summary.waiting[0].ref, outcome=Vote.APPROVE)
        await world.decide(case, yes, "wxb", "duty_leader")
        assert await asyncio.to_thread(partner.reached.wait, 5)
        run = (await world.handle(case).describe()).run_id
        for n in range(6):  # five events each
            await world.decide(case, Note(text=f"第{n}次补记"), "wxb", "duty")
        assert (await world.handle(case).describe()).run_id == run
        partner.go.set()
        await world.quiet(case)

        assert await channels(world, case) == ["bulletin", "partner"]
        assert len(partner.taken) == 1
        assert (await world.handle(case).describe()).run_id != run
