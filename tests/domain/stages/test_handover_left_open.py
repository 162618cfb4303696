"""Urgent help whose case cannot end yet, or may not: nothing is owed to the public, and somebody owes what is left."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Confirm, Decline, Interim, PhoneLog, RecordPublication, TriageDecision
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome, PublicationKind, Vote
from tests.domain.factories import DUTY, EDITOR, LEADER, START, Story, liaison
from tests.domain.stages.test_handover import RECEIVER, handed_over, sent_back, terms, urgent

pytestmark = pytest.mark.people

REACHED = PhoneLog(clock=ClockName.HANDOVER, unit="jyw", outcome=PhoneOutcome.REACHED)


def answer(story: Story, vote: Vote) -> None:
    story.say(LEADER, Confirm(ref=story.case.proposals[-1].ref, outcome=vote, remarks="尚未核实"))


def elsewhere() -> RecordPublication:
    return RecordPublication(
        unit="jkj",
        publication=PublicationKind.EXPLAINER,
        reason="照录原文",
        title="孩子已找到",
        text="孩子已找到。",
        url="https://jkj.mc.example/1",
        captured_at=START,
    )


@pytest.mark.parametrize("said", [Interim(), elsewhere()])
def test_nothing_is_promised_to_the_public_while_a_unit_is_to_receive_urgent_help(said):
    told = handed_over()

    assert told.refused(EDITOR, said, Unfit).code == "handed_over"
    assert not {"interim", "record_publication"} & {offer.kind for offer in offers(told.case, EDITOR)}
    told.say(RECEIVER, Accept())
    assert told.case.over


@pytest.mark.parametrize("said", [Interim(), elsewhere()])
def test_what_waits_for_a_second_person_and_would_be_public_lapses_with_the_handover(said):
    told = Story(Level.YELLOW, terms=terms()).triaged("jkj", "sjw")
    told.say(EDITOR, said)
    told.say(liaison("jkj"), Decline(reason="系求助，非谣言"))
    told.say(DUTY, urgent())

    assert told.case.proposals == ()
    told.say(RECEIVER, Accept(handover=True))
    assert (told.case.over, told.publications()) == (True, [])


def test_an_exit_that_waits_lapses_when_the_report_is_handed_over_instead():
    told = Story(Level.YELLOW, terms=terms()).triaged("jkj", "sjw")
    told.say(liaison("jkj"), Decline(reason="系求助，非谣言"))
    told.say(DUTY, TriageDecision(exit=Exit.OPINION, reason="仅为议论"))

    told.say(DUTY, urgent())

    assert told.case.proposals == ()


@pytest.mark.parametrize("end", ["by call", "by page"])
def test_an_exit_proposed_while_a_unit_is_asked_lapses_once_the_unit_has_received_it(end):
    told = sent_back()
    told.say(DUTY, TriageDecision(exit=Exit.OPINION, reason="仅为议论"))
    [older] = told.case.proposals

    if end == "by call":
        told.say(DUTY, REACHED)
    else:
        told.say(RECEIVER, Accept(handover=True))

    assert [event.unit for event in told.events("handover_received")] == ["jyw"]
    assert (ClockName.HANDOVER, "jyw") not in told.runs()
    assert [event.ref for event in told.events("proposal_lapsed")] == [older.ref]
    if end == "by call":
        answer(told, Vote.APPROVE)
    assert (told.case.over, told.case.exit, told.case.proposals) == (True, Exit.HELP_URGENT, ())


def test_while_the_end_of_received_help_waits_for_a_second_person_the_office_is_reminded():
    told = sent_back()
    told.say(DUTY, REACHED)

    assert (ClockName.TRIAGE, "wxb") in told.runs()
    [asked] = told.notices(Message.CONFIRM_REQUEST)
    assert asked.due == told.clock(ClockName.TRIAGE).due


def test_received_help_whose_end_is_turned_down_is_still_owed_by_the_office_and_ends_later():
    told = sent_back()
    told.say(DUTY, REACHED)
    answer(told, Vote.REJECT)

    assert not told.case.over
    assert (ClockName.TRIAGE, "wxb") in told.runs()
    told.wait("30d")
    assert [rung for rung in told.events("rung_rang") if rung.clock == "triage"]

    told.say(DUTY, urgent())
    assert len(told.notices(Message.HANDOVER)) == 1, "the unit has it already"
    answer(told, Vote.APPROVE)
    assert (told.case.over, told.case.exit) == (True, Exit.HELP_URGENT)
    assert told.runs() == set()


def test_received_help_that_ends_by_another_exit_ends_by_that_one():
    told = sent_back()
    told.say(DUTY, REACHED)
    answer(told, Vote.REJECT)

    told.say(DUTY, TriageDecision(exit=Exit.QUESTION, reason="已电话核实，孩子在家"))
    answer(told, Vote.APPROVE)

    assert (told.case.over, told.case.exit) == (True, Exit.QUESTION)


def test_received_help_whose_end_is_turned_down_can_be_verified():
    told = sent_back()
    told.say(DUTY, REACHED)
    answer(told, Vote.REJECT)

    told.triaged("sjw")

    assert told.case.handover is None
    told.say(DUTY, Interim())


def test_a_call_that_reached_somebody_of_another_unit_receives_nothing():
    told = handed_over()
    told.wait("26m")
    clock = told.clock(ClockName.HANDOVER, "jyw")
    called = {seat.unit for event in told.events("rung_rang")[-1:] for seat in event.to}
    assert called != {"jyw"}, "a rung above the unit's own"

    told.say(DUTY, REACHED.model_copy(update={"expected_level": clock.rung, "expected_call": clock.passed_on}))

    assert told.events("phone_logged")
    assert not told.case.over
    told.say(RECEIVER, Accept(handover=True))
    assert told.case.over


def test_help_is_as_urgent_as_its_ladder_though_its_case_is_yellow():
    [letter] = handed_over().notices(Message.HANDOVER)

    assert letter.level is Level.RED
