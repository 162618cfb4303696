"""A call by phone is somebody's task: who makes it is named by the policy, told at once, and reminded of its log."""

from datetime import datetime, timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.case.summarise import summarise
from domain.decider import results
from domain.decisions import Accept, Acknowledge, PhoneLog, Relevel, TriageDecision
from domain.errors import NotPermitted
from domain.terms import Addressee, Call, Gap, Terms
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome, Seat
from domain.worktime.quiet_hours import Quiet
from tests.domain.factories import (
    CALLERS,
    DUTY,
    EDITOR,
    LEADER,
    LEVELS,
    OFFICE_DEPUTY,
    START,
    TERMS,
    WITH_CALLERS,
    Story,
    liaison,
    of,
)

BY = CALLERS
DUTY_SEATS = (Addressee(unit="wxb", seat=Seat.DUTY), Addressee(unit="wxb", seat=Seat.DUTY_LEADER))


def terms(**changes: object) -> Terms:
    red = WITH_CALLERS.levels[Level.RED].model_copy(update=changes)
    return WITH_CALLERS.model_copy(update={"levels": WITH_CALLERS.levels | {Level.RED: red}})


def story(level: Level = Level.RED, own: Terms | None = None, start: datetime = START) -> Story:
    told = Story(level, terms=own or terms(), start=start)
    told.logs_calls = False
    return told


def asked(told: Story, clock: ClockName, unit: str) -> list[Notice]:
    return [n for n in told.notices(Message.CALL) if (n.clock, n.owner) == (clock, unit)]


def test_whoever_the_policy_names_is_asked_to_call_the_moment_a_rung_by_phone_rings():
    told = story()

    told.wait("8m")

    start, rung = asked(told, ClockName.TRIAGE, "wxb")[0], asked(told, ClockName.TRIAGE, "wxb")[-1]
    assert (start.to, start.by, start.calls) == (DUTY_SEATS, ("sms", "wecom"), (DUTY_SEATS[0],))
    assert (rung.to, {one.seat for one in rung.calls}) == (DUTY_SEATS, {Seat.DUTY, Seat.DEPUTY})
    assert rung.values["n"] == 1


def test_a_unit_that_is_asked_by_phone_is_a_call_of_the_office_and_other_letters_are_none():
    told = story()
    told.triaged("jkj", "wjw", level=Level.RED)

    assert [n.calls for n in asked(told, ClockName.ACCEPT, "jkj")] == [(Addressee(unit="jkj", seat=Seat.DUTY),)]
    assert asked(told, ClockName.ANSWER, "jkj") == [], "one call for one request"
    by_phone = {n.message for n in told.notices() if "phone" in n.by}
    assert by_phone <= {Message.RING, Message.REQUEST, Message.TRANSFER}
    told.wait("8m")
    assert not any("phone" in n.by for n in told.notices(Message.CALL)), "nobody calls the caller"


def test_a_call_nobody_logs_reminds_the_caller_before_anybody_else_is_called():
    told = story().triaged("jkj", level=Level.RED)

    told.wait("4m")
    assert [n.values["again"] for n in asked(told, ClockName.ACCEPT, "jkj")] == [0]
    told.wait("1m")
    assert [n.values["again"] for n in asked(told, ClockName.ACCEPT, "jkj")] == [0, 1], "at half the minimum gap"
    assert told.events("call_passed_on") == []
    told.wait("5m")
    last = asked(told, ClockName.ACCEPT, "jkj")[-1]
    assert (last.passed_on, last.values["again"]) == (1, 0), "then the next person is called"
    told.wait("4m")
    assert len(asked(told, ClockName.ACCEPT, "jkj")) == 3, "who is called then has as long"


@pytest.mark.parametrize("outcome", [PhoneOutcome.REACHED, PhoneOutcome.PASSED_ON])
def test_a_call_that_is_logged_is_over_and_reminds_nobody(outcome):
    told = story().triaged("jkj", level=Level.RED)
    told.settle()

    told.say(DUTY, PhoneLog(clock=ClockName.ACCEPT, unit="jkj", outcome=outcome))
    told.wait("14m")  # before the next rung

    assert len(asked(told, ClockName.ACCEPT, "jkj")) == 1
    assert call_of(told, ClockName.ACCEPT) is None


def call_of(told: Story, clock: ClockName, unit: str = "jkj"):
    debts = summarise(told.case).debts
    return next((debt.call for debt in debts if (debt.clock, debt.unit) == (clock, unit)), None)


def test_the_summary_says_which_seats_are_to_be_called_by_which_and_holds_no_number():
    told = story().triaged("jkj", level=Level.RED)

    call = call_of(told, ClockName.ACCEPT)

    assert call is not None
    assert (call.by, call.to) == (DUTY_SEATS, (Addressee(unit="jkj", seat=Seat.DUTY),))
    assert (call.since, call.passed_on, call.generation) == (told.now, 0, 1)


def test_a_call_is_over_when_its_clock_stops_is_taken_in_hand_or_the_case_is_closed():
    told = story().triaged("jkj", level=Level.RED)
    told.say(liaison("jkj"), Accept())
    assert call_of(told, ClockName.ACCEPT) is None

    held = story().triaged("jkj", level=Level.RED)
    held.say(liaison("jkj"), Acknowledge(clock=ClockName.ACCEPT, unit="jkj"))
    assert call_of(held, ClockName.ACCEPT) is None

    let_out = story()
    let_out.say(DUTY, TriageDecision(exit=Exit.OPINION, reason="观点"))
    assert summarise(let_out.case).debts == ()


