"""Units sign for their request, answer in parallel, and together reach a verdict."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, AddUnit, Assign, Decline, Extend, Relevel, ReturnFinding
from domain.errors import NotPermitted, Unfit, WrongStage
from domain.vocabulary import ClockName, Level, RequestState, Role, Seat, Stage, Verdict
from tests.domain.factories import DUTY, EVIDENCE, LEADER, START, Story, deputy, finding, liaison, triage

pytestmark = pytest.mark.people

DECLINE = Decline(reason="不属本单位职责")


def states(story: Story) -> dict[str, RequestState]:
    return {request.unit.code: request.state for request in story.case.requests}


# --- accept and decline ----------------------------------------------------------------------------------------------


def test_accepting_stops_the_accept_clock_and_nothing_else():
    story = Story().triaged("jkj", "wjw")
    before = story.runs()
    due = story.clock(ClockName.ANSWER, "jkj").due

    story.say(liaison("jkj"), Accept())

    assert before - story.runs() == {(ClockName.ACCEPT, "jkj")}
    assert story.clock(ClockName.ANSWER, "jkj").due == due
    assert states(story) == {"jkj": RequestState.ACCEPTED, "wjw": RequestState.OFFERED}


def test_a_request_is_accepted_once():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())

    assert story.refused(liaison("jkj"), Accept(), Unfit).code == "request_state"


def test_accepting_late_records_that_the_accept_clock_was_breached():
    story = Story().triaged("jkj")
    story.wait("5h")

    story.say(liaison("jkj"), Accept())

    [breach] = story.events("clock_breached")
    assert (breach.clock, breach.unit, breach.late_by) == (ClockName.ACCEPT, "jkj", 0)


def test_a_declining_co_unit_leaves_and_the_office_hears_of_it():
    story = Story().triaged("jkj", "wjw")

    story.say(liaison("wjw"), Decline(reason="不属本单位职责", suggested="sjw"))

    assert story.case.stage is Stage.VERIFICATION
    assert story.case.bounces == 0
    assert {unit for _, unit in story.runs()} == {"wxb", "jkj"}
    [told] = story.notices(Message.DECLINED)
    assert [(one.unit, one.seat) for one in told.to] == [("wxb", Seat.DUTY)]
    assert (told.values["unit"], told.values["suggested"]) == ("市卫生健康委", "市市场监管委")


def test_a_declining_lead_returns_the_case_to_triage_and_counts():
    story = Story().triaged("jkj", "wjw")
    story.wait("1h")

    answer = story.say(liaison("jkj"), DECLINE)

    assert answer.summary.stage is Stage.TRIAGE
    assert (story.case.bounces, story.case.visit) == (1, 2)
    assert story.case.lead is None
    assert story.clock(ClockName.TRIAGE).due == story.now + timedelta(hours=2)
    assert len(story.notices(Message.RING)) == 2


def test_a_bounce_costs_the_co_units_nothing_and_buys_the_office_no_time():
    story = Story().triaged("jkj", "wjw")
    answer, response = story.clock(ClockName.ANSWER, "wjw").due, story.clock(ClockName.RESPONSE).due

    story.say(liaison("jkj"), DECLINE)

    assert story.clock(ClockName.ANSWER, "wjw").due == answer
    assert story.clock(ClockName.RESPONSE).due == response


def test_while_the_case_is_back_in_triage_co_units_go_on():
    story = Story().triaged("jkj", "wjw", "sjw")
    story.say(liaison("jkj"), DECLINE)

    story.say(liaison("wjw"), Accept())
    story.say(liaison("wjw"), finding())
    story.say(liaison("sjw"), DECLINE)

    assert story.case.stage is Stage.TRIAGE
    assert states(story) == {
        "jkj": RequestState.DECLINED,
        "wjw": RequestState.ANSWERED,
        "sjw": RequestState.DECLINED,
    }
    assert story.case.bounces == 1


def test_a_declining_co_unit_may_complete_the_quorum():
    story = Story().triaged("jkj", "wjw", "sjw")
    for unit in ("jkj", "sjw"):
        story.say(liaison(unit), finding())
    assert story.case.stage is Stage.VERIFICATION

    story.say(liaison("wjw"), DECLINE)

    assert story.case.stage is Stage.REBUTTAL


def test_a_unit_that_answered_cannot_decline_any_more():
    story = Story().triaged("jkj", "wjw")
    story.say(liaison("wjw"), finding())

    assert story.refused(liaison("wjw"), DECLINE, Unfit).code == "request_state"


def test_a_unit_that_declined_has_no_say_left():
    story = Story().triaged("jkj", "wjw")
    story.say(liaison("wjw"), DECLINE)

    assert story.refused(liaison("wjw"), finding(), NotPermitted).code == "not_permitted"


def test_a_unit_that_declined_and_is_asked_again_goes_on_in_the_time_it_had():
    story = Story().triaged("jkj", "wjw")
    story.wait("3h")
    story.say(liaison("wjw"), DECLINE)
    story.wait("1h")

    story.say(DUTY, AddUnit(unit="wjw"))

    assert story.clock(ClockName.ANSWER, "wjw").due == story.now + timedelta(hours=21)
    assert story.clock(ClockName.ACCEPT, "wjw").due == story.now + timedelta(hours=4)
    assert story.clock(ClockName.ANSWER, "wjw").generation == 2


# --- add a unit ------------------------------------------------------------------------------------------------------


def test_an_added_unit_helps_with_clocks_of_its_own():
    story = Story().triaged("jkj")
    story.wait("1h")

    story.say(DUTY, AddUnit(unit="skx"))

    request = story.case.request_to("skx")
    assert (request.role, request.state) == (Role.CO, RequestState.OFFERED)
    assert story.clock(ClockName.ANSWER, "skx").due == story.now + timedelta(hours=24)
    assert story.notices(Message.REQUEST)[-1].to[0].unit == "skx"


def test_an_added_unit_is_told_what_it_alone_is_asked():
    story = Story().triaged("jkj", ask="是否停诊")

    story.say(DUTY, AddUnit(unit="skx", ask="有无文献依据"))
    story.say(DUTY, AddUnit(unit="jyw"))

    asked = [notice.values["ask"] for notice in story.notices(Message.REQUEST)]
    assert asked == ["是否停诊", "有无文献依据", "是否停诊"]


def test_a_unit_that_is_asked_is_not_added_again():
    assert Story().triaged("jkj").refused(DUTY, AddUnit(unit="jkj"), Unfit).code == "already_asked"


def test_an_added_unit_raises_what_the_quorum_asks_for():
    story = Story().triaged("jkj")
    story.say(DUTY, AddUnit(unit="wjw"))

    story.say(liaison("jkj"), finding())

    assert story.case.stage is Stage.VERIFICATION


# --- findings and quorum ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [Level.YELLOW, Level.BLUE])
def test_yellow_and_blue_wait_for_the_lead_and_a_majority_of_the_rest(level):
    story = Story(level).triaged("jkj", "wjw", "sjw", "skx")

    story.say(liaison("wjw"), finding())
    story.say(liaison("jkj"), finding())
    assert story.case.stage is Stage.VERIFICATION
    story.say(liaison("skx"), finding())

    assert story.case.stage is Stage.REBUTTAL
    assert story.case.verdict is Verdict.FALSE


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE])
def test_red_and_orange_go_on_with_the_lead_alone(level):
    story = Story(level).triaged("jkj", "wjw", "sjw")

    story.say(liaison("jkj"), finding())

    assert story.case.stage is Stage.REBUTTAL


@pytest.mark.parametrize("level", list(Level))
def test_no_level_goes_on_without_the_lead(level):
    story = Story(level).triaged("jkj", "wjw", "sjw")

    story.say(liaison("wjw"), finding())
    story.say(liaison("sjw"), finding())

    assert story.case.stage is Stage.VERIFICATION


def test_half_of_the_rest_is_no_majority():
    story = Story().triaged("jkj", "wjw", "sjw")
    story.say(liaison("jkj"), finding())
    story.say(liaison("wjw"), finding())
    assert story.case.stage is Stage.VERIFICATION

    story.say(liaison("sjw"), finding())

    assert story.case.stage is Stage.REBUTTAL


def test_a_lead_asked_alone_decides_alone():
    assert Story().triaged("jkj").verified(Verdict.TRUE).case.verdict is Verdict.TRUE


def test_the_answer_to_the_deciding_finding_carries_verdict_stage_and_what_is_owed():
    story = Story().triaged("jkj")

    answer = story.say(liaison("jkj"), finding(Verdict.OUTDATED))

    assert (answer.summary.stage, answer.summary.verdict) == (Stage.REBUTTAL, Verdict.OUTDATED)
    assert answer.summary.due == story.now + timedelta(hours=6)
    assert [e.event.kind for e in answer.entries] == [
        "finding_received",
        "verdict_reached",  # the lead's own
        "verdict_reached",  # the units' together
        "stage_entered",
    ]
    assert answer.pending_effects[-1].endswith("/v1/draft:wxb/g1/start")


def test_a_finding_without_acceptance_stops_both_clocks_of_the_unit():
    story = Story().triaged("jkj", "wjw")

    story.say(liaison("jkj"), finding())

    assert {clock for clock, unit in story.runs() if unit == "jkj"} == set()


def test_a_finding_keeps_its_evidence():
    story = Story().triaged("jkj").verified()

    assert story.case.request_to("jkj").evidence == EVIDENCE
    assert story.events("finding_received")[0].evidence == EVIDENCE


def test_with_the_verdict_open_requests_are_no_longer_owed():
    story = Story(Level.RED).triaged("jkj", "wjw")

    story.say(liaison("jkj"), finding())

    assert {unit for _, unit in story.runs()} == {"wxb"}
    assert states(story)["wjw"] is RequestState.OFFERED


def test_the_editor_is_asked_for_a_draft():
    story = Story().triaged().verified()

    [asked] = story.notices(Message.DRAFT_REQUEST)
    assert [(one.unit, one.seat) for one in asked.to] == [("wxb", Seat.EDITOR)]
    assert asked.due == story.clock(ClockName.DRAFT).due == story.now + timedelta(hours=6)
    assert asked.values["verdict"] == "false"


# --- contradiction ---------------------------------------------------------------------------------------------------


def split() -> Story:
    story = Story().triaged("jkj", "wjw")
    story.say(liaison("wjw"), finding(Verdict.TRUE))
    story.wait("1h")
    story.say(liaison("jkj"), finding(Verdict.FALSE))
    return story


def test_findings_that_contradict_each_other_wait_for_the_office():
    story = split()

    assert (story.case.stage, story.case.verdict) == (Stage.VERIFICATION, None)
    [conflict] = story.events("findings_conflicted")
    assert conflict.verdicts == {"jkj": Verdict.FALSE, "wjw": Verdict.TRUE}
    [told] = story.notices(Message.CONFLICT)
    assert [(one.unit, one.seat) for one in told.to] == [("wxb", Seat.DUTY), ("wxb", Seat.DUTY_LEADER)]


def test_no_timer_decides_a_contradiction():
    story = split()

    story.wait("60d")

    assert (story.case.stage, story.case.verdict) == (Stage.VERIFICATION, None)


def test_a_returned_finding_that_is_answered_again_resolves_the_contradiction():
    story = split()

    story.say(DUTY, ReturnFinding(unit="wjw", missing="请核对检测日期"))
    assert states(story)["wjw"] is RequestState.ACCEPTED
    story.say(liaison("wjw"), finding(Verdict.FALSE))

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, Verdict.FALSE)
    assert story.case.request_to("wjw").round == 2


def test_a_returned_finding_goes_on_with_the_time_its_unit_had_left_under_a_new_generation():
    story = split()
    [answered] = [c.stopped for c in story.case.clocks if (c.name, c.unit) == (ClockName.ANSWER, "wjw")]
    story.wait("1h")

    story.say(DUTY, ReturnFinding(unit="wjw", missing="请核对检测日期"))

    clock = story.clock(ClockName.ANSWER, "wjw")
    assert (clock.started, clock.due) == (START, START + timedelta(hours=24) + (story.now - answered))
    assert clock.generation == 2
    [told] = story.notices(Message.FINDING_RETURNED)
    assert told.key.endswith("/v1/answer:wjw/g2/returned")
    assert (told.due, told.values["missing"]) == (clock.due, "请核对检测日期")


def test_a_returned_finding_does_not_ring_again_what_rang():
    story = Story().triaged("jkj", "wjw")
    story.say(liaison("wjw"), Accept())
    story.wait("13h")
    story.say(liaison("wjw"), finding(Verdict.TRUE))

    story.say(DUTY, ReturnFinding(unit="wjw", missing="缺检测报告"))
    story.wait("1h")

    rang = [e.n for e in story.events("rung_rang") if (e.clock, e.unit) == ("answer", "wjw")]
    assert rang == [1]


def test_a_breach_of_a_returned_finding_is_recorded_once():
    story = Story().triaged("jkj", "wjw")
    for unit in ("jkj", "wjw"):
        story.say(liaison(unit), Accept())
    story.wait("25h")
    story.say(liaison("wjw"), finding(Verdict.TRUE))

    story.say(DUTY, ReturnFinding(unit="wjw", missing="缺检测报告"))
    story.wait("3d")

    breaches = [e for e in story.events("clock_breached") if (e.clock, e.unit) == ("answer", "wjw")]
    assert len(breaches) == 1


def extended() -> Story:
    """Return a case in which wjw was granted 8 h more and has answered after one."""
    story = Story().triaged("jkj", "wjw")
    story.say(liaison("wjw"), Accept())
    story.say(liaison("wjw"), Extend(clock=ClockName.ANSWER, unit="wjw", longer="8h", reason="检测要两天"))
    story.confirmed_by(LEADER)
    story.wait("1h")
    story.say(liaison("wjw"), finding(Verdict.TRUE))
    return story


def test_a_returned_finding_keeps_the_extension_of_its_level_and_takes_the_budget_of_another():
    returned, raised = extended(), extended()
    raised.say(DUTY, Relevel(level=Level.RED, reason="扩散"))

    for story in (returned, raised):
        story.say(DUTY, ReturnFinding(unit="wjw", missing="缺检测报告"))

    answers = [story.clock(ClockName.ANSWER, "wjw") for story in (returned, raised)]
    assert [answer.due for answer in answers] == [START + timedelta(hours=32), START + timedelta(minutes=150)]
    assert [answer.extended for answer in answers] == [True, True]


def test_only_a_finding_that_was_handed_in_can_be_returned():
    story = Story().triaged("jkj", "wjw")

    assert story.refused(DUTY, ReturnFinding(unit="jkj", missing="证据"), Unfit).code == "request_state"
    assert story.refused(DUTY, ReturnFinding(unit="swj", missing="证据"), Unfit).code == "no_request"


# --- late findings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.REBUTTAL, Stage.CLOSURE])
def test_a_late_finding_is_still_attached(stage):
    story = Story(Level.RED).triaged("jkj", "wjw").verified(Verdict.FALSE, "jkj")
    if stage is Stage.CLOSURE:
        story.drafted().approved().published()

    story.say(liaison("wjw"), finding(Verdict.FALSE))

    assert story.case.stage is stage
    assert story.events("finding_received")[-1].late
    assert states(story)["wjw"] is RequestState.ANSWERED
    assert story.notices(Message.LATE_FINDING) == []


def test_a_finding_after_the_last_signature_rings_the_lead_and_the_office_and_changes_no_verdict():
    story = Story(Level.RED).triaged("jkj", "wjw").verified(Verdict.FALSE, "jkj").drafted().approved()

    story.say(liaison("wjw"), finding(Verdict.TRUE))

    assert story.case.verdict is Verdict.FALSE
    [told] = story.notices(Message.LATE_FINDING)
    assert [(one.unit, one.seat) for one in told.to] == [
        ("jkj", Seat.DUTY),
        ("wxb", Seat.DUTY),
        ("wxb", Seat.EDITOR),
    ]
    assert told.values == {"unit": "市卫生健康委", "verdict": "true"}


def test_once_the_verdict_stands_a_request_is_neither_accepted_nor_declined():
    story = Story(Level.RED).triaged("jkj", "wjw").verified(Verdict.FALSE, "jkj")

    for said in (Accept(), DECLINE):
        assert story.refused(liaison("wjw"), said, WrongStage).values["stage"] == Stage.REBUTTAL


def test_a_unit_that_has_answered_may_correct_itself():
    story = Story().triaged("jkj", "wjw")
    story.say(liaison("wjw"), finding())

    assert story.refused(liaison("wjw"), finding(Verdict.TRUE), Unfit).code == "request_state", "a page left open"
    story.say(liaison("wjw"), finding(Verdict.TRUE, corrects=True))

    assert (states(story)["wjw"], story.case.request_to("wjw").verdict) == (RequestState.ANSWERED, Verdict.TRUE)


def test_two_units_may_be_asked_to_lead_only_one_after_the_other():
    story = Story().triaged("jkj", "wjw")

    assert story.refused(DUTY, triage("wjw"), WrongStage).values["stage"] == Stage.VERIFICATION


def test_a_unit_that_declined_in_the_last_minute_has_the_gap_when_it_is_asked_again():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("1439m")
    story.say(deputy("jkj"), DECLINE)

    story.triaged("jkj")

    assert story.clock(ClockName.ANSWER, "jkj").due == story.now + timedelta(hours=2)


def test_an_answer_of_an_earlier_visit_that_is_returned_goes_on_in_the_time_it_had():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("sjw"), Accept())
    story.say(liaison("sjw"), Extend(clock=ClockName.ANSWER, unit="sjw", longer="6h", reason="检测要两天"))
    story.confirmed_by(LEADER)
    story.wait("3h")
    story.say(liaison("sjw"), finding())
    story.say(liaison("jkj"), DECLINE)
    story.triaged("wjw", "sjw")

    story.say(DUTY, ReturnFinding(unit="sjw", missing="缺检测报告"))

    clock = story.clock(ClockName.ANSWER, "sjw")
    assert (clock.visit, clock.due) == (2, story.now + timedelta(hours=27))
    again = Extend(clock=ClockName.ANSWER, unit="sjw", longer="1h", reason="检测要两天")
    assert story.refused(liaison("sjw"), again, Unfit).code == "extended_already"


def test_a_unit_whose_request_expired_and_that_is_assigned_again_starts_overdue_with_the_rungs_above_still_to_ring():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("40h")
    assert story.case.stage is Stage.TRIAGE

    story.say(DUTY, Assign(lead="jkj", reason="属其职责"))

    clock = story.clock(ClockName.ANSWER, "jkj")
    assert (clock.due, clock.rung) == (START + timedelta(hours=24), 3)
    rang = len(story.events("rung_rang"))
    story.wait("4h")
    assert [e.n for e in story.events("rung_rang")[rang:] if e.clock == "answer"] == [4, 5], "each after the gap"
