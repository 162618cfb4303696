"""Urgent help is received by a call that somebody of its unit answered, whoever else the same rung called."""

import pytest

from domain.decisions import Decline, PhoneLog
from domain.errors import Stale, Unfit
from domain.tasks.action import AvailableAction
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, PhoneOutcome
from tests.domain.factories import DUTY, Story, liaison, triage
from tests.domain.stages.test_handover import handed_over, urgent

pytestmark = pytest.mark.people


def log(outcome: PhoneOutcome, level: int, answered_by: str | None = None) -> PhoneLog:
    about = {"clock": ClockName.HANDOVER, "unit": "jyw", "outcome": outcome, "expected_level": level}
    return PhoneLog(**about, answered_by=answered_by)


def offered(told: Story) -> AvailableAction:
    """Return the offer to log the call about the handover."""
    [found] = [one for one in offers(told.case, DUTY) if one.kind == "phone_log" and one.preset["unit"] == "jyw"]
    return found


def mixed() -> Story:
    """The second rung calls the office's duty and the unit's deputy."""
    told = handed_over()
    told.wait("9m")
    return told


def test_a_call_the_units_deputy_answered_receives_it_though_the_rung_called_the_office_too():
    told = mixed()

    told.say(DUTY, log(PhoneOutcome.REACHED, 2, "jyw"))

    assert told.case.over
    assert [event.answered_by for event in told.events("phone_logged")] == ["jyw"]


def test_a_call_the_office_answered_receives_nothing():
    told = mixed()

    told.say(DUTY, log(PhoneOutcome.REACHED, 2, "wxb"))

    assert not told.case.over


def test_the_log_of_a_call_to_several_units_says_whose_answered():
    told = mixed()

    assert told.refused(DUTY, log(PhoneOutcome.REACHED, 2), Unfit).code == "answered_by_whom"
    assert offered(told).only["answered_by"] == ("wxb", "jyw")
    told.say(DUTY, log(PhoneOutcome.NOT_REACHED, 2))


def test_a_call_that_somebody_of_another_unit_answered_in_place_of_the_unit_receives_nothing():
    told = handed_over()
    told.elsewhere = ("wjw",)  # nobody of the unit has a number
    told.settle()
    assert offered(told).preset["answered_by"] == "wjw"

    for answered_by in (None, "wjw", "wxb"):
        told.say(DUTY, log(PhoneOutcome.REACHED, 0, answered_by))

    assert not told.case.over
    assert (ClockName.HANDOVER, "jyw") in told.runs()
    told.wait("6m")
    assert [one.rung for one in told.events("rung_rang") if one.clock == "handover"], "the ladder rings on"


def test_nobody_of_the_unit_answers_a_call_that_went_to_others():
    told = handed_over()
    told.elsewhere = ("wxb",)
    told.settle()

    assert told.refused(DUTY, log(PhoneOutcome.REACHED, 0, "jyw"), Stale).code == "call_went_elsewhere"

    told.wait("5m")
    assert told.refused(DUTY, log(PhoneOutcome.REACHED, 0, "jyw"), Stale).code == "call_went_elsewhere", "late, too"
    told.say(DUTY, log(PhoneOutcome.REACHED, 0))
    assert not told.case.over


def test_a_call_passed_on_to_the_office_is_none_to_the_unit_and_the_next_rung_may_be():
    told = handed_over()
    told.settle()
    told.elsewhere = ("wxb",)
    told.say(DUTY, log(PhoneOutcome.NOT_REACHED, 0))
    told.settle()
    assert offered(told).preset["answered_by"] == "wxb"
    told.say(DUTY, log(PhoneOutcome.REACHED, 0).model_copy(update={"expected_call": 1}))
    assert not told.case.over

    told.elsewhere = ()
    told.wait("5m")
    told.settle()
    assert offered(told).preset["answered_by"] == "jyw"
    told.say(DUTY, log(PhoneOutcome.REACHED, 1))
    assert told.case.over


def test_until_it_is_known_whom_the_call_went_to_the_log_asks_whose_people_answered():
    told = handed_over()
    assert offered(told).only["answered_by"] == ("jyw", "wxb")

    told.settle()

    assert offered(told).preset["answered_by"] == "jyw"


def test_the_state_with_a_call_that_went_to_others_travels():
    told = handed_over()
    told.travels, told.elsewhere = True, ("wxb",)
    told.settle()
    told.wait("1m")

    assert told.refused(DUTY, log(PhoneOutcome.REACHED, 0, "jyw"), Stale).code == "call_went_elsewhere"


def test_a_log_left_open_in_an_earlier_visit_receives_nothing_today():
    told = handed_over()
    told.settle()
    page = offered(told).preset
    told.say(DUTY, triage("jkj"))
    told.say(liaison("jkj"), Decline(reason="系求助，非谣言"))
    told.say(DUTY, urgent())

    assert told.refused(DUTY, PhoneLog(**page, outcome=PhoneOutcome.REACHED), Stale).code == "clock_moved_on"

    assert not told.case.over
