"""A receiver is dead: nobody else, no rung and no register entry waits for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from temporalio.testing import WorkflowEnvironment

from domain.decisions import Escalate, Note
from domain.errors import CaseOver
from domain.vocabulary import ClockName, Level, Stage
from tests.adapters.receivers import black_hole, free_port
from tests.histories import kinds
from tests.office_env import World, eventually, open_world
from tests.workflows import case_steps
from tests.workflows.test_silence import rang

MINUTE = timedelta(minutes=1)


async def test_a_dead_gateway_delays_no_rung_no_other_person_and_no_entry(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    gateway = f"http://127.0.0.1:{free_port()}/messages"
    async with open_world(server, tmp_path, cache=cache, message_url=gateway) as world:
        case = (await world.report()).case_id
        answer = await case_steps.triaged(world, case, Level.RED, co_units=())
        asked = next(entry.at for entry in answer.entries if entry.event.kind == "request_sent")

        await world.forward(case, 16 * MINUTE)

        rungs = await rang(world, case, ClockName.ACCEPT)
        assert [(rung["n"], rung["late_by"]) for rung in rungs] == [(1, 0), (2, 0), (3, 0)]
        assert all(
            abs(rung["at"] - asked - after) < timedelta(seconds=2)
            for rung, after in zip(rungs, (4.95 * MINUTE, 9.9 * MINUTE, 15 * MINUTE), strict=True)
        )
        passed_on = {("wxb-liaison-a", "phone"), ("swj-liaison-a", "phone")}  # nobody has logged it
        reached = [world.told(f"{case}/v1/accept:swj/g1/r{n}/", "phone_tasks") for n in (1, 2, 3)]
        assert reached == [
            {("swj-duty", "phone"), ("swj-deputy", "phone")},
            {("wxb-duty", "phone"), ("swj-deputy", "phone"), *passed_on},
            {("wxb-duty-leader", "phone"), ("swj-head", "phone")},
        ]
        keys = [line["key"] for line in world.outbox("phone_tasks")]
        assert len(keys) == len(set(keys))
        await explained(world, case, "（短信）：连接不上")
        noted = await world.decide(case, Note(text="短信网关不通，已改打电话"), "wxb", "duty")
        assert (await world.events(case))[-1]["seq"] == noted.seq
        await world.handle(case).terminate("the gateway of this test never comes back")


async def test_a_gateway_that_never_answers_holds_up_nobody_else(server: WorkflowEnvironment, tmp_path: Path) -> None:
    async with black_hole() as port:
        gateway = f"http://127.0.0.1:{port}/messages"
        async with open_world(server, tmp_path, cache=200, message_url=gateway) as world:
            case = (await world.report()).case_id
            await case_steps.triaged(world, case, Level.RED, co_units=())
            said = Escalate(expected_level=0, reason="电话无人接听", clock=ClockName.ACCEPT, unit="swj")
            await world.decide(case, said, "wxb", "duty")

            async def called() -> bool:
                return len(world.told(f"{case}/v1/accept:swj/g1/r1/", "phone_tasks")) == 2

            await eventually(called, "the rung waited for the gateway")
            await explained(world, case, "（短信）：正在送出，对方还没有答复")
            await world.handle(case).terminate("the gateway of this test never comes back")


@pytest.mark.cold
async def test_a_closed_case_stays_until_its_page_has_reached_everybody(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    port = free_port()
    partner = f"http://127.0.0.1:{port}/pages"
    async with open_world(server, tmp_path, cache=cache, partner_url=partner) as world:
        case = await case_steps.approved(world)
        await world.reaches(case, Stage.CLOSURE)
        await case_steps.closed(world, case)
        await explained(world, case, "合作媒体没有应答：连接不上")

        heard = kinds(await world.history(case))["workflow_execution_update_accepted"]
        with pytest.raises(CaseOver):
            await world.decide(case, Note(text="再补一句"), "wxb", "duty")
        # While a page is tried again Temporal may keep the task of a refused Update; the Update itself it never keeps.
        assert kinds(await world.history(case))["workflow_execution_update_accepted"] == heard
        with HTTPServer(port=port) as receiver:
            receiver.expect_request("/pages", method="POST").respond_with_data(status=202)
            outcome = await world.handle(case).result()

        events = await world.events(case)
        assert [event["seq"] for event in events] == list(range(1, outcome["entries"] + 1))
        assert events[-1]["channel"] == "partner"


async def explained(world: World, case: str, reason: str) -> None:
    """What an operator reads beside the pending activity says who is without, and why."""

    async def says() -> bool:
        pending = (await world.handle(case).describe()).raw_description.pending_activities
        return any(reason in activity.last_failure.message for activity in pending)

    await eventually(says, f"no pending activity says {reason!r}")
