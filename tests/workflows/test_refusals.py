"""What a case refuses leaves no trace in it."""

from __future__ import annotations

from domain.decisions import (
    Acknowledge,
    AddUnit,
    Close,
    Decline,
    Escalate,
    Note,
    Relevel,
    ReturnFinding,
    Review,
    Transfer,
    TriageDecision,
)
from domain.errors import NotPermitted, Stale, Unfit, Unknown, WrongStage
from domain.vocabulary import ClockName, Level, Vote
from tests.office_env import World
from tests.workflows import case_steps


async def test_a_refused_decision_writes_no_event_and_says_why(world: World) -> None:
    case = (await world.report()).case_id

    stage = await world.refused(case, Close(), "wxb", "duty", WrongStage)
    seat = await world.refused(case, case_steps.triage(), "wxb", "liaison_a", NotPermitted)
    unit = await world.refused(case, case_steps.triage(lead="nobody"), "wxb", "duty", Unknown)
    stale = await world.refused(case, Escalate(expected_level=3, reason="催一催"), "wxb", "duty", Stale)
    unfit = await world.refused(case, TriageDecision(level=Level.RED), "wxb", "duty", Unfit)

    assert (stage.code, stage.values["stage"]) == ("wrong_stage", "triage")
    assert seat.values["kind"] == "triage"
    assert unit.values == {"unit": "nobody"}
    assert stale.values == {"expected": 3, "level": 0}
    assert unfit.code == "triage_incomplete"
    assert await world.events(case, "noted") == []


async def test_a_unit_or_office_acting_out_of_turn_is_refused(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=("hbj",))
    attempts = [
        (case_steps.triage(), "wxb", "duty", WrongStage, "wrong_stage"),
        (case_steps.draft(), "wxb", "editor", WrongStage, "wrong_stage"),
        (case_steps.finding(), "swu", "liaison_a", Unknown, "unknown_case"),
        (Note(text="路过"), "jkj", "duty", Unknown, "unknown_case"),
        (Relevel(level=Level.BLUE, reason="不急"), "wxb", "deputy", NotPermitted, "not_permitted"),
        (Relevel(level=Level.YELLOW, reason="照旧"), "wxb", "duty", Unfit, "same_level"),
        (AddUnit(unit="hbj"), "wxb", "duty", Unfit, "already_asked"),
        (ReturnFinding(unit="hbj", missing="数据"), "wxb", "duty", Unfit, "request_state"),
        (Decline(reason="不归我们", suggested="nobody"), "hbj", "liaison_a", Unknown, "unknown_unit"),
        (Transfer(to="nobody", reason="不归我们"), "hbj", "liaison_a", Unknown, "unknown_unit"),
        (Transfer(to="swj", reason="不归我们"), "hbj", "liaison_a", Unfit, "already_asked"),
        (Transfer(to="swu", unit="swj", reason="归他们"), "hbj", "liaison_a", NotPermitted, "not_permitted"),
        (Acknowledge(clock=ClockName.DRAFT, unit="wxb"), "wxb", "duty", Unfit, "no_such_clock"),
        (Review(digest="0" * 64, outcome=Vote.APPROVE), "swj", "deputy", WrongStage, "wrong_stage"),
    ]

    for said, of, seat, error, code in attempts:
        assert (await world.refused(case, said, of, seat, error)).code == code
