"""Calls by phone: tasks with a log; a call in vain goes to the next person of its rung and climbs no ladder (rule 4).

Whoever was rung is told of the end.
"""

from datetime import timedelta
from itertools import pairwise

import pytest

from domain.case.notice_kinds import Message
from domain.clocks.pause import PauseReason
from domain.decisions import Accept, Acknowledge, Escalate, Pause, PhoneLog, TriageDecision
from domain.errors import Stale, Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome, Seat
from domain.worktime.working_time import Span
from tests.domain.factories import DUTY, EVIDENCE, LEADER, LEVELS, START, TERMS, WITH_CALLERS, Story, deputy, liaison

TRIAGE = {"clock": ClockName.TRIAGE, "unit": "wxb"}
MINUTE = timedelta(minutes=1)
NO_SESSION = {"sessions_at_triage": ()}


def red() -> Story:
    story = Story(Level.RED, terms=WITH_CALLERS)
    story.logs_calls = False
    return story


def rang(story: Story, clock: ClockName = ClockName.TRIAGE) -> list[tuple[int, float]]:
    entries = [entry for entry in story.entries if entry.event.kind == "rung_rang" and entry.event.clock == clock]
    return [(one.event.n, (one.at - START) / MINUTE) for one in entries]


def passed_on(story: Story, clock: ClockName = ClockName.TRIAGE) -> list[tuple[int, int, float]]:
    mine = [e for e in story.entries if e.event.kind == "call_passed_on" and e.event.clock == clock]
    return [(one.event.n, one.event.times, (one.at - START) / MINUTE) for one in mine]


def missed(level: int, call: int = 0, **about: object) -> PhoneLog:
    return PhoneLog(**(TRIAGE | about), outcome=PhoneOutcome.NOT_REACHED, expected_level=level, expected_call=call)


def test_a_call_nobody_logs_goes_to_the_next_person_of_its_rung():
    story = red()

    story.wait("60m")

    assert rang(story) == [(1, 7.5), (2, 12), (3, 15), (4, 30), (5, 45)], "the ladder keeps its plan"
    assert passed_on(story)[:2] == [(3, 1, 25), (4, 1, 40)]
    [call] = [n for n in story.notices() if n.key.endswith("triage:wxb/g1/r3/call1")]
    assert (call.by, call.passed_on) == (("phone",), 1)
    assert {one.seat for one in call.to} == {Seat.DUTY_LEADER, Seat.HEAD}


def test_a_missing_log_passes_a_call_on_once():
    story = red()

    story.wait("5h")

    assert [(n, times) for n, times, _ in passed_on(story)] == [(3, 1), (4, 1), (5, 1)]


def test_before_the_answer_is_due_calls_without_a_log_reach_nobody_above_due_soon():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(liaison("jkj"), Accept())
    story.logs_calls = False

    story.wait("149m")  # due after 150

    assert [n for n, _ in rang(story, ClockName.ANSWER)] == [1, 2]
    called = {one.seat for n in story.notices() if n.clock is ClockName.ANSWER for one in n.to if n.key.count("/r")}
    assert called == {Seat.DUTY, Seat.DEPUTY}
    assert [(n, times) for n, times, _ in passed_on(story, ClockName.ANSWER)] == [(1, 1), (2, 1)]


def test_a_call_that_reached_nobody_calls_the_next_person_at_once_and_rings_no_rung():
    story = red()
    story.wait("8m")

    answer = story.say(DUTY, missed(1))

    assert [e.event.kind for e in answer.entries] == ["phone_logged", "call_passed_on"]
    assert [n for n, _ in rang(story)] == [1]


def test_one_call_in_vain_counts_once_whoever_logs_it():
    story = red()
    story.wait("8m")
    story.say(DUTY, missed(1))

    refusal = story.refused(DUTY, missed(1), Stale)
    story.refused(LEADER, missed(1), Stale)

    assert refusal.code == "call_answered"
    assert [(n, times) for n, times, _ in passed_on(story)] == [(1, 1)]
    story.say(DUTY, missed(1, 1))


def test_five_logs_within_a_second_reach_nobody_above():
    story = red()
    story.wait("8m")

    for call in range(5):
        if any(
            o.kind == "phone_log" and not o.only and o.preset["clock"] == "triage" for o in offers(story.case, DUTY)
        ):
            story.say(DUTY, missed(1, call))

    assert [n for n, _ in rang(story)] == [1]
    assert [(n, times) for n, times, _ in passed_on(story)] == [(1, 1), (1, 2), (1, 3)]
    assert story.refused(DUTY, missed(1, 3), Unfit).code == "no_call_open"


def test_a_call_in_vain_names_the_rung_it_answers():
    story = red()
    story.wait("8m")

    unnamed = PhoneLog(**TRIAGE, outcome=PhoneOutcome.NOT_REACHED)
    assert story.refused(DUTY, unnamed, Unfit).code == "call_not_named"
    assert story.refused(DUTY, missed(0), Stale).code == "call_answered", "that of the start has its log"


