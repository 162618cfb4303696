"""A unit stays silent: its clock rings, escalates, and is answered by the next person."""

from __future__ import annotations

import collections
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.clocks.pause import PauseReason
from domain.decisions import Accept, Acknowledge, Pause, PhoneLog
from domain.office.office import Office
from domain.vocabulary import ClockName, Level, PhoneOutcome, RungKind, Stage
from domain.worktime.working_time import Span
from settings import Settings
from tests.histories import actions, kinds, own_events
from tests.office_env import EVIDENCE, World, office_of, open_world
from tests.workflows import case_steps

HOUR = timedelta(hours=1)
PROMPT = timedelta(seconds=2)
LADDER = [
    (RungKind.REMIND, 2 * HOUR, {"swj-liaison-a"}, {"wecom", "mail"}),
    (RungKind.DUE_SOON, 3.2 * HOUR, {"swj-liaison-a", "swj-liaison-b"}, {"wecom", "mail"}),
    (RungKind.BREACH, 4 * HOUR, {"swj-deputy", "wxb-duty"}, {"wecom", "mail"}),
    (RungKind.ESCALATE, 8 * HOUR, {"wxb-deputy"}, {"wecom", "mail"}),
    (RungKind.ESCALATE, 16 * HOUR, {"swj-head"}, {"mail"}),
]
"""The accept clock (4h) of a yellow case: which rung, how long after the request, whom, by what."""


def reminded(world: World, case: str) -> int:
    """How often whoever makes the calls of a case was reminded of a log."""
    keys = [line["key"] for line in world.outbox() if line["key"].startswith(case) and "/again/" in line["key"]]
    return len({key.partition("/again/")[0] for key in keys})


@pytest.mark.cold
async def test_a_silent_unit_is_rung_in_order_and_answered_by_its_deputy(world: World) -> None:
    case = (await world.report()).case_id
    answer = await case_steps.triaged(world, case, co_units=())
    asked = next(entry.at for entry in answer.entries if entry.event.kind == "request_sent")

    await world.forward(case, timedelta(hours=16, minutes=30))
    await world.quiet(case)

    rungs = await rang(world, case, ClockName.ACCEPT)
    assert [(rung["n"], rung["rung"]) for rung in rungs] == [(n, kind) for n, (kind, *_) in enumerate(LADDER, 1)]
    for n, (rung, (_, after, people, channels)) in enumerate(zip(rungs, LADDER, strict=True), 1):
        assert rung["planned"] == (asked + after).isoformat().replace("+00:00", "Z")
        assert asked + after <= rung["at"] < asked + after + PROMPT
        assert rung["late_by"] <= 1
        told = world.told(f"{case}/v1/accept:swj/g1/r{n}/")
        assert told == {(person, channel) for person in people for channel in channels}
    breach = next(e for e in await world.events(case, "clock_breached") if e["clock"] == ClockName.ACCEPT)
    assert breach["seq"] == rungs[2]["seq"] - 1
    keys = [line["key"] for line in world.outbox()]
    assert len(keys) == len(set(keys))

    await world.decide(case, Accept(), "swj", "deputy")
    concluded = await world.decide(case, case_steps.finding(), "swj", "deputy")

    assert concluded.summary.stage is Stage.REBUTTAL
    assert {debt.clock for debt in concluded.summary.debts} >= {ClockName.DRAFT}
    await world.forward(case, 4 * HOUR)
    assert await rang(world, case, ClockName.ACCEPT) == rungs
    assert len(await rang(world, case, ClockName.ANSWER)) == 1


async def test_a_call_that_reaches_nobody_calls_the_next_person_at_once(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, Level.RED, co_units=())
    said = PhoneLog(clock=ClockName.ACCEPT, unit="swj", outcome=PhoneOutcome.NOT_REACHED, expected_level=0)

    answer = await world.decide(case, said, "swj", "duty")
    await world.quiet(case)

    assert [entry.event.kind for entry in answer.entries] == ["phone_logged", "call_passed_on"]
    assert world.told(f"{case}/v1/accept:swj/g1/r0/", "phone_tasks") == {("swj-liaison-a", "phone")}
    gaps = [gap for gap in await world.events(case, "roster_gap") if gap.get("unanswered")]
    assert [(gap["wanted"]["seat"], gap["reached"]["seat"]) for gap in gaps] == [("duty", "liaison_a")]


