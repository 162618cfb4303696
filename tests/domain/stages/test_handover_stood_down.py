"""Whoever was called to urgent help hears that nobody is asked to receive it any more, however that ended."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Confirm, Decline, Nudge, PhoneLog, Supervise, TriageDecision
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome, Seat, Vote
from tests.domain.factories import DUTY, LEADER, Story, deputy, triage
from tests.domain.stages.test_handover import RECEIVER, handed_over, sent_back, terms, urgent

pytestmark = pytest.mark.people

CALLED = {"jyw.duty", "jyw.deputy", "wxb.duty", "wxb.duty_leader", "jyw.head"}
"""Those of the start and of the rungs up to the breach."""
ABOUT = {"clock": ClockName.HANDOVER, "unit": "jyw"}
ENDS = {
    "taken back": triage("jkj"),
    "to another unit": urgent("zwb"),
    "by another exit": TriageDecision(exit=Exit.QUESTION, reason="已电话核实，孩子在家"),
}


def stood_down(told: Story, message: Message, turn: int = 0) -> set[str]:
    found = [one for one in told.notices(message) if one.passed_on == turn]
    return {f"{one.unit}.{one.seat}" for notice in found for one in notice.to}


@pytest.mark.parametrize("end", ENDS)
def test_everybody_the_letter_and_the_ladder_called_hears_that_it_was_taken_back(end):
    told = handed_over()
    told.wait("11m")
    told.settle()

    told.say(DUTY, ENDS[end])

    assert stood_down(told, Message.RELEASED) == CALLED - {"wxb.duty"}, "who decided knows"
    assert stood_down(told, Message.STAND_DOWN) <= {"wxb.duty_leader"}
    [letter] = told.notices(Message.RELEASED)
    assert (letter.by, letter.level, letter.not_before) == (("sms", "wecom"), Level.RED, None)


def test_nobody_hears_of_the_end_who_was_not_called():
    told = handed_over()
    told.settle()

    told.say(DUTY, urgent("zwb"))

    assert stood_down(told, Message.RELEASED) == {"jyw.duty"}


def test_at_a_red_case_the_end_comes_by_the_channels_that_called():
    told = Story(Level.RED, terms=terms())
    told.say(DUTY, urgent())
    told.settle()

    told.say(DUTY, triage("jkj", level=Level.RED))

    assert [one.by for one in told.notices(Message.RELEASED)] == [("sms", "wecom")], "wecom alone would wake nobody"


@pytest.mark.parametrize("by_call", [False, True])
def test_everybody_who_was_called_hears_that_the_unit_has_received_it(by_call):
    told = handed_over()
    told.wait("9m")

    if by_call:
        log = PhoneLog(**ABOUT, outcome=PhoneOutcome.REACHED, expected_level=0)
        told.say(DUTY, log)
    else:
        told.say(deputy("jyw"), Accept())

    assert told.case.over
    calls = {"wxb.duty_leader"}  # who was asked to call the office's duty officer
    assert stood_down(told, Message.STAND_DOWN) == {"jyw.duty", "jyw.deputy", "wxb.duty", *calls} - {
        "wxb.duty" if by_call else "jyw.deputy"
    }
    [letter] = told.notices(Message.STAND_DOWN)
    assert (letter.values, letter.by) == ({"received": 1}, ("sms", "wecom"))


def test_whoever_returns_it_stands_the_others_down_and_the_duty_officer_is_asked_instead():
    told = handed_over()
    told.wait("7m")

    told.say(RECEIVER, Decline(reason="系市公安局职责"))

    assert stood_down(told, Message.STAND_DOWN) == {"jyw.deputy"}
    assert told.notices(Message.STAND_DOWN)[0].values == {"returned": 1}
    assert {one.seat for notice in told.notices(Message.RING)[1:] for one in notice.to} == {Seat.DUTY}


def test_whoever_a_call_was_passed_on_to_is_stood_down_as_well():
    told = handed_over()
    missed = {"outcome": PhoneOutcome.NOT_REACHED, **ABOUT}
    told.say(DUTY, PhoneLog(**missed, expected_level=0))
    told.say(DUTY, PhoneLog(**missed, expected_level=0, expected_call=1))
    told.wait("6m")
    told.say(DUTY, PhoneLog(**missed, expected_level=1))
    told.settle()

    told.say(DUTY, triage("jkj"))

    by_turn = {turn: stood_down(told, Message.RELEASED, turn) for turn in (0, 1, 2, 3)}
    assert by_turn == {0: {"jyw.duty", "jyw.deputy"}, 1: {"jyw.duty", "jyw.deputy"}, 2: {"jyw.duty"}, 3: set()}
    assert len({one.key for one in told.notices(Message.RELEASED)}) == 4, "by rung and turn"


@pytest.mark.parametrize("end", ENDS)
def test_a_unit_that_has_received_it_hears_that_the_office_decides_otherwise(end):
    told = sent_back()
    told.wait("7m")
    told.say(DUTY, PhoneLog(**ABOUT, outcome=PhoneOutcome.REACHED, expected_level=0))
    told.settle()

    if end == "by another exit":  # one is asked for already
        told.say(LEADER, Confirm(ref=told.case.proposals[-1].ref, outcome=Vote.REJECT, remarks="孩子在家"))
    told.say(DUTY, ENDS[end])
    if end == "by another exit":
        told.confirmed_by(LEADER)

    assert [(event.unit, event.received) for event in told.events("handover_ended")] == [("jyw", True)]
    [letter] = told.notices(Message.RELEASED)[-1:]
    assert {f"{one.unit}.{one.seat}" for one in letter.to} == {"jyw.duty", "jyw.deputy"}
    assert (letter.values["received"], letter.by, letter.level) == (1, ("sms", "wecom"), Level.RED)


@pytest.mark.parametrize("end", ENDS)
def test_whoever_was_called_because_nobody_handed_on_what_was_returned_hears_that_the_office_has_decided(end):
    told = handed_over()
    told.say(RECEIVER, Decline(reason="系市公安局职责"))
    told.wait("60m")
    told.settle()
    called = {
        f"{one.unit}.{one.seat}" for rung in told.events("rung_rang") if rung.clock == "triage" for one in rung.to
    }
    assert {"wxb.duty_leader", "wxb.head"} <= called

    told.say(DUTY, ENDS[end])

    letter, *turns = [one for one in told.notices(Message.STAND_DOWN) if one.clock is ClockName.TRIAGE]
    assert all(one.passed_on for one in turns), "and whoever a call was passed on to"
    assert {f"{one.unit}.{one.seat}" for one in letter.to} == called - {"wxb.duty"}, "who decided knows"
    assert (letter.values, letter.by, letter.level) == ({"handed_on": 1}, ("sms", "wecom"), Level.RED)


def test_whoever_was_called_about_what_was_returned_hears_that_a_second_person_has_let_it_out():
    told = sent_back()
    told.say(RECEIVER, Decline(reason="系市公安局职责"))
    told.wait("60m")

    told.say(DUTY, ENDS["by another exit"])
    assert not [one for one in told.notices(Message.STAND_DOWN) if one.clock is ClockName.TRIAGE], "it waits still"
    told.confirmed_by(LEADER)

    letter, *_ = [one for one in told.notices(Message.STAND_DOWN) if one.clock is ClockName.TRIAGE]
    assert "wxb.head" in {f"{one.unit}.{one.seat}" for one in letter.to}


@pytest.mark.parametrize("urging", [Nudge, Supervise])
@pytest.mark.parametrize("end", ENDS)
def test_whoever_was_only_urged_to_receive_it_hears_of_the_end_as_well(urging, end):
    told = handed_over()
    told.settle()
    said = {"text": "请尽快"} if urging is Nudge else {"reason": "尚未接收"}
    told.say(LEADER, urging(**ABOUT, **said))
    [letter] = told.notices(Message(urging.model_fields["kind"].default))
    urged = {f"{one.unit}.{one.seat}" for one in letter.to}
    told.settle()

    told.say(DUTY, ENDS[end])

    assert stood_down(told, Message.RELEASED) >= urged
