"""The desk: what it keeps when Temporal is away, what it finishes after a crash, and what it never does twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client

from desk import CaseDesk, case_client, sweep
from domain.access.reading import EVERYTHING
from domain.decider.decide import RULES
from domain.decisions import Note, Proven
from domain.errors import CaseOver, Unavailable, Unknown
from domain.ports.rows import DecisionRow
from domain.reports.report import Match, Report
from domain.reports.sources import Source
from temporal.converter import data_converter
from tests.adapters.receivers import free_port
from tests.office_env import CLAIM, World
from tests.workflows import case_steps

NOTE = Note(text="已电话告知水厂")


@pytest.fixture
async def cut_off(warm_world: World) -> CaseDesk:
    """A desk whose Temporal does not answer, over the same register."""
    lost = await Client.connect(f"127.0.0.1:{free_port()}", data_converter=data_converter, lazy=True)
    return warm_world.desk_over(lost)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on a Temporal that does not answer sooner, and sweep without waiting."""
    monkeypatch.setattr(sweep, "UNSETTLED", timedelta())


async def test_a_report_is_taken_while_temporal_is_away_and_its_case_starts_afterwards(
    warm_world: World, cut_off: CaseDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    monkeypatch.setattr(case_client, "CALL", timedelta(seconds=0.5))
    taken = await cut_off.report(Report(text=CLAIM), key="k1", principal="p", source=Source())
    again = await cut_off.report(Report(text=CLAIM), key="k1", principal="p", source=Source())
    seen = await cut_off.view(taken.case_id, EVERYTHING)
    with pytest.raises(Unavailable):
        await cut_off.decide(taken.case_id, NOTE, by=world.officer("wxb", "duty"), key="n1")
    reports, decisions = await cut_off.sweep()

    assert again == taken
    assert (seen.live, seen.summary, seen.sightings) == (False, None, 1)
    assert (reports, decisions) == (0, 0)
    assert [owed.origin.report_id for owed in await world.register.pending(limit=10)] == [taken.report_id]

    assert await world.desk.sweep() == (1, 1)

    assert await world.register.pending(limit=10) == []
    assert (await world.view(taken.case_id)).stage == "triage"
    assert [event["text"] for event in await world.events(taken.case_id, "noted")] == [NOTE.text]
    assert await world.desk.sweep() == (0, 0)


async def test_a_decision_on_a_case_that_has_not_started_waits_for_it(warm_world: World) -> None:
    world = warm_world
    filed = await world.register.file(await world.filing(CLAIM, key="k1"))
    with pytest.raises(Unavailable):
        await world.decide(filed.receipt.case_id, NOTE, "wxb", "duty", key="n1")

    await world.desk.sweep()
    answer = await world.decide(filed.receipt.case_id, NOTE, "wxb", "duty", key="n1")

    noted = await world.events(filed.receipt.case_id, "noted")
    assert [event["seq"] for event in noted] == [answer.seq]


async def test_a_crash_before_the_hand_over_loses_no_report(warm_world: World) -> None:
    world = warm_world
    first = await world.register.file(await world.filing(CLAIM, key="k1"))
    second = await world.register.file(await world.filing(CLAIM, key="k2"))

    assert await world.desk.sweep() == (2, 0)
    await world.quiet(first.receipt.case_id)

    assert (second.receipt.case_id, second.receipt.match) == (first.receipt.case_id, Match.EXACT)
    assert (await world.view(first.receipt.case_id)).sightings == 2
    assert await world.register.pending(limit=10) == []


async def test_reports_that_wait_for_stopped_cases_hold_up_none_behind_them(warm_world: World) -> None:
    world = warm_world
    claims = [f"听说第{n}水厂今晚起停水，大家快接水囤水" for n in range(sweep.ENOUGH)]
    for case in [(await world.report(claim)).case_id for claim in claims]:
        await world.quiet(case)
        await world.desk.timeline(case, EVERYTHING)
        await world.handle(case).terminate("by mistake")
    for claim in claims:
        await world.report(claim, place="东汀区")
    left = await world.register.file(await world.filing(CLAIM, key="k1"))

    assert (await world.desk.sweep())[0] == 1
    assert (await world.view(left.receipt.case_id)).stage == "triage"


async def test_decisions_on_stopped_cases_get_an_outcome_and_hold_up_none_behind_them(warm_world: World) -> None:
    world = warm_world
    claims = [f"听说第{n}水厂今晚起停水，大家快接水囤水" for n in range(2 * sweep.ENOUGH)]
    stopped = [(await world.report(claim)).case_id for claim in claims]
    for case in stopped:
        await world.quiet(case)
        await world.desk.timeline(case, EVERYTHING)
        await begun(world, case)
    live = (await world.report()).case_id
    await begun(world, live)
    for case in stopped:
        await world.handle(case).terminate("by mistake")

    assert (await world.desk.sweep())[1] == len(stopped) + 1

    assert await world.register.unfinished(datetime.now(UTC) + timedelta(hours=1), 100) == []
    assert len(await world.events(live, "noted")) == 1


@pytest.mark.parametrize("crash", ["before the update", "after the update"])
async def test_a_decision_left_by_a_crash_is_settled_once(warm_world: World, crash: str) -> None:
    world = warm_world
    case = (await world.report()).case_id
    row = await begun(world, case)
    if crash == "after the update":
        sealed = Proven(actor=row.actor)
        await case_client.CaseClient(world.client, "").send(case, "note", NOTE, update_id=row.update_id, proven=sealed)

    assert await world.desk.sweep() == (0, 1)
    answer = await world.decide(case, NOTE, "wxb", "duty", key="n1")

    settled = (await world.register.begin(row)).earlier
    assert settled is not None
    assert (settled.outcome, settled.seq) == ("done", answer.seq)
    assert [event["seq"] for event in await world.events(case, "noted")] == [answer.seq]
    assert await world.desk.sweep() == (0, 0)


async def test_what_cannot_be_settled_holds_up_nothing_behind_it(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*said: Any) -> None:
        raise RuntimeError("a bug")

    world = warm_world
    case = (await world.report()).case_id
    monkeypatch.setitem(RULES, "accept", RULES["accept"].__class__(RULES["accept"].model, RULES["note"].stages, broken))
    stuck = DecisionRow(**(await begun(world, case, key="s")).model_dump() | {"update_id": "stuck", "kind": "accept"})
    await world.register.begin(stuck.model_copy(update={"body": '{"kind":"accept"}'}))
    later = await begun(world, case, key="n2")

    await world.desk.sweep()

    settled = (await world.register.begin(later)).earlier
    assert settled is not None
    assert settled.outcome == "done"


async def test_a_closed_case_answers_a_repeated_decision_and_refuses_a_new_one(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    noted = await world.decide(case, NOTE, "wxb", "duty", key="n1")
    await world.decide(case, case_steps.TriageDecision(exit="opinion"), "wxb", "duty")
    await world.handle(case).result()
    await world.desk.follow()

    again = await world.decide(case, NOTE, "wxb", "duty", key="n1")
    with pytest.raises(CaseOver):
        await world.decide(case, NOTE, "wxb", "duty", key="n2")

    assert (again.seq, again.entries) == (noted.seq, ())
    assert again.summary.closed_at is not None
    assert await world.desk.sweep() == (0, 0)
    seen = await world.desk.view(case, EVERYTHING)
    assert (seen.live, seen.summary) == (False, again.summary)


async def test_what_nobody_opened_is_unknown(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    asked = [
        world.decide("nosuchcase", NOTE, "wxb", "duty"),
        world.decide(case, case_steps.triage(lead="nobody"), "wxb", "duty"),
        world.desk.view("nosuchcase", EVERYTHING),
        world.desk.timeline("nosuchcase", EVERYTHING),
        world.desk.report_of("nosuchreport"),
        world.desk.page(case),
    ]

    codes = []
    for one in asked:
        with pytest.raises(Unknown) as caught:
            await one
        codes.append(caught.value.code)

    assert codes == ["unknown_case", "unknown_unit", "unknown_case", "unknown_case", "unknown_report", "unknown_page"]


async def begun(world: World, case: str, key: str = "n1") -> DecisionRow:
    """What the desk stores of a note before it speaks to the case; the process then dies."""
    row = world.desk._submitter.row(case, NOTE, world.officer("wxb", "duty"), key, datetime.now(UTC))
    assert (await world.register.begin(row)).earlier is None
    return row
