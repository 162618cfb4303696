"""Triage confirms the level and asks units, or lets out what is no rumor; a level can change later."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Assign, Confirm, Decline, Interim, Relevel, TriageDecision
from domain.errors import NotPermitted, Stale, Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, Exit, Level, PublicationState, RequestState, Role, Seat, Stage, Verdict, Vote
from tests.domain.factories import DUTY, LEADER, LEVELS, START, Story, finding, liaison, of, triage
from tests.domain.working_times import CHINA

pytestmark = pytest.mark.people


def test_triage_asks_the_lead_and_the_co_units_at_once():
    story = Story()

    answer = story.say(DUTY, triage("jkj", "wjw", "skx", ask="通风是否传播流感？"))

    assert answer.summary.stage is Stage.VERIFICATION
    assert [(r.unit.code, r.role, r.state) for r in story.case.requests] == [
        ("jkj", Role.LEAD, RequestState.OFFERED),
        ("wjw", Role.CO, RequestState.OFFERED),
        ("skx", Role.CO, RequestState.OFFERED),
    ]
    assert {notice.to[0].unit for notice in story.notices(Message.REQUEST)} == {"jkj", "wjw", "skx"}
    assert all(notice.values["ask"] == "通风是否传播流感？" for notice in story.notices(Message.REQUEST))
    assert story.case.lead.unit.code == answer.summary.lead == "jkj"


def test_triage_stops_its_own_clock_and_arms_accept_and_answer_for_each_unit():
    story = Story().triaged("jkj", "wjw")

    assert story.runs() == {
        (ClockName.RESPONSE, "wxb"),
        (ClockName.INTERIM, "wxb"),
        (ClockName.ACCEPT, "jkj"),
        (ClockName.ANSWER, "jkj"),
        (ClockName.ACCEPT, "wjw"),
        (ClockName.ANSWER, "wjw"),
    }
    assert story.clock(ClockName.ACCEPT, "jkj").due == story.now + timedelta(hours=4)
    assert story.clock(ClockName.ANSWER, "jkj").due == story.now + timedelta(hours=24)


def test_a_request_says_until_when_to_accept_and_to_answer():
    [request] = Story().triaged("jkj").notices(Message.REQUEST)

    assert request.due == START + timedelta(hours=24)
    assert request.values["accept_due"] == (START + timedelta(hours=4)).isoformat()
    assert [(one.unit, one.seat) for one in request.to] == [("jkj", Seat.LIAISON_A)]


@pytest.mark.parametrize("missing", ["level", "topic", "lead"])
def test_a_triage_without_level_topic_or_lead_is_incomplete(missing):
    said = triage().model_copy(update={missing: None})

    assert Story().refused(DUTY, said, Unfit).code == "triage_incomplete"


def test_a_unit_that_cannot_lead_is_refused_by_name():
    refusal = Story().refused(DUTY, triage("skx"), Unfit)

    assert (refusal.code, refusal.values) == ("cannot_lead", {"unit": "市科协"})


@pytest.mark.parametrize("units", [("jkj", "jkj"), ("jkj", "wjw", "wjw")])
def test_a_unit_is_named_once(units):
    assert Story().refused(DUTY, triage(*units), Unfit).code == "unit_twice"


# --- exits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [way for way in Exit if way is not Exit.DUPLICATE])
def test_every_exit_closes_the_case_at_once_and_without_a_verdict(way):
    story = Story()

    answer = story.say(DUTY, TriageDecision(exit=way, pass_to="zwb", reason="请直接答复"))

    assert (story.case.stage, story.case.over, story.case.exit) == (Stage.CLOSURE, True, way)
    assert story.case.verdict is None
    assert story.case.publication is PublicationState.NONE
    assert [e.event.kind for e in answer.entries] == ["passed_on", "stage_entered", "case_closed"]
    assert story.runs() == set()


def test_what_leaves_is_passed_to_the_duty_of_the_unit_that_serves_it():
    story = Story()
    story.say(DUTY, TriageDecision(exit=Exit.COMPLAINT, pass_to="zwb", reason="噪声投诉"))

    [passed] = story.notices(Message.PASSED_ON)

    assert [(one.unit, one.seat) for one in passed.to] == [("zwb", Seat.DUTY)]
    assert passed.values == {"exit": Exit.COMPLAINT, "reason": "噪声投诉"}
    assert story.events("passed_on")[0].to == "市政务服务办"


def test_an_exit_needs_no_unit_to_pass_to():
    story = Story()
    story.say(DUTY, TriageDecision(exit=Exit.OPINION))

    assert story.notices(Message.PASSED_ON) == []
    assert story.case.over


@pytest.mark.parametrize("more", [{"level": "red"}, {"lead": "jkj"}, {"co_units": ("wjw",)}])
def test_a_triage_either_lets_out_or_asks_units(more):
    assert Story().refused(DUTY, TriageDecision(exit="opinion", **more), Unfit).code == "exit_or_verify"


def sent_back(*co_units: str) -> Story:
    """Return a case whose lead has sent it back, as no matter of its own."""
    story = Story().triaged("jkj", *co_units)
    story.say(liaison("jkj"), Decline(reason="系观点，非事实"))
    return story


@pytest.mark.parametrize(("asks", "confirms"), [(DUTY, LEADER), (LEADER, DUTY)])
def test_once_units_were_asked_two_persons_let_the_report_out_and_the_units_are_told(asks, confirms):
    story = sent_back("sjw", "wjw")
    story.say(liaison("wjw"), finding())

    story.say(asks, TriageDecision(exit=Exit.OPINION, pass_to="zwb", reason="系观点"))

    assert story.case.stage is Stage.TRIAGE
    assert (ClockName.TRIAGE, "wxb") in story.runs()
    [asked] = story.notices(Message.CONFIRM_REQUEST)
    assert (asked.to[0].seat, asked.values["title"]) == (confirms.seats[0], "opinion")
    assert story.refused(DUTY, TriageDecision(exit="satire"), Unfit).code == "proposed_already"
    assert [offer.only for offer in offers(story.case, DUTY) if offer.kind == "triage"] == [{"exit": ()}]

    story.confirmed_by(confirms)

    assert (story.case.over, story.case.exit) == (True, Exit.OPINION)
    assert story.events("passed_on")[0].to == "市政务服务办"
    assert [event.unit for event in story.events("request_released")] == ["sjw", "wjw"]
    assert {notice.to[0].unit for notice in story.notices(Message.RELEASED)} == {"sjw", "wjw"}
    assert story.case.running() == []


@pytest.mark.parametrize(("asks", "same"), [(DUTY, Seat.DUTY), (LEADER, Seat.DUTY_LEADER)])
def test_another_person_of_the_same_seat_lets_no_report_out(asks, same):
    story = sent_back()
    story.say(asks, TriageDecision(exit=Exit.OPINION))

    said = Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE)
    assert story.refused(of("wxb", same, person="p9"), said, NotPermitted).code == "not_permitted"


def test_an_exit_that_is_turned_down_or_overtaken_changes_nothing():
    story = sent_back()
    story.say(DUTY, TriageDecision(exit=Exit.OPINION))
    [waiting] = story.case.proposals
    story.say(LEADER, Confirm(ref=waiting.ref, outcome=Vote.REJECT, remarks="须查证"))
    assert (story.case.stage, story.case.proposals) == (Stage.TRIAGE, ())

    story.say(DUTY, TriageDecision(exit=Exit.OPINION))
    story.say(DUTY, triage("wjw"))
    assert story.case.proposals == ()
    assert [event.what for event in story.events("proposal_lapsed")] == ["exit"]


def test_no_exit_once_the_public_was_promised_an_answer():
    story = Story().triaged("jkj")
    story.say(DUTY, Interim())
    story.confirmed_by(LEADER)
    story.published()
    story.say(liaison("jkj"), Decline(reason="系观点，非事实"))

    assert story.refused(DUTY, TriageDecision(exit="opinion"), Unfit).code == "exit_owes_answer"
    assert [offer.only for offer in offers(story.case, DUTY) if offer.kind == "triage"] == [{"exit": ()}]


def test_a_further_triage_asks_whom_it_names_and_lets_the_others_go():
    story = sent_back("sjw", "wjw", "skx")

    story.say(DUTY, triage("swj", "wjw", reason="属供水"))

    assert [request.unit.code for request in story.case.open_requests()] == ["swj", "wjw"]
    assert {unit for name, unit in story.runs() if name is ClockName.ANSWER} == {"swj", "wjw"}
    assert [event.unit for event in story.events("request_released")] == ["sjw", "skx"]
    assert story.refused(liaison("skx"), finding(), NotPermitted).code == "not_permitted"


def test_a_unit_that_is_let_go_leaves_its_dissent_behind():
    story = Story().triaged("jkj", "sjw", "wjw")
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.say(DUTY, triage("swj", "wjw"))
    for unit in ("swj", "wjw"):
        story.say(liaison(unit), finding())

    assert story.case.stage is Stage.VERIFICATION
    assert story.events("findings_conflicted")[-1].verdicts == {"swj": "false", "wjw": "false", "sjw": "true"}


# --- after declines --------------------------------------------------------------------------------------------------


def bounced(times: int) -> Story:
    """Return a story whose lead has declined `times` times."""
    story = Story()
    for _ in range(times):
        story.triaged("jkj")
        story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    return story


def test_after_one_bounce_another_unit_may_be_triaged():
    story = bounced(1).triaged("sjw")

    assert story.case.lead.unit.code == "sjw"
    assert story.case.visit == 2


def test_after_two_bounces_triage_is_refused_and_the_office_assigns():
    story = bounced(2)

    assert story.refused(DUTY, triage("sjw"), Unfit).code == "must_assign"
    story.say(LEADER, Assign(lead="sjw", reason="两次退回"))

    assert story.case.stage is Stage.VERIFICATION
    assert story.case.lead.unit.code == "sjw"
    assert story.events("request_sent")[-1].assigned


def test_an_assigned_unit_cannot_decline():
    story = bounced(2)
    story.say(LEADER, Assign(lead="jkj", reason="两次退回"))

    assert story.refused(liaison("jkj"), Decline(reason="仍不属实"), Unfit).code == "assigned_cannot_decline"


def test_nothing_is_assigned_before_a_first_triage():
    assert Story().refused(DUTY, Assign(lead="jkj", reason="直接指派"), Unfit).code == "triage_first"


def test_a_unit_that_cannot_lead_cannot_be_assigned():
    assert bounced(2).refused(LEADER, Assign(lead="skx", reason="两次退回"), Unfit).code == "cannot_lead"


def test_an_asked_co_unit_that_becomes_lead_keeps_its_clocks():
    story = Story().triaged("jkj", "wjw")
    due = story.clock(ClockName.ANSWER, "wjw").due
    story.wait("1h")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.wait("1h")

    story.triaged("wjw")

    assert story.clock(ClockName.ANSWER, "wjw").due == due
    assert story.case.lead.unit.code == "wjw"
    assert [r.unit.code for r in story.case.open_requests()] == ["wjw"]


def test_a_co_unit_that_has_answered_and_becomes_lead_decides_at_once():
    story = Story().triaged("jkj", "wjw")
    story.say(liaison("wjw"), finding())
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    answer = story.say(DUTY, triage("wjw"))

    assert answer.summary.stage is Stage.REBUTTAL


# --- change of level -------------------------------------------------------------------------------------------------


def accepted(level: Level) -> Story:
    """Return a case whose lead has signed for its request: only its answer clock runs."""
    story = Story(level).triaged()
    story.say(liaison("jkj"), Accept())
    return story


def lowered(story: Story, level: Level) -> None:
    """Let the duty officer ask for a lower level and the leader confirm it."""
    asked = story.say(DUTY, Relevel(level=level, reason="已平息")).entries[0].seq
    story.say(LEADER, Confirm(ref=asked, outcome=Vote.APPROVE))


def test_triage_moves_the_response_clock_to_its_level_and_keeps_what_is_consumed():
    story = Story(Level.YELLOW)
    story.wait("1h")

    story.triaged(level=Level.RED)

    response = story.clock(ClockName.RESPONSE)
    assert response.due == START + timedelta(hours=5)
    assert (response.generation, response.level) == (2, Level.RED)


def test_confirming_the_provisional_level_leaves_the_response_clock_alone():
    story = Story(Level.YELLOW).triaged(level=Level.YELLOW)

    assert story.clock(ClockName.RESPONSE).generation == 1


def test_a_change_of_level_keeps_what_running_clocks_consumed():
    story = Story(Level.YELLOW).triaged()
    story.wait("1h")

    story.say(DUTY, Relevel(level=Level.RED, reason="跨区扩散"))

    answer = story.clock(ClockName.ANSWER, "jkj")
    assert answer.due == CHINA.after(START, LEVELS[Level.RED].budgets[ClockName.ANSWER])
    assert answer.generation == 2
    assert story.case.level is Level.RED
    [changed] = story.events("level_changed")
    assert (changed.old, changed.new, changed.reason) == (Level.YELLOW, Level.RED, "跨区扩散")


def test_a_change_of_level_moves_every_running_clock_and_no_stopped_one():
    story = Story(Level.YELLOW).triaged()

    story.say(DUTY, Relevel(level=Level.ORANGE, reason="跨区扩散"))

    assert {clock.level for clock in story.case.running()} == {Level.ORANGE}
    stopped = [clock for clock in story.case.clocks if not clock.running]
    assert [(clock.name, clock.level, clock.generation) for clock in stopped] == [(ClockName.TRIAGE, Level.YELLOW, 1)]


def test_there_and_back_again_is_the_old_due_time():
    story = Story(Level.YELLOW).triaged()
    due = story.clock(ClockName.ANSWER, "jkj").due

    story.say(DUTY, Relevel(level=Level.ORANGE, reason="跨区扩散"))
    story.wait("10m")
    lowered(story, Level.YELLOW)

    assert story.clock(ClockName.ANSWER, "jkj").due == due
    assert story.clock(ClockName.ANSWER, "jkj").generation == 3


def test_rungs_that_moved_into_the_future_ring_again_under_a_new_generation():
    story = accepted(Level.ORANGE)
    story.wait("76m")  # half of 150 minutes is over
    assert story.clock(ClockName.ANSWER, "jkj").rung == 1

    lowered(story, Level.YELLOW)
    assert story.clock(ClockName.ANSWER, "jkj").rung == 0
    story.wait("11h")

    rang = [(e.generation, e.n) for e in story.events("rung_rang") if e.clock is ClockName.ANSWER]
    assert rang == [(1, 1), (2, 1)]


def test_rungs_that_rang_and_stay_in_the_past_do_not_ring_again():
    story = accepted(Level.RED)
    story.wait("76m")  # half of 150 minutes is over, under red as under orange

    lowered(story, Level.ORANGE)
    story.wait("80m")

    rang = [(e.generation, e.n) for e in story.events("rung_rang") if e.clock is ClockName.ANSWER]
    assert rang == [(1, 1), (2, 2), (2, 3)]


def test_a_recorded_breach_stays_after_the_due_time_moves_away():
    story = accepted(Level.ORANGE)
    story.wait("3h")
    breached = story.clock(ClockName.ANSWER, "jkj").breached
    assert breached == START + timedelta(minutes=150)

    lowered(story, Level.YELLOW)

    answer = story.clock(ClockName.ANSWER, "jkj")
    assert answer.due > story.now
    assert answer.breached == breached
    story.wait("24h")
    assert len([e for e in story.events("clock_breached") if (e.clock, e.unit) == ("answer", "jkj")]) == 1


def test_the_same_level_again_is_refused():
    assert Story().triaged().refused(DUTY, Relevel(level=Level.YELLOW, reason="再确认"), Unfit).code == "same_level"


def test_an_exit_that_waits_for_its_second_person_lapses_once_the_public_is_promised_an_answer():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.say(DUTY, TriageDecision(exit="opinion", reason="系观点"))
    asked = story.case.proposals[-1]
    story.say(DUTY, Interim())
    story.confirmed_by(LEADER)

    assert [event.what for event in story.events("proposal_lapsed")] == ["exit"]
    assert story.refused(LEADER, Confirm(ref=asked.ref, outcome="approve"), Stale).code == "no_proposal"
