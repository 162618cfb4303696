"""Every value Temporal takes of a case, at its largest and in its widest characters: the case goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.decisions import AddUnit, Proven, TriageDecision
from domain.errors import Unfit
from domain.office.office import Office
from domain.vocabulary import Level, Stage
from settings import Settings
from temporal import search_attributes
from tests.office_env import World, office_of, open_world
from tests.workflows.case_steps import accepted, approval, drafted, found, signature, triage

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDE = "𠮷"
"""A character of names: four bytes, twelve where it is escaped."""


def widened(office: Office, more: int) -> Office:
    """The office with the widest names its files may hold, and with `more` units."""
    units = {
        code: unit.model_copy(update={"short": WIDE * 30, "name": WIDE * 200}) for code, unit in office.units.items()
    }
    for n in range(more):
        code = f"u{n:015d}"
        units[code] = units["swu"].model_copy(update={"code": code, "topics": (), "releases": (), "exclusive": ()})
    return office.model_copy(update={"units": units})


@pytest_asyncio.fixture(loop_scope="session")
async def wide_world(server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[World]:
    """A world whose office has 110 more units and the widest names."""
    office = widened(office_of(Settings(data=tmp_path)), 110)
    async with open_world(server, tmp_path, cache=200, office=office) as opened:
        yield opened


async def attributes(world: World, case: str) -> dict[str, Any]:
    found = (await world.handle(case).describe()).typed_search_attributes
    return {pair.key.name: pair.value for pair in found}


async def failed_tasks(world: World) -> list[str]:
    """Why tasks of the case failed; not those that were only too late for a new run."""
    told = [
        event.workflow_task_failed_event_attributes.failure.message
        for history in await world.histories()
        for event in history.events
        if event.HasField("workflow_task_failed_event_attributes")
    ]
    return [why for why in told if why != "UnhandledCommand"]


async def test_a_case_with_the_largest_of_everything_goes_its_whole_way(wide_world: World) -> None:
    world = wide_world
    world.patience = 5  # the history is long: the case goes on in a new run meanwhile
    case = (await world.report(WIDE * 3999 + "水", place=WIDE * 100)).case_id
    said = triage().model_copy(update={"topic": WIDE * 170, "district": WIDE * 170, "ask": WIDE * 200})
    await world.decide(case, said, "wxb", "duty")
    for n in range(40):
        await world.decide(case, AddUnit(unit=f"u{n:015d}", ask=WIDE * 200), "wxb", "duty")
    await world.quiet(case)
    assert await failed_tasks(world) == []
    shown = await attributes(world, case)
    assert (shown["CaseTopic"], shown["CaseDistrict"]) == (WIDE * 170, WIDE * 170)
    assert len(shown["CaseUnits"]) == 43

    for n in range(40, 110):
        await world.decide(case, AddUnit(unit=f"u{n:015d}"), "wxb", "duty")
    await world.forward(case, timedelta(hours=1))  # many units ring in one wave
    await world.quiet(case)
    assert await failed_tasks(world) == []
    assert 100 < len((await attributes(world, case))["CaseUnits"]) < 113


async def test_a_text_with_the_widest_title_is_published(wide_world: World) -> None:
    world = wide_world
    case = (await world.report("自来水" + WIDE * 500)).case_id
    await world.decide(case, triage(), "wxb", "duty")
    await accepted(world, case)
    await found(world, case)
    digest = await drafted(world, case, title=WIDE * 200, text=WIDE * 4000)
    await world.decide(case, approval(digest), "swj", "deputy")
    await world.decide(case, signature(digest), "wxb", "deputy")
    await world.reaches(case, Stage.CLOSURE)
    assert await failed_tasks(world) == []


@pytest.mark.parametrize("field", ["topic", "district"])
async def test_one_character_more_is_refused_at_the_door(warm_world: World, field: str) -> None:
    case = (await warm_world.report()).case_id
    said = triage().model_copy(update={field: WIDE * 171})
    refused = await warm_world.refused(case, said, "wxb", "duty", Unfit)
    assert (refused.code, refused.values["field"], refused.values["limit"]) == ("beyond_attribute", field, 2046)


async def test_a_longer_topic_that_another_version_let_in_stops_no_case(world: World) -> None:
    case = (await world.report()).case_id
    said = TriageDecision(level=Level.YELLOW, topic=WIDE * 200, district="e\u0301" * 100, lead="swj", reason="研判")
    proven = Proven(actor=world.office.actor(world.officer("wxb", "duty")), units=world.office.refs(["swj"]))
    await world.desk._client.send(case, "triage", said, update_id="earlier", proven=proven)
    await accepted(world, case, "swj")
    assert await failed_tasks(world) == []
    assert (await attributes(world, case))[search_attributes.TOPIC.name] == WIDE * 170 + "…"
    assert (await world.view(case)).topic == WIDE * 200
