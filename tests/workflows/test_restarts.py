"""The worker goes and comes, between any two steps; and a bug in a rule costs one decision, not the case."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from werkzeug import Request, Response

import domain.decider.decide
from desk import case_client
from domain.decider.decide import RULES
from domain.decisions import Note
from domain.errors import Fault
from domain.vocabulary import Level, Stage
from tests.histories import kind
from tests.office_env import World, open_world
from tests.workflows import case_steps

TRIES = 4
PATIENT = timedelta(seconds=20)
"""A task the old worker took with it comes back after its timeout: longer than a desk lets people wait."""


@pytest.mark.cold
async def test_a_decision_after_a_restart_comes_after_the_results_before_it(
    monkeypatch: pytest.MonkeyPatch, server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    """Two results come back one by one, the worker is replaced, somebody speaks: the order stays, nothing is stuck."""
    monkeypatch.setattr(case_client, "CALL", PATIENT)

    def slowly(request: Request) -> Response:
        time.sleep(0.25)
        return Response(status=202)

    with HTTPServer() as partner:
        partner.expect_request("/pages", method="POST").respond_with_handler(slowly)
        async with open_world(server, tmp_path, cache=cache, partner_url=partner.url_for("/pages")) as world:
            claims = [f"第{n}水厂水源被污染了，大家赶快接水囤水" for n in range(TRIES)]
            cases = await asyncio.gather(*(case_steps.approved(world, claim, Level.RED) for claim in claims))
            await asyncio.gather(*(world.quiet(case) for case in cases))
            assert all([results_apart(await world.history(case)) >= 2 for case in cases])

            await world.restart()
            answers = [await world.decide(case, Note(text="重启之后"), "wxb", "duty") for case in cases]
            for case in cases:
                await case_steps.closed(world, case)
                await world.handle(case).result()

            for case, answer in zip(cases, answers, strict=True):
                assert answer.summary.stage is Stage.CLOSURE
                events = await world.events(case)
                delivered = [event["seq"] for event in events if event["kind"] == "delivered"]
                assert len(delivered) == 2
                assert max(delivered) < answer.seq
                assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


async def test_a_case_goes_on_with_a_new_worker_at_every_step(
    monkeypatch: pytest.MonkeyPatch, warm_world: World
) -> None:
    monkeypatch.setattr(case_client, "CALL", PATIENT)
    world = warm_world
    case = (await world.report()).case_id
    await world.restart()
    await case_steps.triaged(world, case)
    await world.forward(case, timedelta(hours=3))
    await world.restart()
    await case_steps.accepted(world, case)
    await world.forward(case, timedelta(hours=10))
    await world.restart()
    await case_steps.found(world, case)
    digest = await case_steps.drafted(world, case)
    await world.restart()
    await case_steps.signed(world, case, digest)
    await world.reaches(case, Stage.CLOSURE)
    await world.restart()
    await case_steps.closed(world, case)
    outcome = await world.handle(case).result()

    events = await world.events(case)
    assert [event["seq"] for event in events] == list(range(1, outcome["entries"] + 1))
    rungs = [(e["clock"], e["unit"], e["n"]) for e in events if e["kind"] == "rung_rang"]
    assert len(rungs) == len(set(rungs))
    letters = [line["key"] for line in world.outbox()]
    assert len(letters) == len(set(letters))


async def test_a_bug_in_a_rule_is_a_refusal_without_an_event(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setitem(RULES, "note", replace(RULES["note"], carry_out=broken))
    case = (await world.report()).case_id
    await world.quiet(case)
    before = await world.length(case)

    with pytest.raises(Fault):
        await world.decide(case, Note(text="引出错误"), "wxb", "duty")

    assert await world.length(case) == before
    assert (await case_steps.triaged(world, case)).summary.stage is Stage.VERIFICATION


async def test_a_bug_behind_the_check_fails_one_decision_and_the_case_lives_on(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    monkeypatch.setattr(domain.decider.decide, "check", lambda *said: None)
    monkeypatch.setitem(RULES, "note", replace(RULES["note"], carry_out=broken))
    case = (await world.report()).case_id

    with pytest.raises(Fault):
        await world.decide(case, Note(text="引出错误"), "wxb", "duty")
    answer = await case_steps.triaged(world, case)
    await world.forward(case, timedelta(hours=3))

    assert answer.summary.stage is Stage.VERIFICATION
    assert [event["rung"] for event in await world.events(case, "rung_rang")][:1] == ["remind"]


def broken(*said: Any) -> None:
    raise RuntimeError("a bug")


def results_apart(history: WorkflowHistory) -> int:
    """How many tasks of their own took results after the last Update."""
    since = [kind(event) for event in history.events]
    since = since[len(since) - since[::-1].index("workflow_execution_update_completed") :]
    return since.count("workflow_task_completed")
