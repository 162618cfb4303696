"""What intake proposes goes with the case, over restarts and as the claim spreads, until triage has judged it."""

from __future__ import annotations

import pytest

from domain.decisions import Decline, TriageDecision
from domain.errors import Unfit
from domain.vocabulary import Level
from tests.office_env import World

CLAIM = "网传东汀区学校门口有人持刀伤人，家长快去接孩子"
PANIC = "全市停水三天，大家快去囤水，超市已经开始抢购了"


def triage(level: Level, **more: object) -> TriageDecision:
    return TriageDecision.model_validate({"level": level, "topic": "治安", "lead": "gaj", **more})


@pytest.mark.cold
async def test_a_proposal_lives_over_a_restart_grows_with_the_spread_and_is_judged_once(world: World) -> None:
    case = (await world.report(CLAIM, place="东汀区")).case_id
    await world.quiet(case)
    (opened,) = await world.events(case, "case_opened")
    assert (opened["level"], opened["proposal"]["level"], opened["proposal"]["score"]) == ("orange", "orange", 40)
    assert (opened["proposal"]["district"], opened["proposal"].get("lead")) == ("东汀区", "jyw")
    await world.restart()
    for place in ("西汀区", "河湾区"):
        await world.report(CLAIM, place=place)

    refused = await world.refused(case, triage(Level.RED), "wxb", "duty", Unfit)
    unknown = await world.refused(case, triage(Level.RED, answers=["height"]), "wxb", "duty", Unfit)
    answer = await world.decide(case, triage(Level.RED, answers=["danger", "violence"]), "wxb", "duty")

    assert (refused.code, refused.values["level"]) == ("overrule_needs_reason", "orange")
    assert (unknown.code, unknown.values["question"]) == ("unknown_question", "height")
    assert answer.summary.level is Level.RED
    (triaged,) = await world.events(case, "triaged")
    assert triaged["review"] == {
        "proposed": "orange", "answered": "red", "answers": ["danger", "violence"], "score": 115, "chosen": "red",
        "judgement": "answered", "proposed_lead": "jyw", "lead": "gaj",
    }  # fmt: skip

    await world.decide(case, Decline(reason="不属本单位职责"), "gaj", "duty")
    again = await world.refused(case, triage(Level.RED, lead="jyw", answers=["danger"]), "wxb", "duty", Unfit)
    await world.decide(case, triage(Level.RED, lead="jyw"), "wxb", "duty")

    assert again.code == "no_questions"
    second = (await world.events(case, "triaged"))[1]
    assert "review" not in second
    figures = await world.register.triage_figures()
    assert [(row.proposed, row.chosen, row.judgement, row.cases) for row in figures.levels] == [
        ("orange", "red", "answered", 1)
    ]


async def test_the_words_of_before_ring_duty_at_red_at_once(world: World) -> None:
    case = (await world.report(PANIC)).case_id
    await world.quiet(case)

    assert (await world.view(case)).level is Level.RED
    assert ("wxb-duty", "sms") in world.told(f"{case}/v1/triage:wxb/g1/start/")
