"""Quiet hours and digests: reminders of low urgency wait for the next opening, never past due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.clocks.pause import PauseReason
from domain.decider.results import gather_wave
from domain.decisions import SYSTEM, Accept, Extend, Pause, Recount, Relevel
from domain.vocabulary import ClockName, Level
from domain.worktime.quiet_hours import Quiet
from tests.domain.factories import DUTY, EVIDENCE, LEADER, LEVELS, TERMS, Story, finding, liaison
from tests.domain.working_times import CHINA, calendar

YELLOW = Quiet(begin=22 * 60, end=7 * 60 + 30)
BLUE = Quiet(begin=18 * 60, end=9 * 60, rest_days=True, digest=(9 * 60, 15 * 60))
QUIET = TERMS.model_copy(
    update={
        "levels": {
            **LEVELS,
            Level.YELLOW: LEVELS[Level.YELLOW].model_copy(update={"quiet": YELLOW}),
            Level.BLUE: LEVELS[Level.BLUE].model_copy(update={"quiet": BLUE}),
        }
    }
)


def at(text: str) -> datetime:
    return (datetime.fromisoformat(text) - timedelta(hours=8)).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "instant", "opening"),
    [
        (YELLOW, "2026-11-24T21:59", "2026-11-24T21:59"),
        (YELLOW, "2026-11-24T22:00", "2026-11-25T07:30"),
        (YELLOW, "2026-11-25T03:00", "2026-11-25T07:30"),
        (YELLOW, "2026-11-25T07:30", "2026-11-25T07:30"),
        (BLUE, "2026-11-24T08:00", "2026-11-24T09:00"),
        (BLUE, "2026-11-24T09:00", "2026-11-24T09:00"),
        (BLUE, "2026-11-24T09:01", "2026-11-24T15:00"),
        (BLUE, "2026-11-27T15:01", "2026-11-30T09:00"),  # over the weekend
        (BLUE, "2026-10-09T16:00", "2026-10-10T09:00"),  # a Saturday that is worked
        (Quiet(begin=12 * 60, end=13 * 60), "2026-11-24T12:30", "2026-11-24T13:00"),
    ],
)
def test_the_next_opening(quiet, instant, opening):
    assert quiet.opening(CHINA, at(instant)) == at(opening)


def begun(text: str, level: Level) -> Story:
    return Story(level, terms=QUIET, start=at(text))


def test_a_reminder_in_the_night_waits_for_the_morning():
    story = begun("2026-11-24T17:00", Level.YELLOW).triaged("jkj")

    answer = story.clock(ClockName.ANSWER, "jkj")

    assert answer.plan[0] == at("2026-11-25T07:30")  # half of 24 h would be 05:00
    assert answer.due == at("2026-11-25T17:00")


def test_a_reminder_never_waits_past_what_it_is_about():
    story = begun("2026-11-24T21:00", Level.YELLOW).triaged("jkj")

    accept = story.clock(ClockName.ACCEPT, "jkj")

    assert accept.due == at("2026-11-25T08:00"), "half an hour after the night"
    assert accept.plan[:3] == (at("2026-11-25T07:30"), at("2026-11-25T07:30"), accept.due)
    assert accept.plan[3] == accept.due + timedelta(hours=4), "what follows a breach is not held"


def test_red_knows_no_quiet_hours():
    story = begun("2026-11-24T23:00", Level.RED).triaged("jkj", level=Level.RED)

    assert story.clock(ClockName.ANSWER, "jkj").plan[0] == at("2026-11-25T00:15")


def test_a_request_of_low_urgency_waits_for_the_digest_with_all_that_is_asked_then():
    story = begun("2026-11-24T16:00", Level.BLUE).triaged("jkj", "sjw", level=Level.BLUE)

    held = story.notices(Message.REQUEST)
    assert {notice.not_before for notice in held} == {at("2026-11-25T09:00")}
    gather_wave(story.case, story.now)
    assert {notice.wave for notice in story.case.held()} == {0}
    assert story.case.next_wake() <= at("2026-11-25T09:00")

    gather_wave(story.case, at("2026-11-25T09:00"))
    assert story.case.held() == []
    assert len({notice.wave for notice in story.case.pending_effects if notice.message is Message.REQUEST}) == 1


def test_what_was_answered_before_the_digest_is_not_asked_any_more():
    story = begun("2026-11-24T16:00", Level.BLUE).triaged("jkj", "sjw", "skx", level=Level.BLUE)

    story.say(liaison("jkj"), finding())

    assert {to.unit for notice in story.case.held() for to in notice.to} == {"sjw", "skx"}


def granted(story: Story, longer: str = "1wd") -> Story:
    story.say(liaison("jkj"), Extend(clock=ClockName.ANSWER, unit="jkj", longer=longer, reason="检测要两天"))
    story.confirmed_by(LEADER)
    return story


def test_what_was_answered_is_not_asked_any_more_even_by_a_clock_that_has_moved():
    story = granted(begun("2026-11-24T16:00", Level.BLUE).triaged("jkj", "sjw", "skx", level=Level.BLUE))

    story.say(liaison("jkj"), finding())

    assert {to.unit for notice in story.case.held() for to in notice.to} == {"sjw", "skx"}


def letter(story: Story) -> Notice:
    """Return the request to jkj as it is owed now."""
    gather_wave(story.case, story.now)
    [request] = [
        one for one in story.case.pending_effects if isinstance(one, Notice) and one.message is Message.REQUEST
    ]
    return request


def test_a_case_raised_to_a_level_without_a_digest_sends_its_held_letters_at_once():
    story = begun("2026-11-24T09:30", Level.BLUE).triaged("jkj", level=Level.BLUE)
    held = letter(story)
    assert (held.wave, held.not_before) == (0, at("2026-11-24T15:00"))

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散加快"))
    assert story.case.held() == []
    sent = letter(story)

    assert sent.wave > 0
    assert sent.key == held.key
    assert sent.due == story.clock(ClockName.ANSWER, "jkj").due == at("2026-11-24T12:00")
    assert sent.values["accept_due"] == at("2026-11-24T10:00").isoformat()


def test_a_held_letter_tells_what_is_due_after_an_extension():
    story = begun("2026-11-24T16:00", Level.BLUE).triaged("jkj", level=Level.BLUE)
    before = letter(story)

    after = letter(granted(story))

    assert (after.key, after.not_before, after.wave) == (before.key, before.not_before, 0)
    assert after.due == story.clock(ClockName.ANSWER, "jkj").due > before.due


def test_a_held_letter_tells_what_is_due_after_a_pause_and_by_a_newer_calendar():
    story = begun("2026-11-24T16:00", Level.BLUE).triaged("jkj", level=Level.BLUE)
    until = at("2026-11-26T09:00")
    story.say(DUTY, Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=EVIDENCE))
    story.confirmed_by(LEADER)
    assert letter(story).due == story.clock(ClockName.ANSWER, "jkj").due == at("2026-11-27T18:00")

    story.say(
        SYSTEM, Recount(time=calendar(version="test-2", rest=frozenset({date(2026, 11, 25), date(2026, 11, 27)})))
    )

    assert letter(story).due == story.clock(ClockName.ANSWER, "jkj").due == at("2026-11-30T18:00")
    assert letter(story).not_before == at("2026-11-26T09:00"), "the next digest of a day that is worked"


def test_a_held_letter_asks_nobody_to_sign_for_what_is_signed_for():
    story = begun("2026-11-24T16:00", Level.BLUE).triaged("jkj", level=Level.BLUE)
    assert letter(story).values["accept_due"]

    story.say(liaison("jkj"), Accept())

    assert letter(story).values["accept_due"] == ""
