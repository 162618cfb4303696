"""The same claim again: a hot one costs its case next to nothing, a closed one meets its answer or opens anew."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from desk.case_client import CaseClient
from desk.intake.report_handover import ReportHandover
from domain.access.reading import EVERYTHING
from domain.decisions import TriageDecision
from domain.errors import Unavailable
from domain.ports.rows import CaseFilter
from domain.reports.report import Match
from domain.runs import RunStatus
from domain.vocabulary import Exit
from tests.histories import kinds
from tests.office_env import CLAIM, World, eventually
from tests.workflows import case_steps
from workflows import names

FLOOD = 120


async def test_a_flood_of_reports_reaches_its_case_at_milestones_only(world: World) -> None:
    case = (await world.report(place="东汀区")).case_id

    places = ["东汀区", "西澄区", None]
    more = [world.report(place=places[n % 3], channel=["public", "hotline:zwb"][n % 2]) for n in range(FLOOD - 1)]
    taken = await asyncio.gather(*more)
    await world.quiet(case)

    assert {(one.case_id, one.joined, one.match) for one in taken} == {(case, True, Match.EXACT)}
    stored = await world.register.case(case)
    assert stored is not None
    assert stored.sightings == FLOOD
    assert 100 <= (await world.view(case)).sightings <= FLOOD
    assert 2 <= kinds(await world.history(case))["workflow_execution_update_accepted"] <= 12
    counts = [event["count"] for event in await world.events(case, "sighted")]
    assert counts == sorted(set(counts))
    assert await world.register.pending(limit=10) == []


async def test_a_report_of_a_closed_claim_meets_its_answer_or_opens_a_new_case(world: World) -> None:
    answered, dropped = (
        await case_steps.finished(world),
        await case_steps.let_out(world, "我觉得这家店的面不好吃，大家怎么看"),
    )

    known = await world.report()
    anew = await world.report("我觉得这家店的面不好吃，大家怎么看")

    assert (known.case_id, known.joined, known.match) == (answered, True, Match.KNOWN)
    assert known.known_rebuttal is not None
    assert known.known_rebuttal.url.endswith(f"/bulletin/{answered}")
    assert anew.case_id != dropped
    assert (anew.joined, anew.match, anew.known_rebuttal) == (False, Match.NEW, None)
    assert (await world.view(anew.case_id)).stage == "triage"
    stored = await world.register.case(answered)
    assert stored is not None
    assert stored.sightings == 2
    assert len(await world.register.cases(CaseFilter(), EVERYTHING)) == 3


@pytest.mark.cold
async def test_a_sighting_that_meets_the_closure_of_its_case_finds_a_home(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    case = (await world.report()).case_id
    hand_over_later(monkeypatch)
    late = await world.report()
    monkeypatch.undo()
    assert late.case_id == case
    await world.decide(case, TriageDecision(exit=Exit.QUESTION), "wxb", "duty")
    await world.handle(case).result()

    await world.desk.sweep()

    assert await world.register.pending(limit=10) == []
    moved = await world.desk.report_of(late.report_id)
    assert moved[1] != case
    assert (await world.view(moved[1])).stage == "triage"
    joins = await world.report()
    assert (joins.case_id, joins.joined) == (moved[1], True)


async def test_a_sighting_told_while_a_closed_case_still_sends_finds_a_home(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    blocked = world.settings.data / "outbox"
    blocked.write_text("")  # no letter can be written: the case stays open in Temporal after it is closed
    case = (await world.report()).case_id
    hand_over_later(monkeypatch)
    late = await world.report()
    monkeypatch.undo()
    passed = TriageDecision(exit=Exit.QUESTION, pass_to="zfb", reason="请答复来人")  # this letter is not called off
    await world.decide(case, passed, "wxb", "duty")
    assert (await world.handle(case).describe()).status is WorkflowExecutionStatus.RUNNING

    await world.desk.sweep()
    blocked.unlink()
    await world.handle(case).result()

    moved = (await world.desk.report_of(late.report_id))[1]
    assert moved != case
    assert (await world.view(moved)).stage == "triage"
    assert await world.register.pending(limit=10) == []


async def test_a_case_whose_workflow_is_gone_is_not_begun_anew_by_a_report(world: World) -> None:
    await world.report("另一条说法：明天全市学校停课一周")
    case = (await world.report()).case_id
    await world.quiet(case)
    await world.desk.timeline(case, EVERYTHING)
    assert (await world.register.cursor(case)).position.seq > 0  # type: ignore[union-attr]
    delete = DeleteWorkflowExecutionRequest(
        namespace=world.client.namespace, workflow_execution=WorkflowExecution(workflow_id=names.workflow_id(case))
    )
    await world.client.workflow_service.delete_workflow_execution(delete)
    await eventually(lambda: gone(world, case), "Temporal still has it")

    told = await world.report(place="东汀区")
    await world.desk.sweep()

    assert told.case_id == case
    assert await gone(world, case)
    assert [one.origin.report_id for one in await world.register.pending(limit=10)] == [told.report_id]
    assert (await world.register.cursor(case)).run is RunStatus.MISSING  # type: ignore[union-attr]


async def gone(world: World, case: str) -> bool:
    """Whether Temporal has no workflow of a case."""
    try:
        await world.handle(case).describe()
    except RPCError as problem:
        return problem.status is RPCStatusCode.NOT_FOUND
    return False


async def test_a_sighting_that_meets_the_closure_of_an_answered_case_stays_there(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    case = await case_steps.published(world)
    hand_over_later(monkeypatch)
    late = await world.report()
    monkeypatch.undo()
    await case_steps.closed(world, case)
    await world.handle(case).result()

    await world.desk.sweep()

    assert await world.register.pending(limit=10) == []
    assert (await world.desk.report_of(late.report_id))[1] == case
    assert len(await world.register.cases(CaseFilter(), EVERYTHING)) == 1


async def test_no_signal_changes_a_case_whatever_it_says(world: World) -> None:
    case = (await world.report()).case_id
    handle = world.handle(case)

    await handle.signal("sighted", "not a sighting")
    await handle.signal("sighted", args=[{"count": 10**30, "districts": 4, "channels": 9}])
    await handle.signal("no_such_signal", CLAIM)
    await world.quiet(case)
    answer = await case_steps.triaged(world, case, co_units=())

    assert answer.summary.sightings == 1
    assert await world.events(case, "sighted") == []


def hand_over_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the desk lose the way to the case just after a report is stored."""

    async def lost(client: object, *_: object) -> None:
        raise Unavailable("temporal: lost")

    monkeypatch.setattr(CaseClient, "start", lost)
    monkeypatch.setattr(ReportHandover, "_tell", lost)
