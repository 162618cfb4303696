"""Receivers are dead for days: no notice is dropped, and what reaches nobody is a matter of the administrators."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from werkzeug import Request, Response

from activities import other_ways
from adapters.register.engine.run_status import undelivered_cases
from adapters.register.engine.sqlite import register_url
from domain.decisions import TriageDecision
from domain.office.office import Office
from domain.vocabulary import Exit, Stage
from settings import Settings
from tests.office_env import World, eventually, office_of, open_world
from tests.workflows import case_steps

HOUR = timedelta(hours=1)


@dataclass
class Receiver:
    """A gateway or partner that answers with `status`."""

    url: str
    status: int = 503

    def answer(self, request: Request) -> Response:
        return Response(status=self.status)


@asynccontextmanager
async def world_of(
    server: WorkflowEnvironment, folder: Path, cache: int, setting: str, office: Office | None = None
) -> AsyncIterator[tuple[World, Receiver, HTTPServer]]:
    with HTTPServer(threaded=True) as http:
        receiver = Receiver(http.url_for("/it"))
        http.expect_request("/it", method="POST").respond_with_handler(receiver.answer)
        settings: dict[str, Any] = {setting: receiver.url}
        async with open_world(server, folder, cache=cache, office=office, **settings) as world:
            yield world, receiver, http


def by_sms_only() -> Office:
    """An office whose people have a number for short messages, and nothing else."""
    office = office_of(Settings())
    people = tuple(
        one.model_copy(update={"addresses": {"sms": one.addresses.get("sms", "+86-000-0099-99")}})
        for one in office.people
    )
    # Not a copy: that would take along who sits where, as it was found for the people before.
    return Office(**(dict(office) | {"people": people}))


def taken(http: HTTPServer) -> list[str]:
    return [request.json["key"] for request, answer in http.log if answer.status_code == 202]


async def test_a_notice_waits_for_its_receiver_and_goes_to_nobody_twice(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    async with world_of(server, tmp_path, cache, "message_url", by_sms_only()) as (world, gateway, http):
        case = (await world.report()).case_id
        await world.forward(case, 3 * HOUR)
        assert await world.events(case, "not_notified") == []

        gateway.status = 202
        await world.forward(case, HOUR)
        await world.quiet(case)

        keys = taken(http)
        asked = f"{case}/v1/triage:wxb/g1/start/wxb-duty/sms"
        assert await world.register.delivered([asked]) == {asked}
        assert len(keys) == len(set(keys))
        assert await world.events(case, "not_notified") == []


async def test_what_reaches_nobody_is_told_to_the_administrators_and_stands_in_the_timeline(
    server: WorkflowEnvironment, tmp_path: Path, cache: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_ways, "OTHER_PERSONS", HOUR)  # every ten minutes of a day would take a minute
    async with world_of(server, tmp_path, cache, "message_url", by_sms_only()) as (world, gateway, http):
        case = (await world.report()).case_id
        await world.forward(case, 3 * HOUR)

        async def lost() -> bool:
            await world.forward(case, timedelta(minutes=10))  # the next attempt, if the machine was too slow for one
            return any(event.get("given_up") for event in await world.events(case, "not_notified"))

        await eventually(lost, "nobody ever gave up")
        rows = await world.register.undelivered()
        assert f"{case}/v1/triage:wxb/g1/start" in {row.key for row in rows}
        assert {row.number for row in rows} == {(await world.view(case)).number}
        assert undelivered_cases(register_url(world.settings.register)) == [(await world.view(case)).number]
        assert "市委网信办" in next(e["reason"] for e in await world.events(case, "not_notified") if e.get("given_up"))
        await world.desk.alarm()
        assert taken(http) == []
        gateway.status = 202
        await world.desk.alarm()
        await world.desk.alarm()
        alarms = [key for key in taken(http) if "/undelivered/" in key]
        said = next(request.json["text"] for request, _ in http.log if "/undelivered/" in request.json["key"])
        [token] = re.findall(r"/t/(\S+)", said)
        link = await world.desk.short_links.read(token)
        assert (link.case_id, link.task) == (case, "look")
        administrators = {person.id for person in world.office.people if person.administrator}
        assert {key.split("/")[-2] for key in alarms} == administrators
        assert len(alarms) == len(set(alarms))
        assert await world.register.unalarmed() == []
        await world.handle(case).terminate("this story ends here")


async def test_letters_that_wait_for_a_stopped_clock_are_called_off(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    async with world_of(server, tmp_path, cache, "message_url", by_sms_only()) as (world, gateway, http):
        case = (await world.report()).case_id
        await world.forward(case, 3 * HOUR)
        await world.decide(case, TriageDecision(exit=Exit.OPINION, reason="观点"), "wxb", "duty")
        gateway.status = 202
        with suppress(RPCError):  # nothing is left to be told: it has ended
            await world.forward(case, HOUR / 4)
        await world.handle(case).result()

        assert [key for key in taken(http) if "/triage:" in key and "/stand-down/" not in key] == []
        assert [event for event in await world.events(case, "not_notified") if event.get("called_off")] != []


@pytest.mark.cold
async def test_a_partner_that_stays_down_is_a_matter_of_the_administrators_and_is_tried_on(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    async with world_of(server, tmp_path, cache, "partner_url") as (world, partner, _):
        case = await case_steps.approved(world)
        await world.reaches(case, Stage.CLOSURE)
        await case_steps.closed(world, case)
        await world.forward(case, 2 * HOUR)
        assert await world.register.undelivered() == []

        await world.forward(case, 2 * HOUR)

        (row,) = await world.register.undelivered()
        assert (row.key, row.person, row.channel) == (f"{case}/publish/v1/partner", "", "partner")
        await world.desk.alarm()
        assert world.told("/undelivered/") != set()
        partner.status = 202
        await world.forward(case, HOUR / 4)
        await world.handle(case).result()
        await world.desk.follow()
        assert await world.register.undelivered() == []
