"""A newer calendar: what is due in working time moves, says so, and what rang does not ring again."""

from datetime import date, timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import SYSTEM, Accept, Note, Recount
from domain.errors import NotPermitted, Unfit
from domain.vocabulary import ClockName, Level
from domain.worktime.working_time import Span
from tests.domain.factories import DUTY, START, Story, liaison
from tests.domain.working_times import CHINA, calendar

pytestmark = pytest.mark.people

LATER = calendar(version="test-2", rest=frozenset({date(2026, 11, 25)}))
"""As before, but the day after the start is a day of rest."""


def blue() -> Story:
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Accept())
    return story


def test_what_is_due_in_working_days_moves_under_a_new_generation():
    story = blue()
    before = story.clock(ClockName.ANSWER, "jkj").due

    story.say(SYSTEM, Recount(time=LATER))

    answer = story.clock(ClockName.ANSWER, "jkj")
    assert (answer.due, answer.generation) == (before + timedelta(days=1), 2)
    assert answer.due == LATER.after(START, Span.of("2wd"))
    moved = {event.clock: (event.old, event.new) for event in story.events("due_moved")}
    assert moved["answer"] == (before, answer.due)
    assert [event.version for event in story.events("calendar_changed")] == ["test-2"]
    assert "jkj" in {to.unit for notice in story.notices(Message.DUE_MOVED) for to in notice.to}


def test_wall_time_does_not_move():
    story = Story().triaged("jkj")
    before = {clock.key: clock.due for clock in story.case.running()}

    story.say(SYSTEM, Recount(time=LATER))

    assert {clock.key: clock.due for clock in story.case.running()} == before
    assert story.events("due_moved") == []


def test_a_rung_that_rang_does_not_ring_again_and_one_moved_ahead_does():
    story = blue()
    answer = story.clock(ClockName.ANSWER, "jkj")
    story.wait(answer.plan[0] - START)  # 80 % has rung
    assert answer.rung == 1

    story.say(SYSTEM, Recount(time=LATER))

    assert answer.plan[0] > story.now
    assert answer.rung == 0
    story.wait("20wd")
    rang = [(e.generation, e.n) for e in story.events("rung_rang") if (e.clock, e.unit) == ("answer", "jkj")]
    assert rang[:2] == [(1, 1), (2, 1)]


def test_a_breach_stays_recorded_when_the_due_instant_moves_ahead_of_it():
    story = blue()
    answer = story.clock(ClockName.ANSWER, "jkj")
    story.wait(answer.due - START + timedelta(hours=1))

    story.say(SYSTEM, Recount(time=LATER))

    assert answer.due > story.now
    assert answer.breached is not None


def test_a_due_instant_past_the_coverage_is_provisional_until_a_calendar_covers_it():
    short = calendar(days=365, version="short")  # ends on 2026-12-01
    story = Story(Level.BLUE, time=short).triaged("jkj", level=Level.BLUE)
    case = story.clock(ClockName.CASE, "wxb")
    assert case.provisional
    assert not story.clock(ClockName.ANSWER, "jkj").provisional

    story.say(SYSTEM, Recount(time=CHINA))

    assert not case.provisional
    [event] = [event for event in story.events("due_moved") if event.clock == "case"]
    assert (event.provisional, event.new) == (False, case.due)


def test_the_same_calendar_again_changes_nothing():
    story = blue()

    assert story.refused(SYSTEM, Recount(time=CHINA), Unfit).code == "same_calendar"


def test_the_consumed_is_measured_again_by_the_newer_calendar():
    story = blue()
    story.wait("27h")

    story.say(SYSTEM, Recount(time=LATER))

    answer = story.clock(ClockName.ANSWER, "jkj")
    assert answer.account.consumed(story.case.time, story.now) == 0  # the close of the 25th is none any more


@pytest.mark.parametrize("actor", [DUTY, liaison("jkj")])
def test_no_person_changes_the_calendar_and_the_system_says_nothing_else(actor):
    story = blue()

    assert story.refused(actor, Recount(time=LATER), NotPermitted).code == "not_permitted"
    assert story.refused(SYSTEM, Note(text="系统"), NotPermitted).code == "not_permitted"