def test_no_call_in_vain_is_logged_or_offered_where_none_is_out():
    story = red()
    story.wait("8m")
    story.say(DUTY, PhoneLog(**TRIAGE, outcome=PhoneOutcome.REACHED))

    assert story.refused(DUTY, missed(1), Unfit).code == "no_call_open"
    [offer] = [o for o in offers(story.case, DUTY) if o.kind == "phone_log" and o.preset["clock"] == "triage"]
    assert offer.only["outcome"] == (PhoneOutcome.REACHED, PhoneOutcome.PASSED_ON)


def test_the_call_at_the_start_of_a_request_is_passed_on_as_well():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.logs_calls = False

    story.say(DUTY, missed(0, clock=ClockName.ACCEPT, unit="jkj"))
    story.wait("11m")

    assert [(n, times) for n, times, _ in passed_on(story, ClockName.ACCEPT)] == [(0, 1), (0, 2)]


def test_the_wait_for_a_log_stands_still_in_a_pause():
    level = LEVELS[Level.RED].model_copy(update={"pause": Span.of("24h")})
    story = Story(Level.RED, terms=TERMS.model_copy(update={"levels": LEVELS | {Level.RED: level}, **NO_SESSION}))
    story.triaged("jkj", level=Level.RED).say(liaison("jkj"), Accept())
    story.logs_calls = False
    story.wait("76m")  # the first rung of the answer has rung a minute ago

    until = story.now + timedelta(hours=3)
    story.say(DUTY, Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=EVIDENCE))
    story.confirmed_by(LEADER)
    story.wait("188m")

    assert passed_on(story, ClockName.ANSWER) == []
    story.wait("1m")
    assert [(n, times) for n, times, _ in passed_on(story, ClockName.ANSWER)] == [(1, 1)]


def test_the_clock_of_a_published_case_calls_nobody_at_night_or_on_a_day_of_rest():
    story = Story(Level.RED, start=START + timedelta(hours=14)).triaged("jkj", level=Level.RED)  # 23:00
    story.verified().drafted().approved().published()
    story.logs_calls = False

    story.wait("30d")

    at = [e.at for e in story.entries if e.event.kind in ("rung_rang", "call_passed_on") and e.event.clock == "case"]
    assert at
    assert all(story.case.time.opening(one) == one for one in at), "in working hours only"
    gaps = [later - one for one, later in pairwise(at)]
    assert all(gap >= timedelta(minutes=10) for gap in gaps)
    [breach] = [e for e in story.entries if e.event.kind == "clock_breached" and e.event.clock == "case"]
    assert breach.at == story.case.opened_at + timedelta(days=7), "the due time stays"


def test_a_call_about_a_published_case_that_nobody_logs_waits_for_the_next_morning():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.verified().drafted().approved().published()
    story.logs_calls = False
    story.wait("535m")  # 17:55
    story.say(DUTY, Escalate(clock=ClockName.CASE, unit="wxb", expected_level=0, reason="尚未归档"))

    story.wait("16h")

    assert passed_on(story, ClockName.CASE) == [(1, 1, 24 * 60)], "at 9:00, when the office opens"


@pytest.mark.parametrize("outcome", [PhoneOutcome.REACHED, PhoneOutcome.PASSED_ON])
def test_a_logged_call_leaves_the_ladder_to_its_time(outcome):
    story = red()
    story.wait("16m")

    story.say(DUTY, PhoneLog(**TRIAGE, outcome=outcome))
    story.wait("13m")

    assert (rang(story)[-1], passed_on(story)) == ((3, 15), [])
    story.wait("1m")
    assert rang(story)[-1] == (4, 30)


def test_an_acknowledgement_is_as_good_as_a_log():
    story = red()
    story.wait("16m")

    story.say(DUTY, Acknowledge(**TRIAGE))
    story.wait("14m")

    assert [n for n, _ in rang(story)] == [1, 2, 3]


def test_a_level_without_phone_waits_for_no_log():
    story = Story(Level.YELLOW)
    story.logs_calls = False

    story.wait("5h")

    assert passed_on(story) == []


# --- acknowledging late ----------------------------------------------------------------------------------------------


def stood_down(story: Story) -> set[str]:
    return {f"{one.unit}.{one.seat}" for notice in story.notices(Message.STAND_DOWN) for one in notice.to}


def test_an_acknowledgement_after_the_next_level_is_taken_marked_and_that_level_told():
    story = Story(Level.RED)
    story.wait("16m")  # the breach has called the duty leader and the head

    story.say(DUTY, Acknowledge(**TRIAGE))  # called last by the second rung
    story.wait("14m")

    [event] = story.events("acknowledged")
    assert event.after_level == 3
    assert [n for n, _ in rang(story)] == [1, 2, 3], "later levels stop"
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

    story.wait("16m")  # the budget of the clock, which is shorter than `ack_lives`

    assert [n for n, _ in rang(story)] == [1, 2, 3, 4]


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
