"""Units pass requests back, disagree, are asked again, and answer when all is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.case.answer import Answer
from domain.decisions import Accept, Assign, Decline, ReturnFinding, Transfer
from domain.errors import NotPermitted, Unfit
from domain.vocabulary import ClockName, Stage, Verdict
from tests.office_env import World
from tests.workflows import case_steps

pytestmark = pytest.mark.people


async def test_after_two_declining_leads_the_office_assigns(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    first = await world.decide(case, Decline(reason="不属本单位职责", suggested="hbj"), "swj", "liaison_a")
    await world.refused(case, case_steps.finding(), "swj", "liaison_a", NotPermitted)
    await case_steps.triaged(world, case, lead="hbj", co_units=())
    second = await world.decide(case, Decline(reason="须由供水单位核实"), "hbj", "liaison_a")

    refusal = await world.refused(case, case_steps.triage(lead="swu", co_units=()), "wxb", "duty", Unfit)
    assigned = await world.decide(case, Assign(lead="swu", reason="两次退回，由供水单位牵头"), "wxb", "duty_leader")
    await world.refused(case, Decline(reason="忙不过来"), "swu", "liaison_a", Unfit)
    await world.decide(case, Accept(), "swu", "liaison_a")
    answer = await world.decide(case, case_steps.finding(), "swu", "liaison_a")
    await world.quiet(case)

    assert [(one.summary.stage, one.summary.visit) for one in (first, second)] == [(Stage.TRIAGE, 2), (Stage.TRIAGE, 3)]
    assert (refusal.code, refusal.values) == ("must_assign", {"bounces": 2})
    assert (assigned.summary.lead, answer.summary.stage) == ("swu", Stage.REBUTTAL)
    combined = [line["person"] for line in world.outbox() if "/combined/" in line["key"] and line["channel"] == "mail"]
    assert combined == ["wxb-duty"]  # "declined" and "to be triaged again"; beyond the bound the duty leader is called
    asked = [(visit, person) for visit in (1, 2, 3) for person, _ in sorted(world.told(f"{case}/v{visit}/answer:"))]
    assert list(dict.fromkeys(asked)) == [
        (1, "swj-liaison-a"),
        (2, "hbj-liaison-a"),
        (3, "swu-head"),
        (3, "swu-liaison-a"),
    ]


async def test_a_lead_transfers_its_request_and_the_receiver_accepts(world: World) -> None:
    case = (await world.report()).case_id
    asked = await case_steps.triaged(world, case, co_units=())
    offered = await world.decide(case, Transfer(to="swu", reason="由供水单位核实"), "swj", "liaison_a")
    await world.refused(case, case_steps.finding(), "swu", "liaison_a", Unfit)
    taken = await world.decide(case, Accept(), "swu", "duty")
    await world.refused(case, case_steps.finding(), "swj", "liaison_a", NotPermitted)
    answer = await world.decide(case, case_steps.finding(), "swu", "liaison_a")
    await world.quiet(case)

    assert (offered.summary.lead, taken.summary.lead) == ("swj", "swu")
    assert answer_due(offered, "swj") == answer_due(taken, "swu") == answer_due(asked, "swj")
    assert world.told(f"{case}/v1/accept:swu/g1/transfer") == {("swu-liaison-a", "wecom"), ("swu-liaison-a", "mail")}
    assert (answer.summary.stage, answer.summary.verdict) == (Stage.REBUTTAL, Verdict.FALSE)
    moved = (await world.events(case, "transfer_accepted"))[0]
    assert (moved["unit"], moved["to"], moved["by"]["person"]) == ("swj", "swu", "swu-duty")
    assert datetime.fromisoformat(moved["due"]) == answer_due(asked, "swj")


async def test_a_transfer_that_is_declined_leaves_the_lead_with_its_sender(world: World) -> None:
    case = (await world.report()).case_id
    asked = await case_steps.triaged(world, case, co_units=())
    await world.decide(case, Transfer(to="swu", reason="由供水单位核实"), "swj", "liaison_a")
    declined = await world.decide(case, Decline(reason="未设监测点", suggested="hbj"), "swu", "duty")
    answer = await world.decide(case, case_steps.finding(), "swj", "liaison_a")
    await world.quiet(case)

    assert (declined.summary.stage, declined.summary.visit, declined.summary.lead) == (Stage.VERIFICATION, 1, "swj")
    assert answer_due(declined, "swj") == answer_due(asked, "swj")
    assert {person for person, _ in world.told(f"{case}/v1/transfer-declined/")} == {"swj-liaison-a"}
    assert answer.summary.stage is Stage.REBUTTAL


async def test_a_receiver_that_says_nothing_is_reminded_while_the_sender_stays_responsible(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await case_steps.accepted(world, case, "swj")
    await world.decide(case, Transfer(to="swu", reason="由供水单位核实"), "swj", "liaison_a")
    await world.forward(case, timedelta(hours=5))
    await world.quiet(case)

    rungs = await world.events(case, "rung_rang")
    rang = {rung["rung"] for rung in rungs if (rung["clock"], rung["unit"]) == ("accept", "swu")}
    assert rang >= {"remind", "breach"}
    assert (await world.view(case)).lead == "swj"


async def test_contradicting_units_wait_for_the_office_which_returns_a_finding(world: World) -> None:
    case = (await world.report()).case_id
    asked = await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.accepted(world, case, "swj", "hbj")
    await case_steps.found(world, case, "swj")
    split = await case_steps.found(world, case, "hbj", verdict=Verdict.PARTLY_FALSE)

    returned = await world.decide(case, ReturnFinding(unit="hbj", missing="请附水质数据"), "wxb", "duty")
    agreed = await case_steps.found(world, case, "hbj")
    await world.quiet(case)

    assert (split.summary.stage, split.summary.verdict) == (Stage.VERIFICATION, None)
    conflict = (await world.events(case, "findings_conflicted"))[0]
    assert conflict["verdicts"] == {"swj": "false", "hbj": "partly_false"}
    assert ("wxb-duty", "wecom") in world.told("/conflict/")
    later = answer_due(returned, "hbj") - answer_due(asked, "hbj")
    assert timedelta() < later < timedelta(minutes=1), "only the time in which the office had the answer is not counted"
    assert world.told(f"{case}/v1/answer:hbj/g2/returned") == {("hbj-liaison-a", "wecom"), ("hbj-liaison-a", "mail")}
    assert (agreed.summary.stage, agreed.summary.verdict) == (Stage.REBUTTAL, Verdict.FALSE)


async def test_a_finding_after_the_publication_is_still_attached(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=("hbj", "swu", "jkj"))
    await case_steps.found(world, case, "swj", "hbj", "swu")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)

    late = await case_steps.found(world, case, "jkj", verdict=Verdict.PARTLY_FALSE)
    await world.quiet(case)

    assert (late.summary.stage, late.summary.verdict) == (Stage.CLOSURE, Verdict.FALSE)
    received = (await world.events(case, "finding_received"))[-1]
    assert (received["unit"], received["late"], received["verdict"]) == ("jkj", True, "partly_false")
    assert ("wxb-duty", "wecom") in world.told("/late_finding/")
    await case_steps.closed(world, case)
    await world.handle(case).result()


def answer_due(answer: Answer, unit: str) -> datetime:
    return next(debt.due for debt in answer.summary.debts if (debt.clock, debt.unit) == (ClockName.ANSWER, unit))
