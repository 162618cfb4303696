"""A gateway is away while a case goes on: what asks for a task that is over by then is not sent afterwards."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pytest_httpserver import HTTPServer
from temporalio.testing import WorkflowEnvironment

from domain.decisions import Relevel, TriageDecision
from domain.office.office import Office
from domain.vocabulary import Exit, Level, Stage
from settings import Settings
from tests.adapters.awkward_mail import awkward_mail
from tests.office_env import World, eventually, office_of, open_world
from tests.workflows import case_steps
from tests.workflows.test_undelivered import by_sms_only, taken, world_of

OVER = ("/triage:", "/accept:", "/answer:", "/draft:", "/sign/")


def by_mail_only() -> Office:
    """An office whose people have a mail address, and nothing else."""
    office = office_of(Settings())
    people = tuple(one.model_copy(update={"addresses": {"mail": f"{one.id}@mc.example"}}) for one in office.people)
    return Office(**(dict(office) | {"people": people}))  # not a copy, which would keep who sits where


async def answered_without_letters(world: World, case: str) -> None:
    """The people work from their inboxes: nobody gets a letter."""
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    digest = await case_steps.drafted(world, case)
    await case_steps.signed(world, case, digest)
    await world.reaches(case, Stage.CLOSURE)


@pytest.mark.cold
async def test_what_asks_for_what_was_done_meanwhile_is_not_sent_by_a_gateway_that_comes_back(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    async with world_of(server, tmp_path, cache, "message_url", by_sms_only()) as (world, gateway, http):
        case = (await world.report()).case_id
        await answered_without_letters(world, case)
        gateway.status = 202
        await world.forward(case, timedelta(minutes=15))
        await world.quiet(case)

        late = [key for key in taken(http) if any(part in key for part in OVER)]
        assert late == []
        assert [event for event in await world.events(case, "not_notified") if event.get("called_off")] != []
        await case_steps.closed(world, case)
        await world.handle(case).result()


async def test_a_due_time_that_moved_while_the_gateway_was_away_is_the_only_one_anybody_hears(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    async with world_of(server, tmp_path, cache, "message_url", by_sms_only()) as (world, gateway, http):
        case = (await world.report()).case_id
        await case_steps.triaged(world, case, co_units=())
        for level in (Level.ORANGE, Level.RED):
            await eventually(partial(on_its_way, http, len(http.log)), "nothing was on its way")
            await world.decide(case, Relevel(level=level, reason="扩散"), "wxb", "duty")
        dues = {debt.due.astimezone(ZoneInfo("Asia/Shanghai")) for debt in (await world.view(case)).debts}
        before, gateway.status = len(http.log), 202
        await world.forward(case, timedelta(minutes=12))
        await world.quiet(case)

        texts = [one.json["text"] for one, _ in http.log[before:] if one.json["unit"] == "swj"]
        assert sum("反馈是否属实" in text for text in texts) == 1
        said = {when for text in texts for when in re.findall(r"(?<!原为)(\d\d-\d\d \d\d:\d\d)", text)}
        assert said <= {f"{due:%m-%d %H:%M}" for due in dues}, texts
        await world.handle(case).terminate("this story ends here")


async def on_its_way(http: HTTPServer, since: int) -> bool:
    """Whether a letter about what a unit has to answer was tried since, or one that may hold it."""
    keys = [request.json["key"] for request, _ in http.log[since:]]
    return any("/answer:" in key or "/combined/" in key for key in keys)


@pytest.mark.cold
async def test_a_letter_under_way_to_a_slow_server_is_held_back_when_its_task_is_over(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    async with (
        awkward_mail(greeting=6) as mail,
        open_world(server, tmp_path, cache=cache, office=by_mail_only(), smtp_url=mail.url) as world,
    ):
        case = (await world.report()).case_id
        await asyncio.wait_for(mail.begun.wait(), 5)
        await world.decide(case, TriageDecision(exit=Exit.OPINION, reason="观点"), "wxb", "duty")

        async def answered() -> bool:
            return mail.connections > 0 and mail.open_now == 0

        await eventually(answered, "the letters are still under way")
        assert [text for text in mail.texts if "请研判" in text] == []
