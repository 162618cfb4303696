"""A change of level: what was promised is kept, who owes what moved is told, and nobody alone takes anything away."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Extend, Relevel
from domain.vocabulary import ClockName, Level, Stage, Verdict
from tests.domain.factories import DUTY, LEADER, START, Story, deputy, finding, liaison

pytestmark = pytest.mark.people

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def raised(story: Story, level: Level = Level.RED) -> Story:
    story.say(DUTY, Relevel(level=level, reason="扩散"))
    return story


def lowered(story: Story, level: Level) -> Story:
    story.say(DUTY, Relevel(level=level, reason="平息"))
    story.confirmed_by(LEADER)
    return story


def breached(story: Story) -> list[tuple[str, str]]:
    return [(event.clock, event.unit) for event in story.events("clock_breached")]


def told(story: Story, message: Message = Message.DUE_MOVED) -> set[tuple[str, str, str]]:
    """Return whom letters of a kind are for, by clock, unit and seat."""
    return {(one.clock, to.unit, to.seat) for one in story.notices(message) for to in one.to}


# --- who is told -----------------------------------------------------------------------------------------------------


def test_a_raised_level_calls_everybody_whose_clock_moved_and_informs_as_at_the_start():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Accept())

    raised(story)

    units = {("answer", "jkj", "duty"), ("answer", "sjw", "duty"), ("accept", "sjw", "duty")}
    assert told(story) >= {*units, ("response", "wxb", "duty"), ("interim", "wxb", "duty"), ("case", "wxb", "head")}
    letters = [one for one in story.notices(Message.DUE_MOVED) if (one.clock, one.owner) == ("answer", "jkj")]
    [letter] = [one for one in letters if not one.values.get("informs")]
    assert letter.by == ("sms", "wecom"), "the start call is asked for apart"
    assert (letter.values["old_level"], letter.values["level"]) == (Level.YELLOW, Level.RED)
    assert letter.values["old"] == (START + 24 * HOUR).isoformat()
    assert letter.due == START + 150 * MINUTE
    assert ("answer", "jkj", "deputy") in told(story, Message.INFORM)
    assert ("answer", "wxb", "duty_leader") in told(story, Message.INFORM)
    moved = {(event.clock, event.unit): (event.old, event.new) for event in story.events("due_moved")}
    assert moved["answer", "jkj"] == (START + 24 * HOUR, START + 150 * MINUTE)


def test_whoever_was_called_or_informed_at_a_raised_level_hears_what_a_lowered_one_moves():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    raised(story)
    story.settle()
    heard = {one for one in told(story) | told(story, Message.INFORM) if one[0] == "answer"}

    lowered(story, Level.YELLOW)

    assert heard, "somebody heard the due time of red"
    assert {one[1:] for one in told(story) if one[0] == "answer"} >= {one[1:] for one in heard}
    informs = [one for one in story.notices(Message.DUE_MOVED) if one.clock == "answer" and one.values.get("informs")]
    assert [seat for one in informs for seat in one.to if one.asks(seat)] == []
    assert {seat.seat for one in informs for seat in one.to} >= {"duty", "deputy", "duty_leader"}


def test_whoever_a_rung_called_hears_that_its_due_time_moves():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait(20 * HOUR)
    rung = {(to.unit, to.seat) for event in story.events("rung_rang") if event.clock == "answer" for to in event.to}
    story.say(liaison("jkj"), Extend(clock=ClockName.ANSWER, unit="jkj", longer="3h", reason="等检测结果"))
    story.confirmed_by(LEADER)

    assert rung
    assert {one[1:] for one in told(story) if one[0] == "answer"} >= rung


def test_signers_are_told_that_a_raised_level_moved_what_they_owe():
    story = Story(Level.ORANGE).triaged(level=Level.ORANGE).verified().drafted()

    raised(story)

    assert ("approval", "jkj", "deputy") in told(story)
    assert story.clock(ClockName.APPROVAL, "jkj").due == START + 30 * MINUTE


def test_the_first_triage_tells_nobody_of_clocks_that_were_promised_to_nobody():
    story = Story().triaged("jkj", level=Level.RED)

    assert told(story) == set()
    assert story.events("due_moved") == []


def test_a_lowered_level_tells_the_units_how_long_they_have_now():
    story = lowered(Story(Level.RED).triaged("jkj", level=Level.RED), Level.YELLOW)

    assert ("answer", "jkj", "liaison_a") in told(story)


# --- what is left ----------------------------------------------------------------------------------------------------


def test_a_raised_level_breaches_nothing_that_was_never_due():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("310m")

    raised(story)
    story.wait("9m")

    assert breached(story) == []
    left = {
        clock.due
        for clock in story.case.running()
        if clock.name in (ClockName.ANSWER, ClockName.RESPONSE, ClockName.INTERIM)
    }
    assert left == {START + 320 * MINUTE}, "each has the gap of the level at least"
    story.wait("1m")
    assert set(breached(story)) == {("answer", "jkj"), ("response", "wxb"), ("interim", "wxb")}


def test_a_request_nobody_has_accepted_yet_begins_anew_at_a_raised_level():
    story = Story().triaged("jkj")
    story.wait("100m")

    raised(story, Level.ORANGE)
    story.wait("40m")

    assert story.clock(ClockName.ACCEPT, "jkj").due == START + 160 * MINUTE
    assert breached(story) == []
    story.say(liaison("jkj"), Accept())


def test_a_request_that_begins_anew_is_due_no_later_than_it_was():
    story = Story().triaged("jkj")
    story.wait("200m")

    raised(story, Level.ORANGE)

    assert story.clock(ClockName.ACCEPT, "jkj").due == START + 240 * MINUTE


def test_what_a_raised_level_leaves_is_kept_through_a_pause_of_the_clock():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Accept())
    story.wait("30h")
    raised(story, Level.YELLOW)
    answer = story.clock(ClockName.ANSWER, "jkj")
    assert answer.due == START + 32 * HOUR

    answer.account = answer.account.halted(story.now)
    answer.reschedule(story.case.promises(answer), story.case.time, story.now + 10 * HOUR)

    assert answer.due == START + 42 * HOUR


def test_the_time_a_raised_level_left_is_given_once():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("310m")
    raised(story)
    story.wait("5m")

    lowered(story, Level.ORANGE)

    assert story.clock(ClockName.ANSWER, "jkj").due == story.now, "orange has 150 minutes, and 315 are used"


# --- what was missed -------------------------------------------------------------------------------------------------


def test_an_overdue_clock_keeps_the_first_instant_it_missed_through_every_level():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("25h")

    for level in (Level.ORANGE, Level.RED):
        raised(story, level)
        assert story.clock(ClockName.ANSWER, "jkj").due == START + 24 * HOUR
    lowered(story, Level.YELLOW)

    assert story.clock(ClockName.ANSWER, "jkj").due == START + 24 * HOUR
    assert breached(story).count(("answer", "jkj")) == 1


def test_an_overdue_clock_goes_up_a_raised_ladder_by_its_gap_and_leaves_no_seat_out():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("29h")
    assert story.clock(ClockName.ANSWER, "jkj").rung == 4, "the office's deputy was called"

    raised(story)
    rang = len(story.events("rung_rang"))
    story.wait("20m")

    calls = [(event.n, event.to[0].seat) for event in story.events("rung_rang")[rang:] if event.clock == "answer"]
    assert calls == [(4, "head"), (5, "duty")]


def test_a_level_that_is_lowered_after_downtime_does_not_undo_the_breach():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(liaison("jkj"), Accept())
    story.say(DUTY, Relevel(level=Level.YELLOW, reason="平息"))
    story.now += 200 * MINUTE  # the worker was down: the decision is heard before anything rings

    story.confirmed_by(LEADER)

    assert ("answer", "jkj") in breached(story)


# --- there and back --------------------------------------------------------------------------------------------------


def test_an_interim_clock_goes_on_where_it_stopped_when_its_level_comes_back():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("11h")

    lowered(story, Level.BLUE)
    story.wait("1h")
    raised(story, Level.ORANGE)
    lowered(story, Level.YELLOW)

    assert story.clock(ClockName.INTERIM).due == START + 13 * HOUR, "an hour was left, and the hour at blue not counted"


def test_a_missed_interim_stays_missed_when_its_level_comes_back():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("13h")

    lowered(story, Level.BLUE)
    raised(story, Level.YELLOW)

    interim = story.clock(ClockName.INTERIM)
    assert interim.breached is not None
    assert interim.due == START + 12 * HOUR
    assert breached(story).count(("interim", "wxb")) == 1


def test_the_minutes_of_a_session_keep_what_was_used_when_their_level_comes_back():
    story = Story().triaged("jkj", "sjw", "wjw")
    for unit, verdict in (("jkj", Verdict.FALSE), ("sjw", Verdict.TRUE), ("wjw", Verdict.FALSE)):
        story.say(liaison(unit), finding(verdict))
    story.wait("3h")

    lowered(story, Level.BLUE)
    raised(story, Level.YELLOW)

    assert story.clock(ClockName.SESSION).due == START + 5 * HOUR, "an hour was left, and two are the least gap"


def test_an_extension_counts_again_when_the_level_it_was_granted_at_comes_back():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.say(liaison("jkj"), Extend(clock=ClockName.ANSWER, unit="jkj", longer="8h", reason="检测要两天"))
    story.confirmed_by(LEADER)

    raised(story)
    assert story.clock(ClockName.ANSWER, "jkj").due == START + 150 * MINUTE
    lowered(story, Level.YELLOW)

    assert story.clock(ClockName.ANSWER, "jkj").due == START + 32 * HOUR


# --- the quorum ------------------------------------------------------------------------------------------------------


def test_a_level_raised_by_one_person_takes_no_answer_off_those_that_are_waited_for():
    story = Story().triaged("jkj", "sjw", "wjw", "skx")
    story.say(liaison("jkj"), finding())

    raised(story, Level.ORANGE)
    story.say(liaison("sjw"), finding())

    assert story.case.stage is Stage.VERIFICATION, "two of three co-units are still waited for, as at yellow"
    story.say(liaison("wjw"), finding())
    assert story.case.stage is Stage.REBUTTAL
    assert [event.what for event in story.events("proposal_lapsed")] == ["lead_alone"]


@pytest.mark.parametrize("raises", [DUTY, LEADER])
def test_the_other_seat_of_the_office_may_let_the_lead_be_enough_at_a_raised_level(raises):
    story = Story().triaged("jkj", "sjw", "wjw", "skx")
    story.say(liaison("jkj"), finding())
    story.say(raises, Relevel(level=Level.ORANGE, reason="扩散"))
    other = LEADER if raises is DUTY else DUTY
    assert {to.seat for one in story.notices(Message.CONFIRM_REQUEST) for to in one.to} == set(other.seats)

    story.confirmed_by(other)

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, Verdict.FALSE)


def test_what_was_asked_for_at_one_raised_level_waits_at_no_other():
    story = raised(Story().triaged("jkj", "sjw", "wjw", "skx"), Level.ORANGE)
    [before] = story.case.proposals

    raised(story, Level.RED)

    [asked] = story.case.proposals
    assert asked.ref != before.ref
    assert [(event.what, event.ref) for event in story.events("proposal_lapsed")] == [("lead_alone", before.ref)]
    lowered(story, Level.YELLOW)
    assert story.case.proposals == ()


def test_where_nothing_else_is_waited_for_a_raised_level_asks_for_no_second_word():
    assert raised(Story().triaged("jkj")).case.proposals == ()
    answered = Story().triaged("jkj", "sjw", "wjw")
    answered.say(liaison("sjw"), finding())
    answered.say(deputy("wjw"), finding())
    assert raised(answered).case.proposals == ()