def test_a_letter_that_asks_for_a_call_is_not_sent_once_the_call_is_over():
    told = story().triaged("jkj", level=Level.RED)
    gathered(told)

    told.say(DUTY, PhoneLog(clock=ClockName.ACCEPT, unit="jkj", outcome=PhoneOutcome.REACHED))

    [letter] = [n for n in pending(told) if n.clock is ClockName.ACCEPT]
    assert letter.called_off


def test_only_the_latest_call_of_a_clock_is_asked_for():
    told = story()
    told.wait("8m")
    gathered(told)
    told.wait("5m")

    assert [(n.values["n"], n.called_off) for n in pending(told)] == [(1, True), (2, False)]


def gathered(told: Story) -> None:
    results.gather_wave(told.case, told.now)


def pending(told: Story) -> list[Notice]:
    return [n for n in told.case.pending_effects if isinstance(n, Notice) and n.message is Message.CALL]


def test_a_rung_may_name_a_caller_of_its_own():
    own = Call(to=("office.editor",), by=("sms",))
    ladder = LEVELS[Level.RED].ladder
    first = ladder[0].model_copy(update={"phone_by": own})
    told = story(own=terms(ladder=(first, *ladder[1:])))

    told.wait("8m")
    rung = asked(told, ClockName.TRIAGE, "wxb")[-1]
    assert (rung.to, rung.by) == ((Addressee(unit="wxb", seat=Seat.EDITOR),), ("sms",))

    log = PhoneLog(clock=ClockName.TRIAGE, unit="wxb", outcome=PhoneOutcome.REACHED)
    told.say(EDITOR, log)


def test_a_caller_outside_the_case_logs_the_call_and_nothing_else():
    own = Call(to=("unit:zfb.duty",), by=("sms",))
    told = story(own=terms(phone_by=own)).triaged("jkj", level=Level.RED)
    city, other = of("zfb", Seat.DUTY), of("zfb", Seat.HEAD)
    log = PhoneLog(clock=ClockName.ACCEPT, unit="jkj", outcome=PhoneOutcome.REACHED)

    told.refused(other, log, NotPermitted)
    told.refused(city, Accept(), NotPermitted)
    told.say(city, log)


def test_whoever_was_reached_for_an_empty_seat_of_the_caller_logs_the_call():
    told = story().triaged("jkj", level=Level.RED)
    log = PhoneLog(clock=ClockName.ACCEPT, unit="jkj", outcome=PhoneOutcome.REACHED)
    told.refused(OFFICE_DEPUTY, log, NotPermitted)

    reached = Addressee(unit="wxb", seat=Seat.DEPUTY)
    told.case.stand_ins = (Gap(wanted=DUTY_SEATS[0], reached=reached),)
    told.say(OFFICE_DEPUTY, log)


def test_a_case_of_before_names_nobody_and_asks_nobody():
    told = story(own=TERMS).triaged("jkj", level=Level.RED)

    told.wait("60m")

    assert told.notices(Message.CALL) == []
    assert call_of(told, ClockName.ANSWER) is None


def test_a_call_that_begins_in_quiet_hours_waits_for_their_end():
    quiet = Quiet(begin=22 * 60, end=7 * 60 + 30)
    own = terms(quiet=quiet, budgets=LEVELS[Level.YELLOW].budgets)
    told = story(own=own, start=START + timedelta(hours=14, minutes=30))  # 23:30
    told.triaged("jkj", level=Level.RED)

    call, [letter] = call_of(told, ClockName.ACCEPT), asked(told, ClockName.ACCEPT, "jkj")

    assert call is not None
    assert letter.not_before == call.since > told.now
    told.wait("7h")
    assert len(asked(told, ClockName.ACCEPT, "jkj")) == 1, "nobody is reminded of a call that waits for the morning"


def test_a_raised_level_calls_whoever_works_on_the_request():
    told = Story(Level.YELLOW, terms=terms()).triaged("jkj", level=Level.YELLOW)
    told.logs_calls = False
    told.say(liaison("jkj"), Accept())

    told.say(DUTY, Relevel(level=Level.RED, reason="扩散快"))

    assert [n.calls for n in asked(told, ClockName.ANSWER, "jkj")] == [(Addressee(unit="jkj", seat=Seat.DUTY),)]


def test_no_call_waits_while_its_clock_stands_still():
    told = story().triaged("jkj", level=Level.RED)
    told.say(liaison("jkj"), Accept())
    told.wait("76m")
    clock = told.case.clock(ClockName.ANSWER, "jkj")
    assert call_of(told, ClockName.ANSWER) is not None

    clock.account = clock.account.halted(told.now)

    assert call_of(told, ClockName.ANSWER) is None


def test_the_duty_leader_may_log_what_the_duty_was_asked_to_call():
    told = story().triaged("jkj", level=Level.RED)
    told.say(LEADER, PhoneLog(clock=ClockName.ACCEPT, unit="jkj", outcome=PhoneOutcome.PASSED_ON, remarks="已告联络员"))
    assert told.events("phone_logged")[0].remarks == "已告联络员"
