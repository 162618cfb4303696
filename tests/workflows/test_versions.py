"""Two versions beside each other: what one made the other reads, passes on whole and replays."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from desk import case_client, sweep
from domain.access.reading import EVERYTHING
from domain.decisions import Note
from domain.errors import Unavailable
from domain.ports.rows import CaseFilter
from tests.office_env import World, open_world
from tests.workflows.newer import NewerNote, newer_worker
from wiring.worker import build_worker

SAID = "请加快"


async def test_a_worker_takes_the_decisions_of_a_newer_desk(world: World) -> None:
    case = (await world.report()).case_id

    await world.decide(case, NewerNote(text=SAID, mood="calm"), "wxb", "duty")
    await world.restart()
    await world.decide(case, NewerNote(text=SAID, mood="brisk"), "wxb", "duty")

    assert [event["text"] for event in await world.events(case, "noted")] == [SAID, SAID]
    updates = [event for event in (await world.history(case)).events if "update_accepted" in str(event)]
    assert any("brisk" in str(event) for event in updates), "what is replayed when the world ends holds the field"


async def test_a_decision_a_newer_desk_left_behind_is_sent_by_the_sweep(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.worker_goes()
    monkeypatch.setattr(case_client, "CALL", timedelta(milliseconds=300))
    with pytest.raises(Unavailable):
        await world.decide(case, NewerNote(text=SAID, mood="calm"), "wxb", "duty")
    monkeypatch.undo()
    await world.worker_comes()
    monkeypatch.setattr(sweep, "UNSETTLED", timedelta(0))

    _, settled = await world.desk.sweep()

    assert settled == 1
    assert SAID in [event["text"] for event in await world.events(case, "noted")]


async def test_a_desk_reads_and_keeps_whole_what_a_newer_worker_made(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with open_world(server, tmp_path, cache=200, build=newer_worker) as world:
        case = (await world.report()).case_id

        answer = await world.decide(case, Note(text=SAID), "wxb", "duty")
        await world.decide(case, NewerNote(text=SAID, mood="calm"), "wxb", "duty")
        await world.desk.sweep()

        assert answer.model_extra == {"scale": "brass"}
        assert [event.get("mood") for event in await world.events(case, "noted")] == [None, None, "calm", None]
        assert [event["grams"] for event in await world.events(case, "weighed")] == [3, 3]
        row = (await world.register.cases(CaseFilter(), EVERYTHING))[0]
        assert row.summary is not None
        assert row.summary.model_extra == {"mood": "calm"}
        kept = await world.register.kept_state(case)
        assert kept is not None
        assert json.loads(kept.state)["weather"] == "fair"


async def test_a_case_goes_on_after_the_way_back_to_an_older_worker(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with open_world(server, tmp_path, cache=200, build=newer_worker) as world:
        case = (await world.report()).case_id
        await world.decide(case, NewerNote(text=SAID, mood="calm"), "wxb", "duty")
        await world.quiet(case)

        await world.worker_goes()
        world._build = build_worker
        await world.worker_comes()
        await world.decide(case, Note(text="继续"), "wxb", "duty")
        for _ in range(2):  # the case no longer makes what the newer version made: it goes on in an epoch of its own
            await world.desk.sweep()

        events = await world.events(case)
        assert [event["text"] for event in events if event["kind"] == "noted"][-1] == "继续"
        assert [event["grams"] for event in events if event["kind"] == "weighed"] == [3]
        assert (await world.desk.view(case, EVERYTHING)).live
