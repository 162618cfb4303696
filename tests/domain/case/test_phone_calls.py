"""Calls by phone: tasks with a log; a call nobody logs rings the next level. Whoever was rung is told of the end."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Acknowledge, PhoneLog, TriageDecision
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome
from tests.domain.factories import DUTY, LEADER, START, Story, deputy, liaison

TRIAGE = {"clock": ClockName.TRIAGE, "unit": "wxb"}
MINUTE = timedelta(minutes=1)


def red() -> Story:
    story = Story(Level.RED)
    story.logs_calls = False
    return story


def rang(story: Story) -> list[tuple[int, float, bool]]:
    entries = [entry for entry in story.entries if entry.event.kind == "rung_rang" and entry.event.clock == "triage"]
    return [(one.event.n, (one.at - START) / MINUTE, one.event.unlogged) for one in entries]


def test_a_call_nobody_logs_rings_the_next_level_after_the_minimum_gap():
    story = red()

    story.wait("30m")

    assert rang(story) == [(1, 7.5, False), (2, 12, False), (3, 15, False), (4, 25, True)]


def test_every_level_by_phone_has_its_gap():
    story = red()

    story.wait("60m")

    assert rang(story)[3:] == [(4, 25, True), (5, 35, True)]


@pytest.mark.parametrize("outcome", [PhoneOutcome.REACHED, PhoneOutcome.PASSED_ON])
def test_a_logged_call_leaves_the_ladder_to_its_time(outcome):
    story = red()
    story.wait("16m")

    story.say(DUTY, PhoneLog(**TRIAGE, outcome=outcome))
    story.wait("13m")

    assert rang(story)[-1] == (3, 15, False)
    story.wait("1m")
    assert rang(story)[-1] == (4, 30, False)


def test_an_acknowledgement_is_as_good_as_a_log():
    story = red()
    story.wait("16m")

    story.say(DUTY, Acknowledge(**TRIAGE))
    story.wait("20m")

    assert [n for n, *_ in rang(story)] == [1, 2, 3]


def test_a_level_without_phone_waits_for_no_log():
    story = Story(Level.YELLOW)
    story.logs_calls = False

    story.wait("5h")

    assert not any(unlogged for *_, unlogged in rang(story))


def test_a_breach_rung_that_rings_early_says_nothing_of_a_breach():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(liaison("jkj"), Accept())
    story.logs_calls = False

    story.wait("100m")  # the answer is due after 150

    answer = [e for e in story.events("rung_rang") if e.clock == "answer"]
    assert [(e.n, e.unlogged) for e in answer] == [(1, False), (2, True), (3, True)]
    told = [n.message for n in story.notices() if n.clock is ClockName.ANSWER and n.key.endswith("r3")]
    assert told == [Message.ESCALATION]


# --- acknowledging late ----------------------------------------------------------------------------------------------


def stood_down(story: Story) -> set[str]:
    return {f"{one.unit}.{one.seat}" for notice in story.notices(Message.STAND_DOWN) for one in notice.to}


def test_an_acknowledgement_after_the_next_level_is_taken_marked_and_that_level_told():
    story = Story(Level.RED)
    story.wait("16m")  # the breach has called the duty leader and the head

    story.say(DUTY, Acknowledge(**TRIAGE))  # called last by the second rung
    story.wait("20m")

    [event] = story.events("acknowledged")
    assert event.after_level == 3
    assert [n for n, *_ in rang(story)] == [1, 2, 3], "later levels stop"
    assert stood_down(story) == {"wxb.duty_leader", "wxb.head"}


def test_an_acknowledgement_at_the_level_that_rang_last_is_marked_with_nothing():
    story = Story(Level.RED)
    story.wait("16m")

    story.say(LEADER, Acknowledge(**TRIAGE))

    assert [event.after_level for event in story.events("acknowledged")] == [None]
    assert stood_down(story) == set()


def test_the_ladder_resumes_at_the_level_above_the_one_that_rang():
    story = Story(Level.RED)
    story.wait("16m")
    story.say(LEADER, Acknowledge(**TRIAGE))

    story.wait("31m")

    assert [n for n, *_ in rang(story)] == [1, 2, 3, 4]


def test_whoever_was_rung_within_the_hour_is_told_that_the_case_is_closed():
    story = Story(Level.RED)
    story.wait("16m")

    story.say(DUTY, TriageDecision(exit=Exit.OPINION, reason="观点"))

    assert stood_down(story) == {"wxb.duty_leader", "wxb.head"}


def test_nobody_is_told_of_a_ring_that_is_long_ago():
    story = Story(Level.YELLOW)
    story.wait("23h")

    story.say(DUTY, TriageDecision(exit=Exit.OPINION, reason="观点"))

    assert stood_down(story) == set()


def test_whoever_works_on_a_clock_and_was_never_called_is_not_late():
    story = Story().triaged("jkj")
    story.wait("2h")  # the liaison officer has been reminded

    story.say(deputy("jkj"), Acknowledge(clock=ClockName.ACCEPT, unit="jkj"))

    assert [event.after_level for event in story.events("acknowledged")] == [None]
    assert stood_down(story) == set()
