"""A log of a call that comes once another call is out is of its own call: the other one stays to be made (rule 4)."""

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.decisions import PhoneLog, TriageDecision
from domain.errors import Stale
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome
from tests.domain.factories import DUTY, LEADER, WITH_CALLERS, Story
from tests.domain.stages.test_handover import handed_over

TRIAGE = {"clock": ClockName.TRIAGE, "unit": "wxb", "expected_generation": 1}
LATE = [PhoneOutcome.REACHED, PhoneOutcome.PASSED_ON, PhoneOutcome.NOT_REACHED]


def log(outcome: PhoneOutcome, level: int, call: int = 0, **about: object) -> PhoneLog:
    return PhoneLog(**(TRIAGE | about), outcome=outcome, expected_level=level, expected_call=call)


def red(minutes: int) -> Story:
    story = Story(Level.RED, terms=WITH_CALLERS)
    story.logs_calls = False
    story.wait(f"{minutes}m")
    return story


def open_call(story: Story) -> tuple[int, int] | None:
    [debt] = [one for one in summarise(story.case).debts if one.clock is ClockName.TRIAGE]
    return (debt.level, debt.call.passed_on) if debt.call else None


@pytest.mark.parametrize("outcome", LATE)
def test_a_log_of_the_person_called_before_leaves_the_call_of_the_next_person_open(outcome):
    story = red(26)  # nobody logged the call of the third rung, which went to the next person after ten minutes
    assert open_call(story) == (3, 1)
    asked = len(story.notices(Message.CALL))

    answer = story.say(DUTY, log(outcome, 3))

    [event] = [entry.event for entry in answer.entries]
    assert (event.outcome, event.earlier, event.n, event.times) == (outcome, True, 3, 0)
    assert open_call(story) == (3, 1)
    assert len(story.notices(Message.CALL)) == asked


@pytest.mark.parametrize("outcome", LATE)
def test_a_log_of_the_rung_before_leaves_the_call_of_the_present_rung_open(outcome):
    story = red(13)  # the call of the first rung is not logged, and the second has rung
    assert open_call(story) == (2, 0)

    story.say(DUTY, log(outcome, 1))

    assert open_call(story) == (2, 0)
    [event] = story.events("phone_logged")
    assert (event.earlier, event.n, event.times) == (True, 1, 0)


def test_a_late_log_leaves_the_next_call_to_be_logged_and_passed_on():
    story = red(26)
    story.say(DUTY, log(PhoneOutcome.REACHED, 3))

    story.say(LEADER, log(PhoneOutcome.NOT_REACHED, 3, 1))

    assert open_call(story) == (3, 2)
    assert [event.earlier for event in story.events("phone_logged")] == [True, False]


def test_that_an_earlier_call_reached_nobody_counts_once():
    story = red(26)
    story.say(DUTY, log(PhoneOutcome.NOT_REACHED, 3))

    assert story.refused(LEADER, log(PhoneOutcome.NOT_REACHED, 3), Stale).code == "call_answered"
    story.say(LEADER, log(PhoneOutcome.REACHED, 3))  # who was not reached has called back


@pytest.mark.parametrize(("level", "call"), [(4, 0), (3, 2), (2, 3)])
def test_a_call_that_was_not_made_cannot_be_logged(level, call):
    story = red(26)

    assert story.refused(DUTY, log(PhoneOutcome.NOT_REACHED, level, call), Stale).code == "no_such_call"


def test_a_log_that_names_no_call_is_of_the_present_one():
    story = red(26)

    story.say(DUTY, PhoneLog(**TRIAGE, outcome=PhoneOutcome.PASSED_ON))

    assert open_call(story) is None
    assert [event.earlier for event in story.events("phone_logged")] == [False]


def test_urgent_help_that_the_person_called_before_has_taken_is_received():
    told = handed_over()
    about = {"clock": ClockName.HANDOVER, "unit": "jyw"}
    told.say(DUTY, log(PhoneOutcome.NOT_REACHED, 0, **about))

    told.say(DUTY, log(PhoneOutcome.REACHED, 0, **about))

    assert told.case.over, "whichever of its people was reached, the unit has it"
    assert (told.case.exit, told.events("handover_received")[0].by_call) == (Exit.HELP_URGENT, True)


def test_the_state_with_earlier_calls_travels():
    story = Story(Level.RED, terms=WITH_CALLERS)
    story.logs_calls, story.travels = False, True

    story.wait("46m")

    assert len(story.clock(ClockName.TRIAGE).earlier) > 4
    story.say(DUTY, TriageDecision(exit=Exit.OPINION, reason="观点"))
