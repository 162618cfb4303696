"""Several units, one claim: they agree, or meet, and the chair decides with reasons; dissent is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.decisions import Consult
from domain.errors import NotPermitted, Unfit, Unknown
from domain.vocabulary import ClockName, Level, Stage, Verdict
from tests.office_env import World
from tests.workflows import case_steps

pytestmark = pytest.mark.people

POSITION = Consult(act="position", verdict=Verdict.PARTLY_FALSE, text="水源地确有异味，出厂水合格")
RULING = Consult(act="ruling", verdict=Verdict.FALSE, text="出厂水逐时检测合格，异味不影响供水")


async def test_three_agreeing_units_leave_three_verdicts_with_their_signers(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.verified(world, case)
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)

    steps = {event["step"]: event for event in await world.events(case, "verdict_reached")}
    signers = {step: {one["person"] for one in event["signers"]} for step, event in steps.items()}
    assert signers == {
        "first": {"swj-liaison-a"},
        "cross_checked": {f"{unit}-liaison-a" for unit in case_steps.UNITS},
        "final": {"wxb-deputy"},
    }
    assert {event["verdict"] for event in steps.values()} == {"false"}
    assert set((await world.view(case)).verdicts) == {"first", "cross_checked", "final"}


async def test_conflicting_units_meet_and_the_chair_rules_while_the_minority_is_kept(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.found(world, case, "swj")
    split = await case_steps.found(world, case, "hbj", verdict=Verdict.PARTLY_FALSE)
    await world.refused(case, POSITION, "swu", "liaison_a", Unknown)
    await world.refused(case, RULING, "wxb", "duty", NotPermitted)
    silent = RULING.model_copy(update={"verdict": None})
    undecided = await world.refused(case, silent, "wxb", "duty_leader", Unfit)

    await world.decide(case, POSITION, "hbj", "liaison_a")
    ruled = await world.decide(case, RULING, "wxb", "duty_leader")
    after = await world.decide(case, POSITION, "hbj", "deputy")
    await world.quiet(case)

    assert (split.summary.stage, split.summary.session) == (Stage.VERIFICATION, 1)
    assert undecided.code == "ruling_needs_verdict"
    assert (ruled.summary.stage, ruled.summary.verdict, ruled.summary.session) == (Stage.REBUTTAL, Verdict.FALSE, None)
    ruling = (await world.events(case, "session_ruled"))[0]
    assert (ruling["dissent"], ruling["by"]["person"]) == ({"hbj": "partly_false"}, "wxb-duty-leader")
    assert [event["dissents"] for event in await world.events(case, "position_taken")] == [False, True]
    assert after.summary.verdict is Verdict.FALSE
    called = {person for person, _ in world.told(f"{case}/v1/session1/")}
    assert called >= {"swj-liaison-a", "hbj-liaison-a"}
    assert {person for person, _ in world.told("/minutes/")} == {"hbj-liaison-a"}, "the unit it went against"


async def test_a_red_case_meets_at_triage_with_a_list_of_what_is_to_be_done(world: World) -> None:
    case = (await world.report()).case_id
    triaged = await case_steps.triaged(world, case, Level.RED, co_units=("hbj",))
    await world.decide(case, Consult(act="position", text="正在采样", done=(2,)), "hbj", "duty")
    stranger = Consult(act="position", text="已办", done=(1,))
    not_mine = await world.refused(case, stranger, "hbj", "duty", Unfit)
    early = await world.refused(case, RULING, "wxb", "duty_leader", Unfit)
    minutes = Consult(act="ruling", text="各单位按任务办理")
    ruled = await world.decide(case, minutes, "wxb", "duty_leader")
    await world.quiet(case)

    opened = (await world.events(case, "session_opened"))[0]
    assert (opened["reason"], opened["units"]) == ("level", ["swj", "hbj"])
    assert [(item["do"], item["unit"]) for item in opened["actions"]] == [
        ("verify", "swj"), ("verify", "hbj"), ("interim", "wxb"),
    ]  # fmt: skip
    due = {debt.clock: debt.due for debt in triaged.summary.debts}
    assert due[ClockName.INTERIM] - due[ClockName.SESSION] == timedelta(hours=1)
    assert (not_mine.code, early.code) == ("not_your_item", "no_conflict_to_rule")
    assert (ruled.summary.stage, ruled.summary.session) == (Stage.VERIFICATION, None)
    assert "会商" in await world.page(case)
