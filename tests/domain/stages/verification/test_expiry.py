"""A request nobody acts on ends a minimum gap after the last rung of its ladder, and never before it is due."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Acknowledge, AddUnit, Assign, Decline, Escalate, Relevel, ReturnFinding, Transfer
from domain.errors import Unfit
from domain.vocabulary import ClockName, Level, RequestState, Role, Seat, Stage, Verdict
from tests.domain.factories import DUTY, LEADER, LEVELS, START, TERMS, Story, finding, liaison, planned, triage
from tests.domain.working_times import CHINA

pytestmark = pytest.mark.people


def accepted(*units: str, level: Level = Level.YELLOW) -> Story:
    """Return a case whose units have signed for their requests: only the answer clocks run."""
    story = Story(level).triaged(*units, level=level)
    for unit in units:
        story.say(liaison(unit), Accept())
    return story


def end_of(level: Level, clock: ClockName) -> timedelta:
    """Tell when a request ends that was sent at once and that nobody acted on."""
    return CHINA.after(planned(level, clock)[-1], LEVELS[level].min_gap) - START


MOMENT = timedelta(seconds=1)


# --- a silent lead ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", list(Level))
def test_a_silent_lead_returns_the_case_to_triage_and_counts_as_a_bounce(level):
    story = Story(level).triaged("jkj", level=level)
    end = end_of(level, ClockName.ACCEPT)

    story.wait(end - MOMENT)
    assert story.case.stage is Stage.VERIFICATION
    story.wait(MOMENT)

    assert (story.case.stage, story.case.visit, story.case.bounces) == (Stage.TRIAGE, 2, 1)
    assert (ClockName.TRIAGE, "wxb") in story.runs()
    [expired] = story.events("request_expired")
    assert (expired.unit, expired.clock, expired.role) == ("jkj", ClockName.ACCEPT, Role.LEAD)
    assert not {unit for _, unit in story.runs()} & {"jkj"}


@pytest.mark.parametrize("level", list(Level))
def test_a_lead_that_accepted_and_never_answers_is_silent_too(level):
    story = accepted("jkj", level=level)
    end = end_of(level, ClockName.ANSWER)

    story.wait(end - MOMENT)
    assert story.case.stage is Stage.VERIFICATION
    story.wait(MOMENT)

    assert story.case.stage is Stage.TRIAGE
    assert story.events("request_expired")[0].clock is ClockName.ANSWER


def test_the_unit_and_the_duty_of_the_office_are_told():
    story = Story().triaged("jkj")
    story.wait(end_of(Level.YELLOW, ClockName.ACCEPT))

    [told] = story.notices(Message.EXPIRED)
    assert [(one.unit, one.seat) for one in told.to] == [("jkj", Seat.LIAISON_A), ("wxb", Seat.DUTY)]
    assert told.values == {"unit": "市疾控中心", "role": Role.LEAD, "clock": ClockName.ACCEPT}
    assert len(story.notices(Message.RING)) == 2, "the duty is called to triage again"


def test_after_two_silent_leads_the_office_assigns():
    story = Story().triaged("jkj")
    story.wait("18h")
    story.triaged("sjw")
    story.wait("18h")

    assert (story.case.stage, story.case.bounces) == (Stage.TRIAGE, 2)
    assert story.refused(DUTY, triage("jyw"), Unfit).code == "must_assign"
    story.say(LEADER, Assign(lead="jyw", reason="两次无人应答"))
    assert story.case.lead.unit.code == "jyw"


def test_an_assigned_lead_that_stays_silent_is_assigned_anew():
    story = Story().triaged("jkj")
    story.wait("18h")
    story.say(DUTY, Assign(lead="sjw", reason="指派"))
    story.wait("18h")

    assert (story.case.stage, story.case.lead) == (Stage.TRIAGE, None)
    story.say(LEADER, Assign(lead="sjw", reason="再次指派"))
    assert story.case.lead.unit.code == "sjw"
    keys = [notice.key for notice in story.notices()]
    assert len(keys) == len(set(keys))


def test_with_its_lead_the_offer_it_made_ends():
    story = accepted("jkj")
    story.wait("37h")
    story.say(liaison("jkj"), Transfer(to="wjw", reason="属该单位职责"))

    story.wait("1h")

    assert story.case.stage is Stage.TRIAGE
    assert [event.to for event in story.events("transfer_lapsed")] == ["wjw"]
    assert story.refused(liaison("wjw"), Accept()).code == "not_permitted"


# --- what holds it back ----------------------------------------------------------------------------------------------


def test_an_acknowledgement_holds_the_end_back():
    story = Story().triaged("jkj")
    story.wait("17h")  # the ladder has rung out at hour 16
    story.say(liaison("jkj"), Acknowledge(clock=ClockName.ACCEPT, unit="jkj"))

    story.wait("239m")  # the budget to accept, which is shorter than an acknowledgement lives
    assert story.case.stage is Stage.VERIFICATION
    story.wait("1m")

    assert story.case.stage is Stage.TRIAGE


def test_a_ladder_rung_by_hand_ends_no_request_before_it_is_due():
    story = Story().triaged("jkj")
    for level in range(len(LEVELS[Level.YELLOW].ladder)):
        story.clock(ClockName.ACCEPT, "jkj").rung_by_hand = None  # as in a case of before, which had no gap
        story.say(DUTY, Escalate(expected_level=level, reason="催办", clock=ClockName.ACCEPT, unit="jkj"))

    story.wait("359m")  # four hours to accept, a gap of two
    assert story.case.stage is Stage.VERIFICATION
    story.wait("1m")

    assert story.case.stage is Stage.TRIAGE


def test_after_downtime_the_last_seat_that_is_rung_still_has_the_minimum_gap():
    story = Story().triaged("jkj")

    story.down("3d")

    assert story.case.stage is Stage.VERIFICATION
    story.wait("119m")
    assert story.case.stage is Stage.VERIFICATION
    story.wait("1m")
    assert story.case.stage is Stage.TRIAGE


def test_a_request_returned_after_its_ladder_rang_out_has_a_gap_before_it_ends():
    story = accepted("jkj", "sjw")
    story.wait("37h")  # both ladders have rung out at hour 36
    story.say(liaison("sjw"), finding())

    story.say(DUTY, ReturnFinding(unit="sjw", missing="检测报告"))
    story.wait("119m")
    assert story.case.request_to("sjw").state is RequestState.ACCEPTED
    story.wait("1m")

    assert story.case.request_to("sjw").state is RequestState.EXPIRED


def test_a_request_taken_over_after_its_ladder_rang_out_has_a_gap_before_it_ends():
    story = accepted("jkj")
    story.wait("37h")
    story.say(liaison("jkj"), Transfer(to="wjw", reason="属该单位职责"))
    story.say(liaison("wjw"), Accept())

    story.wait("119m")
    assert story.case.lead.unit.code == "wjw"
    story.wait("1m")

    assert story.case.stage is Stage.TRIAGE
    assert story.events("request_expired")[0].unit == "wjw"


# --- a silent co-unit ------------------------------------------------------------------------------------------------


def test_a_silent_co_unit_is_waited_for_no_more():
    story = Story().triaged("jkj", "sjw", "wjw")
    for unit in ("jkj", "wjw"):
        story.say(liaison(unit), finding())
    assert story.case.stage is Stage.VERIFICATION

    story.wait("18h")

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, Verdict.FALSE)
    assert story.case.bounces == 0
    assert story.events("request_expired")[0].role is Role.CO


def test_with_the_silent_one_gone_what_is_left_may_contradict_itself():
    story = Story().triaged("jkj", "sjw", "wjw", "skx")
    for unit in ("sjw", "wjw", "skx"):
        story.say(liaison(unit), Accept())
    story.say(liaison("jkj"), finding(Verdict.FALSE))
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    assert story.case.session is None

    story.wait("38h")  # the other two let their requests expire in turn

    assert story.case.stage is Stage.VERIFICATION
    assert story.case.session.reason == "conflict"


def test_while_the_case_is_back_in_triage_a_silent_co_unit_expires_too():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    story.wait("18h")

    assert story.case.stage is Stage.TRIAGE
    assert story.case.open_requests() == []
    assert story.case.bounces == 1


# --- answering after all ---------------------------------------------------------------------------------------------


def test_an_expired_unit_may_still_answer_and_helps():
    story = Story().triaged("jkj")
    story.wait("18h")
    story.triaged("sjw")

    story.say(liaison("jkj"), finding())
    assert story.case.request_to("jkj").state is RequestState.ANSWERED
    assert story.case.request_to("jkj").role is Role.CO
    story.say(liaison("sjw"), finding())

    assert story.case.stage is Stage.REBUTTAL
    assert story.case.lead.unit.code == "sjw"


def test_an_expired_unit_neither_accepts_nor_declines_nor_hands_on():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Accept())
    story.wait("18h")

    for said in (Accept(), Decline(reason="不属本单位职责"), Transfer(to="wjw", reason="属该单位职责")):
        assert story.refused(liaison("sjw"), said, Unfit).values["state"] is RequestState.EXPIRED


def test_an_expired_unit_can_be_asked_again_with_fresh_clocks():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Accept())
    story.wait("18h")

    story.say(DUTY, AddUnit(unit="sjw"))

    assert story.clock(ClockName.ACCEPT, "sjw").due == story.now + timedelta(hours=4)
    assert [r.state for r in story.case.requests if r.unit.code == "sjw"] == [RequestState.OFFERED]


def test_after_the_verdict_nothing_expires():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED).verified(Verdict.FALSE, "jkj")

    story.wait("30d")

    assert story.events("request_expired") == []
    assert story.case.request_to("sjw").state is RequestState.OFFERED


# --- a silent receiver -----------------------------------------------------------------------------------------------


def test_an_offer_nobody_takes_up_lapses_and_sender_and_receiver_are_told():
    story = accepted("jkj")
    story.say(liaison("jkj"), Transfer(to="wjw", reason="属该单位职责"))

    story.wait("18h")

    assert story.case.lead.unit.code == "jkj"
    assert story.case.lead.offered_to is None
    assert (story.case.stage, story.case.bounces) == (Stage.VERIFICATION, 1), "it counts"
    [to_receiver], [to_sender] = story.notices(Message.TRANSFER_LAPSED), story.notices(Message.TRANSFER_DECLINED)
    assert {one.unit for one in to_receiver.to} == {"wjw"}
    assert {one.unit for one in to_sender.to} == {"jkj"}
    assert to_sender.values["unit"] == "市卫生健康委"
    assert to_sender.due == story.clock(ClockName.ANSWER, "jkj").due


def test_a_receiver_that_acknowledged_keeps_the_offer_longer():
    story = accepted("jkj")
    story.say(liaison("jkj"), Transfer(to="wjw", reason="属该单位职责"))
    story.wait("17h")
    story.say(liaison("wjw"), Acknowledge(clock=ClockName.ACCEPT, unit="wjw"))

    story.wait("2h")
    story.say(liaison("wjw"), Accept())

    assert story.case.lead.unit.code == "wjw"


def test_an_offer_that_lapsed_can_be_made_again():
    story = accepted("jkj")
    for _ in range(2):
        story.say(liaison("jkj"), Transfer(to="wjw", reason="属该单位职责"))
        story.wait("18h")

    keys = [notice.key for notice in story.notices()]
    assert len(keys) == len(set(keys))
    assert len(story.notices(Message.TRANSFER_LAPSED)) == 2


def test_a_raised_level_gives_the_unit_its_gap_before_the_request_ends():
    story = accepted("jkj")
    story.wait("20h")

    story.say(LEADER, Relevel(level=Level.RED, reason="扩散"))
    assert story.clock(ClockName.ANSWER, "jkj").due == story.now + timedelta(minutes=10), "the level's gap is left"
    story.wait("49m")  # the rungs after it have their time, then the minimum gap
    assert story.case.stage is Stage.VERIFICATION
    story.wait("1m")

    assert story.case.stage is Stage.TRIAGE
    assert story.notices(Message.BREACH), "the head was called before the end"


def test_a_level_raised_after_the_ladder_rang_out_rings_its_last_rungs_before_the_request_ends():
    story = Story().triaged("jkj")
    story.wait("17h")
    story.say(DUTY, Relevel(level=Level.RED, reason="扩散加快"))
    story.wait("29m")  # 15 and 30 minutes after it was due are long past: each rings after the gap
    assert story.events("request_expired") == []
    story.wait("1m")
    assert [event.unit for event in story.events("request_expired")] == ["jkj"]


# --- at the breach --------------------------------------------------------------------------------------------------


SHORT = TERMS.model_copy(
    update={"levels": {level: one.model_copy(update={"expires_at_breach": True}) for level, one in LEVELS.items()}}
)


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE])
def test_where_the_level_says_so_a_request_nobody_accepts_ends_when_it_is_due_and_its_breach_has_rung(level):
    story = Story(level, terms=SHORT).triaged("jkj", level=level)
    due = story.clock(ClockName.ACCEPT, "jkj").due
    story.wait(due - story.now - timedelta(seconds=1))
    assert story.case.stage is Stage.VERIFICATION

    story.wait(timedelta(seconds=1))

    assert story.case.stage is Stage.TRIAGE
    rungs = [event.rung for event in story.events("rung_rang") if event.clock is ClockName.ACCEPT]
    assert rungs == ["remind", "due_soon", "breach"]
    assert [event.clock for event in story.events("request_expired")] == [ClockName.ACCEPT]


def test_an_answer_has_its_whole_ladder_also_there():
    story = Story(Level.RED, terms=SHORT).triaged("jkj", level=Level.RED)
    story.say(liaison("jkj"), Accept())
    story.wait("151m")

    assert story.case.stage is Stage.VERIFICATION
