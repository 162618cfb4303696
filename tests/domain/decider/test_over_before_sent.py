"""After downtime a decision is what a case hears first: what it ends is asked of nobody, though its rungs rang."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case.notice_kinds import OF_A_RUNG, Message
from domain.case.obligations import Notice
from domain.decider import results
from domain.decider.ring import ring
from domain.decisions import Accept, Decline, Interim, PhoneLog, Transfer, TriageDecision
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome, RungKind, Seat
from tests.domain.factories import DUTY, LEADER, WITH_CALLERS, Story, finding, liaison, of, triage
from tests.domain.stages.test_handover import RECEIVER, handed_over

pytestmark = pytest.mark.people


def unheard(story: Story, minutes: int) -> Story:
    """Let time pass with the worker down: the next thing the case hears is a decision."""
    story.settle()
    story.now += timedelta(minutes=minutes)
    return story


def going_out(story: Story, *clocks: ClockName) -> list[Notice]:
    """The letters that go out now about some clocks; about all of them, if none is named."""
    results.gather_wave(story.case, story.now)
    found = [one for one in story.case.pending_effects if isinstance(one, Notice) and not one.called_off]
    return [one for one in found if not clocks or one.clock in clocks]


def seats(letters: list[Notice]) -> set[str]:
    return {f"{seat.unit}.{seat.seat}" for one in letters for seat in one.to}


def test_urgent_help_received_after_downtime_is_asked_of_nobody_and_nobody_unasked_is_stood_down():
    late = unheard(handed_over(), 12)

    late.say(RECEIVER, Accept(handover=True))

    rang = [one.n for one in late.events("rung_rang") if one.clock is ClockName.HANDOVER]
    assert rang == [1, 2, 3], "the timeline has what had passed"
    [letter] = going_out(late)
    assert letter.message is Message.STAND_DOWN
    assert seats([letter]) == {"wxb.duty"}, "who received it knows, and beside him only the caller had been asked"


def test_urgent_help_received_by_a_logged_call_after_downtime_stands_down_whoever_had_a_letter():
    late = unheard(handed_over(), 12)
    log = PhoneLog(
        clock=ClockName.HANDOVER,
        unit="jyw",
        outcome=PhoneOutcome.REACHED,
        expected_level=0,
        answered_by="jyw",
    )

    late.say(DUTY, log)

    letters = going_out(late)
    assert {one.message for one in letters} == {Message.STAND_DOWN}
    assert seats(letters) == {"jyw.duty"}, "who logged the call knows"


def test_urgent_help_handed_over_and_taken_back_in_one_moment_stands_nobody_down():
    at_once = handed_over()  # its letter has not gone out

    at_once.say(DUTY, triage("jkj"))

    assert [one.message for one in going_out(at_once) if "jyw.duty" in seats([one])] == []


def test_urgent_help_returned_and_handed_on_in_one_moment_stands_nobody_down_of_the_office():
    at_once = handed_over()
    at_once.settle()
    at_once.say(RECEIVER, Decline(reason="不属本单位", handover=True))

    at_once.say(LEADER, triage("jkj"))

    letters = [one for one in going_out(at_once) if one.values.get("handed_on")]
    assert letters == [], "nobody was called to hand it on"


def test_a_report_let_out_after_downtime_stands_down_the_last_who_had_a_letter():
    story = Story(Level.RED)
    story.wait("8m")  # the reminder of the triage has rung
    unheard(story, 8)

    story.say(DUTY, TriageDecision(exit=Exit.OPINION, reason="观点"))

    letters = going_out(story)
    assert {one.message for one in letters} == {Message.STAND_DOWN}
    assert seats(letters) == {"wxb.deputy"}, "the duty leader and the head were never asked"


def test_a_finding_handed_in_after_downtime_is_asked_of_nobody():
    story = Story(Level.ORANGE, terms=WITH_CALLERS).triaged("jkj", "sjw", level=Level.ORANGE)
    for unit in ("jkj", "sjw"):
        story.say(liaison(unit), Accept())
    unheard(story, 121)

    story.say(liaison("jkj"), finding())

    assert {one.n for one in story.events("rung_rang") if one.clock is ClockName.ANSWER} == {1, 2}
    assert [one for one in going_out(story, ClockName.ANSWER) if one.owner == "jkj"] == []


def test_a_request_accepted_after_downtime_is_not_asked_to_be_accepted():
    story = unheard(Story(Level.RED, terms=WITH_CALLERS).triaged("jkj", level=Level.RED), 16)

    story.say(of("jkj", Seat.DUTY), Accept())

    assert story.events("rung_rang") != []
    assert going_out(story, ClockName.ACCEPT) == []


def test_an_interim_notice_that_is_asked_for_before_any_letter_went_out_is_asked_of_nobody():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(DUTY, Interim())

    assert [one for one in going_out(story) if one.message is Message.INTERIM_REQUEST] == []


def test_a_breach_that_is_not_over_is_still_a_letter():
    story = unheard(Story(Level.ORANGE).triaged("jkj", level=Level.ORANGE), 200)

    story.say(LEADER, Interim())

    assert [one for one in going_out(story, ClockName.ANSWER) if one.message in OF_A_RUNG] != []


# --- a request that is taken back when its breach rings ---------------------------------------------------------------

AT_BREACH = WITH_CALLERS.model_copy(
    update={
        "levels": {
            level: one.model_copy(update={"expires_at_breach": True}) for level, one in WITH_CALLERS.levels.items()
        }
    }
)


def rung_letters(story: Story) -> list[Notice]:
    return [one for one in going_out(story, ClockName.ACCEPT) if one.message in (*OF_A_RUNG, Message.CALL)]


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=61)])
@pytest.mark.parametrize("co_units", [(), ("sjw",)])
def test_whoever_a_breach_calls_reads_that_the_request_was_taken_back_when_it_was(late, co_units):
    story = Story(Level.RED, terms=AT_BREACH).triaged("jkj", *co_units, level=Level.RED)
    story.settle()
    due = story.clock(ClockName.ACCEPT, "jkj").due
    breach = next(one for one in AT_BREACH.at(Level.RED).ladder if one.kind is RungKind.BREACH)
    rings = story.case.called(breach.to, story.clock(ClockName.ACCEPT, "jkj"))

    story.now = due + late
    ring(story.case, story.now)

    letters = rung_letters(story)
    assert {one.message for one in letters} == {Message.BREACH, Message.CALL}, "nobody is reminded of what is over"
    roles = {one.owner: one.values["expired"] for one in letters}
    assert roles == {"jkj": "lead", **dict.fromkeys(co_units, "co")}
    assert {seat for one in letters if one.message is Message.BREACH for seat in one.to} >= set(rings)


def test_whoever_a_breach_calls_reads_that_an_offer_nobody_accepted_is_over():
    story = Story(Level.RED, terms=AT_BREACH).triaged("jkj", level=Level.RED)
    story.say(liaison("jkj"), Accept())
    story.say(liaison("jkj"), Transfer(to="sjw", reason="职责对口"))
    story.settle()

    story.now = story.clock(ClockName.ACCEPT, "sjw").due
    ring(story.case, story.now)

    assert {(one.owner, one.values["expired"]) for one in rung_letters(story)} == {("sjw", "transfer")}


def test_letters_of_earlier_rungs_on_their_way_are_called_off_when_the_request_is_taken_back():
    story = Story(Level.RED, terms=AT_BREACH).triaged("jkj", level=Level.RED)
    story.settle()
    due = story.clock(ClockName.ACCEPT, "jkj").due

    story.wait(due - story.now)  # two rungs ring before it; no gateway answers

    notices = [one for one in story.case.pending_effects if isinstance(one, Notice) and one.clock is ClockName.ACCEPT]
    off = {one.message: one.called_off for one in notices}
    assert off == {Message.REMINDER: True, Message.CALL: False, Message.BREACH: False}
