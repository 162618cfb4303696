"""What is said twice happens once, also when the case has continued in a new run meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from temporalio.testing import WorkflowEnvironment

from desk.call_failures import NoSuchRun
from desk.case_client import CaseClient
from domain.case.answer import Answer
from domain.decisions import Note, Proven
from domain.errors import KeyReused, Unavailable
from domain.vocabulary import Stage
from tests.adapters.receivers import free_port
from tests.office_env import World, eventually, open_world
from tests.workflows import case_steps

NOTES = 60
AT_A_TIME = 10


async def test_a_decision_handed_in_twice_has_one_effect(world: World) -> None:
    case = (await world.report()).case_id
    await world.quiet(case)

    first = await world.decide(case, Note(text="已电话告知水厂"), "wxb", "duty", key="k1")
    length = await world.length(case)
    again = await world.decide(case, Note(text="已电话告知水厂"), "wxb", "duty", key="k1")
    with pytest.raises(KeyReused):
        await world.decide(case, Note(text="另一句话"), "wxb", "duty", key="k1")
    other = await world.decide(case, Note(text="已电话告知水厂"), "wxb", "deputy", key="k1")

    assert (again.seq, again.entries, again.summary.seq) == (first.seq, (), first.seq)
    assert other.seq == first.seq + 1
    assert [event["by"]["person"] for event in await world.events(case, "noted")] == ["wxb-duty", "wxb-deputy"]
    assert await world.length(case) == length + 5


@pytest.mark.cold
async def test_a_hanging_publication_and_who_was_heard_travel_through_every_new_run(
    server_of_short_runs: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    port = free_port()
    partner = f"http://127.0.0.1:{port}/pages"
    async with open_world(server_of_short_runs, tmp_path, cache=cache, partner_url=partner) as world:
        world.patience = 3
        case = await case_steps.approved(world)
        await world.reaches(case, Stage.CLOSURE)

        first = await spoken(world, case)
        again = await resent(world, case)
        with HTTPServer(port=port) as receiver:
            receiver.expect_request("/pages", method="POST").respond_with_data(status=202)
            await eventually(lambda: received(receiver), "the partner never got the page")
            await case_steps.closed(world, case)
            await world.handle(case).result()

        runs = len(await world.histories())
        assert runs >= 6
        assert [answer.seq for answer in again] == [answer.seq for answer in first]
        noted = await world.events(case, "noted")
        assert sorted(event["text"] for event in noted) == sorted(f"第{n}条" for n in range(NOTES))
        events = await world.events(case)
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert [event["channel"] for event in events if event["kind"] == "delivered"] == ["bulletin", "partner"]
        assert [request.headers["Idempotency-Key"] for request, _ in receiver.log] == [f"{case}/publish/v1/partner"]
        letters = [line["key"] for line in world.outbox()]
        assert len(letters) == len(set(letters))


async def spoken(world: World, case: str) -> list[Answer]:
    """Sixty notes, ten at a time, under keys of their own; a case that rolls over just then is asked again."""
    room = asyncio.Semaphore(AT_A_TIME)

    async def say(n: int) -> Answer:
        async with room:
            return await world.decide(case, Note(text=f"第{n}条"), "wxb", "duty", key=f"note-{n}")

    return await asyncio.gather(*(say(n) for n in range(NOTES)))


async def resent(world: World, case: str) -> list[Answer]:
    """The same sixty straight to the case, as a desk does that crashed before it wrote the outcome."""
    room, speaker = asyncio.Semaphore(AT_A_TIME), world.officer("wxb", "duty")

    async def send(n: int) -> Answer:
        note = Note(text=f"第{n}条")
        row = world.desk._submitter.row(case, note, speaker, f"note-{n}", datetime.now(UTC))
        client = CaseClient(world.client, "")
        async with room, asyncio.timeout(60):
            while True:
                with suppress(Unavailable, NoSuchRun):  # it rolls over just now
                    return await client.send(
                        case, "note", note, update_id=row.update_id, proven=Proven(actor=row.actor)
                    )

    return await asyncio.gather(*(send(n) for n in range(NOTES)))


async def received(receiver: HTTPServer) -> bool:
    return bool(receiver.log)
