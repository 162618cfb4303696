"""What an operator sees of a case in Temporal's own user interface, without knowing the code."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowHistory

from domain.decider.decide import RULES, SYSTEM_RULES
from domain.vocabulary import Stage
from temporal import search_attributes
from tests.histories import kind
from tests.office_env import CLAIM, World, eventually
from tests.workflows import case_steps
from texts.catalogue import current
from workflows import names

CHINESE = re.compile(r"[\u4e00-\u9fff]")


async def test_the_page_of_a_case_says_where_it_stands_who_owes_what_and_what_comes_next(world: World) -> None:
    case = (await world.report(place="东汀区")).case_id
    title = await (await world.handle(case).describe()).static_summary()
    answer = await case_steps.triaged(world, case)
    await case_steps.accepted(world, case, "hbj")
    await world.forward(case, timedelta(hours=5))
    page = await world.page(case)

    say, when = current().word, current().when
    asked = next(entry.at for entry in answer.entries if entry.event.kind == "request_sent")
    assert title is not None
    assert CLAIM[:20] in title
    assert say("level_short", "red") in title
    for part in (CLAIM, say("stage", "verification"), say("level", "yellow"), "供水", "东汀区", answer.summary.number):
        assert part in page
    line(
        page,
        "市水务局",
        say("clock", "accept"),
        when(asked + timedelta(hours=4)),
        "超时",
        when(asked + timedelta(hours=8)),
    )
    line(page, "市生态环境局", say("clock", "answer"), when(asked + timedelta(hours=24)))
    line(page, "市生态环境局", say("role", "co"), say("request_state", "accepted"))
    line(page, when(asked + timedelta(hours=2)), say("rung", "remind"), say("seat", "liaison_a"))

    await case_steps.found(world, case)
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    await case_steps.closed(world, case)
    await world.handle(case).result()
    page = await world.page(case)

    for part in (say("stage", "closure"), say("verdict", "false"), say("publication_state", "published"), "办结"):
        assert part in page


async def test_every_activity_timer_and_kind_of_decision_explains_itself(warm_world: World) -> None:
    world = warm_world
    case = await case_steps.finished(world)
    history = await world.history(case)
    running = (await world.report("另一条说法：明天全市学校停课一周")).case_id
    await case_steps.triaged(world, running)
    await world.forward(running, timedelta(hours=40))
    await world.quiet(running)

    for told in (history, await world.history(running)):
        assert summaries(told)
        assert [number for number, text in summaries(told) if not CHINESE.search(text) or "\n" in text] == []
    definition = (await world.metadata(running)).definition
    described = {one.name: one.description for one in definition.update_definitions}
    assert set(described) == set(RULES | SYSTEM_RULES)
    described |= {one.name: one.description for one in (*definition.signal_definitions, *definition.query_definitions)}
    own = {name: text for name, text in described.items() if not name.startswith("__")}
    assert {names.RECOUNT, names.VIEW} <= set(own)
    assert [name for name, text in own.items() if not CHINESE.search(text)] == []


async def test_cases_are_found_by_their_attributes(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case)
    await world.forward(case, timedelta(hours=5))
    await world.quiet(case)
    query = (
        f"TaskQueue = '{world.settings.task_queue}' AND CaseStage = 'verification' AND CaseLevel = 'yellow' "
        "AND CaseLeadUnit = 'swj' AND CaseUnits IN ('hbj') AND CaseDistrict = '东汀区' AND CaseOverdue = true "
        "AND CaseEscalation >= 3 AND CaseTopic = '供水' AND CaseVerdict IS NULL"
    )

    async def listed() -> bool:
        return [found.id async for found in world.client.list_workflows(query)] == [names.workflow_id(case)]

    await eventually(listed, "the case is not found by its attributes")
    summary = await world.view(case)
    shown: Any = (await world.handle(case).describe()).typed_search_attributes
    assert (shown[search_attributes.DUE], shown[search_attributes.NEXT_WAKE]) == (summary.due, summary.next_wake)


def summaries(history: WorkflowHistory) -> list[tuple[int, str]]:
    """What stands beside each activity and each timer."""
    return [
        (event.event_id, event.user_metadata.summary.data.decode())
        for event in history.events
        if kind(event) in ("activity_task_scheduled", "timer_started")
    ]


def line(page: str, *parts: str) -> None:
    """Some line of the page holds all these parts."""
    assert any(all(part in one for part in parts) for one in page.splitlines()), f"{parts} in no line of\n{page}"
