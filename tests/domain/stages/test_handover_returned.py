"""Urgent help that a unit returns stays urgent: the office is called at the handover's level, by its due time."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.decisions import Accept, Confirm, Decline, PhoneLog, Relevel
from domain.terms import Addressee
from domain.vocabulary import ClockName, Level, PhoneOutcome, Seat, Vote
from domain.worktime.working_time import Span
from tests.domain.factories import DUTY, LEADER, Story, liaison, triage
from tests.domain.stages.test_handover import RECEIVER, handed_over, sent_back, terms, urgent

pytestmark = pytest.mark.people

DUTY_SEAT = Addressee(unit="wxb", seat=Seat.DUTY)
RETURNED = Decline(reason="系市公安局职责", suggested="zfb")
MINUTE = timedelta(minutes=1)


def returned(after: str) -> Story:
    told = handed_over()
    told.wait(after)
    told.say(RECEIVER, RETURNED)
    return told


def test_the_office_is_called_and_written_to_at_the_level_of_the_handover():
    told = returned("3m")

    letter, call = told.notices(Message.RING)[-1], told.notices(Message.CALL)[-1]
    assert (letter.to, letter.by, letter.level) == ((DUTY_SEAT,), ("phone", "sms", "wecom"), Level.RED)
    assert letter.values == {"returned_by": "市教委", "reason": "系市公安局职责", "suggested": "市政府办公室"}
    assert letter.not_before is None
    assert (call.clock, call.calls) == (ClockName.TRIAGE, (DUTY_SEAT,))
    [debt] = [one for one in summarise(told.case).debts if one.clock is ClockName.TRIAGE]
    assert debt.call is not None
    assert len(told.notices(Message.RING)) == 2, "the case began with one"


@pytest.mark.parametrize(("after", "due"), [("1m", 10), ("5m", 10), ("7m", 12), ("23m", 28)])
def test_it_is_due_when_the_unit_was_to_receive_it_or_after_the_minimum_gap(after, due):
    own = terms()
    red = own.at(Level.RED).model_copy(update={"min_gap": Span.of("5m")})
    told = Story(Level.YELLOW, terms=own.model_copy(update={"levels": own.levels | {Level.RED: red}}))
    told.say(DUTY, urgent())
    began = told.now
    told.wait(after)

    told.say(RECEIVER, RETURNED)

    assert (told.clock(ClockName.TRIAGE).due - began) / MINUTE == due
    assert told.notices(Message.RING)[-1].due == told.clock(ClockName.TRIAGE).due


def test_the_ladder_of_the_handover_asks_the_office_again():
    told = returned("3m")
    before = len(told.events("rung_rang"))

    told.wait("26m")

    rang = told.events("rung_rang")[before:]
    assert [(one.clock, one.rung) for one in rang] == [
        ("triage", kind) for kind in ("remind", "due_soon", "breach", "escalate")
    ]
    assert {one.seat for one in rang[2].to} == {Seat.DUTY_LEADER, Seat.HEAD}


def test_handed_to_the_next_unit_it_has_its_own_time_and_the_urgent_clock_is_over():
    told = returned("3m")

    told.say(DUTY, urgent("zfb"))

    assert told.clock(ClockName.HANDOVER, "zfb").due == told.now + timedelta(minutes=10)
    assert (ClockName.TRIAGE, "wxb") not in told.runs()


def test_triaged_as_a_rumor_after_all_the_next_triage_is_of_the_level_of_the_case():
    told = returned("3m")
    told.say(DUTY, triage("jkj"))

    told.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    clock = told.clock(ClockName.TRIAGE)
    assert (clock.level, clock.due) == (Level.YELLOW, told.now + timedelta(hours=2))


def test_received_by_another_unit_the_office_confirms_in_the_time_of_its_own_triage():
    told = sent_back()
    told.say(RECEIVER, RETURNED)
    told.wait("12m")
    told.say(DUTY, urgent("zfb"))

    told.say(DUTY, PhoneLog(clock=ClockName.HANDOVER, unit="zfb", outcome=PhoneOutcome.REACHED))

    clock = told.clock(ClockName.TRIAGE)
    assert (clock.level, clock.returned, clock.breached) == (Level.YELLOW, False, None)


def test_a_level_lowered_meanwhile_leaves_urgent_help_as_urgent_as_it_was():
    told = Story(Level.ORANGE, terms=terms()).triaged("jkj", level=Level.ORANGE)
    told.say(DUTY, Relevel(level=Level.YELLOW, reason="影响有限"))
    lower = Confirm(ref=told.case.proposals[-1].ref, outcome=Vote.APPROVE)
    told.say(liaison("jkj"), Decline(reason="系求助，非谣言"))
    told.say(DUTY, urgent())

    told.say(LEADER, lower)

    clock = told.clock(ClockName.HANDOVER, "jyw")
    assert (told.case.level, clock.level, clock.due) == (Level.YELLOW, Level.RED, told.now + timedelta(minutes=10))
    told.say(RECEIVER, Accept(handover=True))


def test_the_state_with_returned_help_travels():
    told = Story(Level.YELLOW, terms=terms())
    told.travels = True
    told.say(DUTY, urgent())

    told.say(RECEIVER, RETURNED)

    assert told.clock(ClockName.TRIAGE).returned
