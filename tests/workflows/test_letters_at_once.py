"""A decision comes while the letters of a rung go out inside their task, and the letters then fail."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from pytest_httpserver import HTTPServer
from temporalio.testing import WorkflowEnvironment
from werkzeug import Request, Response

from activities import sending
from adapters.egress import signed_post
from domain.decisions import Nudge
from domain.vocabulary import ClockName
from tests.office_env import eventually, open_world
from tests.workflows import case_steps
from workflows.case import activity_calls

LONG = 9.0
"""Seconds: longer than a workflow task, so that a decision reaches the case while letters are on their way."""


@pytest.mark.cold
async def test_what_a_decision_owes_starts_at_once_though_the_letters_before_it_fail(
    server: WorkflowEnvironment, tmp_path: Path, cache: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_post, "LIMIT", LONG)
    monkeypatch.setattr(sending, "EACH", LONG)
    monkeypatch.setattr(activity_calls, "AT_ONCE", timedelta(seconds=LONG))
    reached, go, held = Event(), Event(), Event()

    def gateway(request: Request) -> Response:
        rung = "/nudge/" not in str(request.json["key"])
        if held.is_set() and rung:
            reached.set()
            go.wait(LONG)
        return Response(status=503 if held.is_set() and rung else 202)

    with HTTPServer(threaded=True) as http:
        http.expect_request("/messages", method="POST").respond_with_handler(gateway)
        async with open_world(server, tmp_path, cache=cache, message_url=http.url_for("/messages")) as world:
            case = (await world.report()).case_id
            await case_steps.triaged(world, case, co_units=())
            await world.quiet(case)
            held.set()
            first = (await world.view(case)).next_wake
            assert first is not None
            span = first - await world.now(case) + timedelta(seconds=1)  # no further wake comes to the rescue
            forward = asyncio.create_task(world.forward(case, span))
            assert await asyncio.to_thread(reached.wait, 10)
            world.patience = 5
            await world.decide(case, Nudge(clock=ClockName.ANSWER, unit="swj", text="请抓紧"), "wxb", "duty")
            go.set()

            async def nudged() -> bool:
                keys = [request.json["key"] for request, answer in http.log if answer.status_code == 202]
                return any("/nudge/" in key for key in keys)

            await eventually(nudged, "what the decision owes waited for the next wake")
            forward.cancel()
            await world.handle(case).terminate("the gateway of this story never comes back")
