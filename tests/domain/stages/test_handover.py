"""Urgent help is handed over by phone and letter, and stays open until its unit has received it."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.decisions import Accept, Confirm, Decline, Nudge, PhoneLog, TriageDecision
from domain.errors import NotPermitted, Unfit
from domain.tasks.available_actions import offers
from domain.tasks.brief import brief_of
from domain.terms import Addressee, Call, HandoverTerms, Terms
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome, Seat, Stage, Vote
from domain.worktime.working_time import Span
from tests.domain.factories import DUTY, LEADER, LEVELS, TERMS, Story, deputy, liaison, of, triage

BY = Call(to=("office.duty", "office.duty_leader"), by=("sms", "wecom"))
HELP = HandoverTerms(within=Span.of("10m"), emergency=("110", "119"))
RECEIVER = of("jyw", Seat.DUTY)


def terms() -> Terms:
    red = LEVELS[Level.RED].model_copy(update={"phone_by": BY})
    return TERMS.model_copy(update={"levels": LEVELS | {Level.RED: red}, "exits": {Exit.HELP_URGENT: HELP}})


def urgent(to: str | None = "jyw") -> TriageDecision:
    return TriageDecision(exit=Exit.HELP_URGENT, pass_to=to, reason="孩子走失")


def story() -> Story:
    told = Story(Level.YELLOW, terms=terms())
    told.logs_calls = False
    return told


def handed_over() -> Story:
    told = story()
    told.say(DUTY, urgent())
    return told


def test_urgent_help_leaves_the_case_open_and_calls_the_unit_by_phone_and_letter():
    told = handed_over()

    assert (told.case.stage, told.case.over, told.case.exit) == (Stage.TRIAGE, False, None)
    [letter] = told.notices(Message.HANDOVER)
    assert (letter.to, letter.by) == ((Addressee(unit="jyw", seat=Seat.DUTY),), ("phone", "sms", "wecom"))
    assert letter.values == {"exit": "help_urgent", "reason": "孩子走失", "lines": "110、119"}
    assert letter.due == told.now + timedelta(minutes=10)
    assert letter.not_before is None
    call = told.notices(Message.CALL)[-1]
    assert (call.clock, call.calls) == (ClockName.HANDOVER, letter.to)
    assert told.notices(Message.PASSED_ON) == []
    assert (ClockName.TRIAGE, "wxb") not in told.runs()


def test_it_is_asked_again_and_then_of_others_while_nobody_receives_it():
    told = handed_over()

    told.wait("41m")

    rang = [event for event in told.events("rung_rang") if event.clock == "handover"]
    assert [event.rung for event in rang] == ["remind", "due_soon", "breach", "escalate", "escalate"]
    assert {one.seat for event in rang[2:3] for one in event.to} == {Seat.DUTY_LEADER, Seat.HEAD}
    assert [event.clock for event in told.events("clock_breached")][:1] == ["handover"]
    assert not told.case.over
    assert any(debt.clock is ClockName.HANDOVER for debt in summarise(told.case).debts), "it is owed for ever"


def test_the_receiving_unit_says_that_it_has_it_and_the_case_is_closed():
    told = handed_over()

    answer = told.say(RECEIVER, Accept())

    kinds = [entry.event.kind for entry in answer.entries]
    assert kinds == ["handover_received", "stage_entered", "case_closed"]
    assert (told.case.over, told.case.exit) == (True, Exit.HELP_URGENT)
    assert told.runs() == set()


def test_a_logged_call_that_reached_the_unit_receives_it_and_a_message_left_does_not():
    log = {"clock": ClockName.HANDOVER, "unit": "jyw"}
    left = handed_over()
    left.say(DUTY, PhoneLog(**log, outcome=PhoneOutcome.PASSED_ON))
    assert not left.case.over

    told = handed_over()
    told.say(DUTY, PhoneLog(**log, outcome=PhoneOutcome.REACHED, remarks="值班员老李已接"))
    assert told.case.over
    [received] = told.events("handover_received")
    assert (received.unit, received.by_call) == ("jyw", True)


def test_a_call_that_reached_nobody_calls_the_next_person_of_the_unit():
    told = handed_over()
    told.say(
        DUTY,
        PhoneLog(clock=ClockName.HANDOVER, unit="jyw", outcome=PhoneOutcome.NOT_REACHED, expected_level=0),
    )

    assert [notice.passed_on for notice in told.notices(Message.CALL) if notice.clock is ClockName.HANDOVER] == [0, 1]
    assert not told.case.over


@pytest.mark.parametrize("to", [None, "wxb"])
def test_urgent_help_is_handed_over_to_a_unit_and_never_to_the_office_itself(to):
    assert story().refused(DUTY, urgent(to), Unfit).code == "needs_receiver"


def test_nobody_but_that_unit_receives_it_and_nobody_else_closes_it():
    told = handed_over()

    told.refused(liaison("wjw"), Accept(handover=True), NotPermitted)
    told.refused(DUTY, Accept(handover=True), NotPermitted)
    told.say(deputy("jyw"), Accept(handover=True))
    assert told.case.over


def test_the_unit_returns_what_is_not_its_matter_and_the_office_is_called_to_triage_it_again():
    told = handed_over()

    told.say(RECEIVER, Decline(reason="系市公安局职责", suggested="zfb"))

    assert (told.case.handover, told.case.stage) == (None, Stage.TRIAGE)
    assert {(ClockName.TRIAGE, "wxb")} <= told.runs()
    assert not any(name is ClockName.HANDOVER for name, _ in told.runs())
    [ended] = told.events("handover_ended")
    assert (ended.reason, ended.suggested) == ("系市公安局职责", "市政府办公室")
    assert told.notices(Message.DECLINED) == [], "one letter says it all"
    assert told.refused(RECEIVER, Accept(handover=True), Unfit)
    told.say(DUTY, urgent("zfb"))
    assert told.case.handover.unit.code == "zfb"


def test_the_office_hands_over_to_another_unit_or_decides_otherwise_and_the_first_is_told():
    told = handed_over()
    assert told.refused(DUTY, urgent(), Unfit).code == "handed_over_already"

    told.settle()
    told.say(DUTY, urgent("zwb"))
    told.settle()
    told.say(DUTY, triage("jkj"))

    assert [event.unit for event in told.events("handover_ended")] == ["jyw", "zwb"]
    assert {notice.to[0].unit for notice in told.notices(Message.RELEASED)} == {"jyw", "zwb"}
    assert (told.case.stage, told.case.handover) == (Stage.VERIFICATION, None)
    assert not any(name is ClockName.HANDOVER for name, _ in told.runs())


def test_what_turns_out_to_be_no_emergency_is_closed_and_the_unit_told():
    told = handed_over()

    told.say(DUTY, TriageDecision(exit=Exit.QUESTION, reason="已电话核实，孩子在家"))

    assert (told.case.over, told.case.exit) == (True, Exit.QUESTION)
    assert [event.unit for event in told.events("handover_ended")] == ["jyw"]


def sent_back() -> Story:
    told = Story(Level.YELLOW, terms=terms()).triaged("jkj", "sjw")
    told.say(liaison("jkj"), Decline(reason="系求助，非谣言"))
    told.say(DUTY, urgent())
    return told


def test_once_units_were_asked_nobody_waits_for_a_second_person_to_hand_over():
    told = sent_back()
    assert told.case.handover is not None
    assert told.case.proposals == ()

    told.say(RECEIVER, Accept(handover=True))

    assert told.case.over, "who receives is the second person"
    assert [event.unit for event in told.events("request_released")] == ["sjw"]


def test_once_units_were_asked_whoever_handed_over_does_not_end_the_case_by_a_logged_call_alone():
    told = sent_back()

    told.say(DUTY, PhoneLog(clock=ClockName.HANDOVER, unit="jyw", outcome=PhoneOutcome.REACHED))
    assert not told.case.over
    assert told.refused(RECEIVER, Accept(handover=True), Unfit)

    told.say(LEADER, Confirm(ref=told.case.proposals[-1].ref, outcome=Vote.APPROVE))
    assert (told.case.over, told.case.exit) == (True, Exit.HELP_URGENT)
    assert len(told.events("passed_on")) == 1


def test_every_other_exit_is_told_by_letter_and_closed_at_once():
    told = story()

    told.say(DUTY, TriageDecision(exit=Exit.HELP, pass_to="jyw"))

    assert told.case.over
    assert [notice.by for notice in told.notices(Message.PASSED_ON)] == [("mail",)]


def test_the_page_says_whom_to_call_at_once_and_what_is_offered_to_whom():
    told = handed_over()

    view = brief_of(told.case, DUTY).handover
    assert view is not None
    assert (view.short, view.emergency, view.due) == ("市教委", ("110", "119"), told.now + timedelta(minutes=10))
    assert brief_of(told.case, RECEIVER).handover.emergency == ()
    mine = {offer.kind: offer for offer in offers(told.case, RECEIVER)}
    assert mine["accept"].only == mine["decline"].only == {"handover": ("1",)}
    assert not [offer for offer in offers(told.case, DUTY) if offer.kind in ("accept", "decline")]
    assert "triage" in {offer.kind for offer in offers(told.case, DUTY)}
    told.say(DUTY, Nudge(clock=ClockName.HANDOVER, unit="jyw"))


def test_what_is_received_asks_nothing_of_anybody_more():
    told = handed_over()
    told.say(RECEIVER, Accept())

    assert brief_of(told.case, DUTY).handover is None
    assert told.case.next_wake() is None


def test_the_state_with_a_handover_travels():
    told = Story(Level.YELLOW, terms=terms())
    told.travels = True
    told.say(DUTY, urgent())
    told.wait("5m")
    assert told.case.handover is not None


@pytest.mark.parametrize("decision", [Accept(handover=True), Decline(handover=True, reason="不属本单位")])
def test_what_a_colleague_has_returned_already_waits_for_nobody_and_that_is_the_answer(decision):
    told = handed_over()
    told.say(RECEIVER, Decline(handover=True, reason="不属本单位"))

    with pytest.raises(Unfit, match="no_handover"):
        told.say(of("jyw", Seat.DEPUTY), decision)


@pytest.mark.parametrize("decision", [Accept(), Decline(reason="不属本单位")])
def test_a_request_a_colleague_has_returned_already_is_said_to_be_returned(decision):
    told = story()
    told.say(DUTY, triage("jkj", "sjw"))
    told.say(liaison("sjw"), Decline(reason="不属本单位"))

    with pytest.raises(Unfit, match="request_state"):
        told.say(deputy("sjw"), decision)
