"""What holds a ladder back, and what sets a clock anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.access.reading import EVERYTHING
from domain.case.answer import Answer
from domain.decisions import Acknowledge, Confirm, Escalate, Relevel
from domain.errors import NotPermitted, Stale, Unknown
from domain.vocabulary import ClockName, Level, RungKind, Vote
from tests.office_env import World
from tests.workflows import case_steps
from tests.workflows.test_silence import PROMPT, rang

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def test_an_acknowledgement_holds_the_ladder_until_it_expires_and_never_the_due_time(world: World) -> None:
    case = (await world.report()).case_id
    asked = request_sent(await case_steps.triaged(world, case, co_units=()))
    await world.forward(case, 2 * HOUR + 5 * MINUTE)

    answer = await world.decide(case, Acknowledge(clock=ClockName.ACCEPT, unit="swj"), "swj", "liaison_a")
    until = next(entry.event.until for entry in answer.entries)
    await world.forward(case, 15 * HOUR)
    await world.quiet(case)

    assert timedelta() <= until - asked - timedelta(hours=6, minutes=5) < 3 * PROMPT, "its whole budget"
    breach = next(e for e in await world.events(case, "clock_breached") if e["clock"] == ClockName.ACCEPT)
    assert asked + 4 * HOUR <= breach["at"] < asked + 4 * HOUR + PROMPT
    expired = (await world.events(case, "acknowledgement_expired"))[0]
    assert until <= expired["at"] < until + PROMPT
    rungs = await rang(world, case, ClockName.ACCEPT)
    kinds = (RungKind.REMIND, RungKind.DUE_SOON, RungKind.BREACH, RungKind.ESCALATE, RungKind.ESCALATE)
    assert [(rung["n"], rung["rung"]) for rung in rungs] == list(enumerate(kinds, 1))
    resumed = [rung["at"] - until for rung in rungs[1:4]]
    assert all(timedelta() <= gap - 2 * n * HOUR < 5 * PROMPT for n, gap in enumerate(resumed))
    assert timedelta() <= rungs[4]["at"] - asked - 16 * HOUR < PROMPT, "by its plan again"
    told = next(clock for clock in (await world.desk.clocks(case, EVERYTHING)).clocks if clock.name is ClockName.ACCEPT)
    assert [rung.rang_at for rung in told.rungs] == [rung["at"] for rung in rungs], "the explanation knows when"


async def test_a_changed_level_gives_running_clocks_its_budget_and_keeps_what_was_used(world: World) -> None:
    case = (await world.report()).case_id
    asked = request_sent(await case_steps.triaged(world, case, co_units=()))
    await case_steps.accepted(world, case, "swj")
    await world.forward(case, HOUR)

    raised = await world.decide(case, Relevel(level=Level.RED, reason="超市出现抢购"), "wxb", "duty")
    await world.forward(case, 16 * MINUTE)
    asked_for = await world.decide(case, Relevel(level=Level.YELLOW, reason="已平息"), "wxb", "duty")
    yes = Confirm(ref=asked_for.summary.waiting[0].ref, outcome=Vote.APPROVE)
    await world.refused(case, yes, "wxb", "duty", NotPermitted)
    lowered = await world.decide(case, yes, "wxb", "duty_leader")
    await world.forward(case, 12 * HOUR)
    await world.quiet(case)

    assert answer_due(raised) == asked + 150 * MINUTE
    assert answer_due(lowered) == asked + 24 * HOUR
    rungs = await rang(world, case, ClockName.ANSWER)
    assert [(rung["generation"], rung["n"], rung["planned"]) for rung in rungs] == [
        (2, 1, (asked + 0.33 * 150 * MINUTE).isoformat().replace("+00:00", "Z")),
        (3, 1, (asked + 12 * HOUR).isoformat().replace("+00:00", "Z")),
    ]
    called = {("swj-duty", "phone"), ("swj-deputy", "phone"), ("swj-liaison-a", "phone")}  # the last: nobody logs it
    assert world.told(f"{case}/v1/answer:swj/g2/r1/", "phone_tasks") == called
    assert world.told(f"{case}/v1/answer:swj/g3/r1/") == {("swj-liaison-a", "wecom"), ("swj-liaison-a", "mail")}


async def test_an_escalation_by_hand_rings_once_however_often_the_button_is_pressed(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    said = Escalate(expected_level=0, reason="电话无人接听", clock=ClockName.ACCEPT, unit="swj")

    await world.decide(case, said, "wxb", "duty")
    refusal = await world.refused(case, said, "hbj", "duty", Unknown)
    stale = await world.refused(case, said, "swj", "liaison_a", Stale)
    await world.quiet(case)

    assert refusal.code == "unknown_case"
    assert stale.values == {"expected": 0, "level": 1}
    rungs = await rang(world, case, ClockName.ACCEPT)
    assert [(rung["n"], rung["by_hand"], rung["by"]["person"]) for rung in rungs] == [(1, "电话无人接听", "wxb-duty")]
    assert world.told(f"{case}/v1/accept:swj/g1/r1/") == {("swj-liaison-a", "wecom"), ("swj-liaison-a", "mail")}


def request_sent(answer: Answer) -> datetime:
    return next(entry.at for entry in answer.entries if entry.event.kind == "request_sent")


def answer_due(answer: Answer) -> datetime:
    return next(debt.due for debt in answer.summary.debts if debt.clock is ClockName.ANSWER)
