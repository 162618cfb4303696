"""Silence has an end: a request nobody acts on goes back, and whoever answers late is still heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.decisions import Transfer
from domain.vocabulary import Stage, Verdict
from tests.office_env import World
from tests.workflows import case_steps

pytestmark = pytest.mark.people

RUNG_OUT = timedelta(hours=18, minutes=30)
"""Yellow: accept within 4 hours, escalated 4 and 12 hours after that, and 2 hours more for whoever was rung last."""


async def test_a_silent_co_unit_expires_and_the_others_are_enough(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=("hbj", "wjw"))
    await case_steps.found(world, case, "wjw")
    waiting = await case_steps.found(world, case, "swj")
    await world.forward(case, RUNG_OUT)
    await world.quiet(case)
    concluded = await world.view(case)
    late = await world.decide(case, case_steps.finding(Verdict.TRUE), "hbj", "deputy")
    await world.quiet(case)

    assert (waiting.summary.stage, concluded.stage, concluded.verdict) == (
        Stage.VERIFICATION, Stage.REBUTTAL, Verdict.FALSE,
    )  # fmt: skip
    expired = (await world.events(case, "request_expired"))[0]
    assert (expired["unit"], expired["role"], expired["clock"]) == ("hbj", "co", "accept")
    assert {person for person, _ in world.told(f"{case}/v1/accept:hbj/g1/expired")} == {"hbj-liaison-a", "wxb-duty"}
    assert (late.summary.verdict, late.summary.stage) == (None, Stage.VERIFICATION), "it contradicts: back it goes"
    rung = {person for person, _ in world.told("/late_finding/")}
    assert rung == {"wxb-editor"}, "lead and duty read it in the letter that calls them to the session"


async def test_a_silent_lead_sends_the_case_back_to_triage_as_a_bounce(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.accepted(world, case, "hbj")
    await world.forward(case, RUNG_OUT)
    await world.quiet(case)
    back = await world.view(case)
    again = await case_steps.triaged(world, case, lead="swu", co_units=("hbj",))
    helped = await case_steps.found(world, case, "swj")
    concluded = await case_steps.found(world, case, "swu", "hbj")
    await world.quiet(case)

    assert (back.stage, back.visit, back.lead) == (Stage.TRIAGE, 2, None)
    assert (again.summary.stage, again.summary.lead) == (Stage.VERIFICATION, "swu")
    assert helped.summary.stage is Stage.VERIFICATION  # the expired unit answers as one that helps
    assert concluded.summary.stage is Stage.REBUTTAL


async def test_an_offer_nobody_takes_goes_back_to_its_sender(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await case_steps.accepted(world, case, "swj")
    await world.decide(case, Transfer(to="swu", reason="由供水单位核实"), "swj", "liaison_a")
    await world.forward(case, RUNG_OUT)
    await world.quiet(case)

    assert [event["to"] for event in await world.events(case, "transfer_lapsed")] == ["swu"]
    assert {person for person, _ in world.told(f"{case}/v1/accept:swu/g1/silent")} == {"swj-liaison-a"}
    assert {person for person, _ in world.told(f"{case}/v1/transfer-lapsed/")} == {"swu-liaison-a"}
    concluded = await case_steps.found(world, case, "swj")
    assert concluded.summary.stage is Stage.REBUTTAL
