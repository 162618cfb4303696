"""Nights: who is asked in the quiet hours accepts in the morning, and hears a reminder before that is due (rule 4)."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Relevel
from domain.vocabulary import ClockName, Level
from domain.worktime.quiet_hours import Quiet
from tests.domain.factories import DUTY, LEVELS, START, TERMS, Story

NIGHT = Quiet(begin=22 * 60, end=7 * 60 + 30)
DAY = START - timedelta(hours=9)  # midnight in the office's zone


def asked(hour: float, level: Level = Level.YELLOW) -> Story:
    """A yellow case whose units are asked at an hour of the day, with the sample's quiet hours."""
    quiet = LEVELS[level].model_copy(update={"quiet": NIGHT})
    terms = TERMS.model_copy(update={"levels": LEVELS | {level: quiet}})
    return Story(level, terms=terms, start=DAY + timedelta(hours=hour)).triaged("jkj", level=level)


def accept(story: Story) -> list[tuple[str, float]]:
    """What happened to the accept clock, at which hour after the first midnight."""
    mine = [e for e in story.entries if getattr(e.event, "clock", None) is ClockName.ACCEPT]
    return [(getattr(e.event, "rung", e.event.kind), (e.at - DAY) / timedelta(hours=1)) for e in mine]


def test_a_request_in_the_night_is_to_be_accepted_half_an_hour_after_the_quiet_hours():
    story = asked(22.5)

    assert (story.clock(ClockName.ACCEPT, "jkj").due - DAY) == timedelta(hours=32)  # 08:00, not 02:30
    story.wait("10h")

    assert accept(story) == [("remind", 31.5), ("due_soon", 31.5), ("clock_breached", 32), ("breach", 32)]


def letters(story: Story) -> dict[str, timedelta | None]:
    """How long after the first midnight the request of each unit goes out; None: at once."""
    found = (notice for notice in story.notices(Message.REQUEST))
    return {one.to[0].unit: one.not_before and one.not_before - DAY for one in found}


@pytest.mark.parametrize(("hour", "goes"), [(22.5, 31.5), (3, 7.5), (21.9, None), (7.5, None)])
def test_a_request_of_the_night_goes_out_when_the_quiet_hours_end(hour, goes):
    assert letters(asked(hour)) == {"jkj": goes and timedelta(hours=goes)}


def test_a_request_that_waits_for_the_morning_goes_out_at_once_when_the_level_is_raised():
    story = asked(22.5)
    assert story.case.held()

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散"))

    assert story.case.held() == []


@pytest.mark.parametrize(
    ("hour", "due"),
    [
        (9, 13),  # by day nothing changes
        (17.5, 21.5),
        (18.5, 32),  # 22:30 is quiet
        (3.6, 8),  # 07:36 is too soon after the night
        (4.25, 8.25),
    ],
)
def test_an_accept_clock_is_never_due_before_half_past_the_end_of_the_night(hour, due):
    story = asked(hour)

    assert story.clock(ClockName.ACCEPT, "jkj").due == DAY + timedelta(hours=due)


@pytest.mark.parametrize("quarter", range(96))
def test_at_whatever_hour_a_unit_is_asked_it_is_reminded_before_accepting_is_due(quarter):
    story = asked(quarter / 4)
    clock = story.clock(ClockName.ACCEPT, "jkj")

    reminders = clock.plan[:2]
    assert all(clock.started < at < clock.due for at in reminders)
    assert clock.plan[2:] == (clock.due, clock.due + timedelta(hours=4), clock.due + timedelta(hours=12))


def test_a_reminder_that_would_fall_together_with_the_due_time_comes_before_the_night():
    story = asked(5)  # the answer is due at 05:00, its 80 % fall at 00:12
    clock = story.clock(ClockName.ANSWER, "jkj")

    assert clock.plan[1] == DAY + timedelta(hours=21, minutes=59)
    assert clock.due == DAY + timedelta(hours=29)


def test_a_level_without_quiet_hours_waits_for_no_morning():
    story = Story(Level.RED, start=DAY + timedelta(hours=2)).triaged("jkj", level=Level.RED)

    assert story.clock(ClockName.ACCEPT, "jkj").due == story.now + timedelta(minutes=30)


def test_a_digest_level_counts_its_accept_clock_by_working_days_as_before():
    terms = LEVELS[Level.BLUE]
    quiet = Quiet(begin=18 * 60, end=9 * 60, rest_days=True, digest=(9 * 60, 15 * 60))
    levels = LEVELS | {Level.BLUE: terms.model_copy(update={"quiet": quiet})}
    story = Story(Level.BLUE, terms=TERMS.model_copy(update={"levels": levels})).triaged("jkj", level=Level.BLUE)

    assert story.clock(ClockName.ACCEPT, "jkj").due == DAY + timedelta(days=1, hours=18)