async def test_a_ladder_that_has_rung_out_is_quiet_for_a_month(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    start = await world.history(case)

    await world.forward(case, timedelta(days=9))
    await world.quiet(case)
    rung_out = await world.history(case)
    await world.forward(case, timedelta(days=30))
    await world.quiet(case)
    later = await world.history(case)

    rungs = await world.events(case, "rung_rang", "call_passed_on")
    rang = [one for one in rungs if one["kind"] == "rung_rang"]
    assert collections.Counter(rung["clock"] for rung in rang) == {"triage": 5, "response": 5, "case": 5}
    assert (await world.view(case)).next_wake is None
    rings = len(rungs) + reminded(world, case)
    assert own_events(rung_out) - own_events(start) <= 8 * rings  # decision 0016: each rings alone
    assert actions(rung_out) - actions(start) <= 4 * rings
    assert len(later.events) - len(rung_out.events) <= 20
    assert kinds(later)["timer_started"] == kinds(rung_out)["timer_started"]


@pytest.mark.parametrize("held", ["paused", "acknowledged"])
async def test_a_case_that_is_held_is_quiet_for_a_month(
    server: WorkflowEnvironment, tmp_path: Path, held: str, cache: int
) -> None:
    async with open_world(server, tmp_path, cache=cache, office=patient(office_of(Settings()))) as world:
        case = (await world.report("听说明天有人来小区免费体检")).case_id
        await case_steps.triaged(world, case, co_units=())
        await case_steps.accepted(world, case, "swj")
        if held == "paused":
            until = await world.now(case) + timedelta(days=40)
            said = Pause(reason=PauseReason.FORCE_MAJEURE, until=until, evidence=EVIDENCE)
            await case_steps.confirmed(world, case, said, "wxb", "duty")
        else:
            await world.forward(case, timedelta(days=2, hours=1))
            for debt in (await world.view(case)).debts:
                await world.decide(case, Acknowledge(clock=debt.clock, unit=debt.unit), debt.unit, "duty")
        await world.quiet(case)
        before = await world.history(case)
        rang_before = len(await world.events(case, "rung_rang"))

        await world.forward(case, timedelta(days=30))
        await world.quiet(case)

        assert own_events(await world.history(case)) - own_events(before) <= 20
        assert len(await world.events(case, "rung_rang")) == rang_before


def patient(office: Office) -> Office:
    """The same office with a yellow level that may stand still, and be held, for longer than a month."""
    yellow, long = office.terms.levels[Level.YELLOW], Span.of("60d")
    budgets = dict.fromkeys(yellow.budgets, long)  # an acknowledgement holds at most as long
    update = {"pause": long, "ack_lives": long, "budgets": budgets, "local_response": True}
    levels = office.terms.levels | {Level.YELLOW: yellow.model_copy(update=update)}
    terms = office.terms.model_copy(update={"levels": levels})
    return office.model_copy(update={"policy": office.policy.model_copy(update={"terms": terms})})


@pytest.mark.parametrize("level", [Level.YELLOW, Level.RED, Level.BLUE])
async def test_a_case_whose_units_are_silent_costs_at_most_six_events_a_rung(warm_world: World, level: Level) -> None:
    world = warm_world
    case = (await world.report("听说明天有人来小区免费体检")).case_id
    await case_steps.triaged(world, case, level)
    await world.quiet(case)
    start = await world.history(case)

    await world.forward(case, timedelta(days=40))
    await world.quiet(case)

    rungs = await world.events(case, "rung_rang", "call_passed_on")
    assert len(rungs) >= 30
    assert own_events(await world.history(case)) - own_events(start) <= 6 * (len(rungs) + reminded(world, case))


async def rang(world: World, case: str, *clocks: ClockName) -> list[dict[str, Any]]:
    """The rungs of these clocks, in order."""
    return [event for event in await world.events(case, "rung_rang") if event["clock"] in clocks]


async def test_a_call_nobody_logs_reminds_the_caller_and_then_calls_the_next_person(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, Level.RED, co_units=())
    await case_steps.accepted(world, case, "swj")
    await world.quiet(case)

    await world.forward(case, timedelta(minutes=53))  # the first rung of the answer rings after 49.5
    start = f"{case}/v1/answer:swj/g1/r1"
    called = world.told(f"{start}/", "phone_tasks")
    assert world.told(f"{start}/by0/") == {("wxb-duty", "sms")}
    assert world.told(f"{start}/by0/again/") == {("wxb-duty", "sms")}
    assert called == {("swj-duty", "phone"), ("swj-deputy", "phone")}

    await world.forward(case, timedelta(minutes=3))
    assert world.told(f"{start}/call1/", "phone_tasks") == {("swj-liaison-a", "phone")}
    assert world.told(f"{start}/by1/") == {("wxb-duty", "sms")}
