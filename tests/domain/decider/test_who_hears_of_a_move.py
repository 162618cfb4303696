"""Who hears that a due time moved: at the triage, at a handing on, and where the move itself ends what was asked."""

from __future__ import annotations

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Transfer
from domain.vocabulary import ClockName, Level
from tests.domain.decider.test_due_named import due, letters, moved
from tests.domain.decider.test_replaced import lowered, raised
from tests.domain.factories import DUTY, LEADER, WITH_CALLERS, Story, liaison, triage

pytestmark = pytest.mark.people


def test_whoever_was_called_about_a_response_missed_at_the_provisional_level_hears_that_the_triage_moves_it():
    story = Story(Level.RED)
    story.down("1d")
    story.settle()
    missed = due(story, ClockName.RESPONSE, "wxb")

    story.say(DUTY, triage("jkj", level=Level.YELLOW))
    after = due(story, ClockName.RESPONSE, "wxb")

    assert moved(story, "zfb.duty", ClockName.RESPONSE, "wxb") == [(missed, after)]
    story.settle()
    raised(story, Level.RED)
    assert moved(story, "zfb.duty", ClockName.RESPONSE, "wxb") == [(after, due(story, ClockName.RESPONSE, "wxb"))]


def test_a_triage_tells_nobody_of_a_due_time_no_letter_has_named():
    story = Story(Level.YELLOW)
    story.settle()
    before = due(story, ClockName.RESPONSE, "wxb")

    story.say(DUTY, triage("jkj", level=Level.RED))

    assert due(story, ClockName.RESPONSE, "wxb") != before
    assert story.notices(Message.DUE_MOVED) == []


def test_whoever_was_only_to_make_a_call_that_the_move_has_ended_hears_of_no_move():
    story = Story(Level.ORANGE, terms=WITH_CALLERS).triaged("jkj", "sjw", level=Level.ORANGE).verified()
    story.settle()
    story.now = story.clock(ClockName.DRAFT).plan[1]  # the rung that calls the deputy rings with the decision

    raised(story, Level.RED)

    rang = [one.n for one in story.events("rung_rang") if one.clock is ClockName.DRAFT]
    assert rang == [1, 2]
    assert letters(story, "wxb.duty", ClockName.DRAFT, "wxb") == [], "neither the call nor a due time it never named"


def test_whoever_heard_the_due_time_of_an_answer_hears_of_its_move_though_another_unit_owes_it_now():
    story = Story(Level.ORANGE)
    story.say(LEADER, triage("jkj", level=Level.ORANGE))
    story.say(liaison("jkj"), Accept())
    story.settle()  # the office's duty seat is informed of the answer
    story.say(liaison("jkj"), Transfer(to="sjw", reason="属其职责"))
    story.say(liaison("sjw"), Accept())
    story.settle()
    before = due(story, owner="sjw")

    lowered(story, Level.YELLOW)

    assert moved(story, "wxb.duty", owner="sjw") == [(before, due(story, owner="sjw"))]
    assert moved(story, "jkj.liaison_a", owner="sjw") == [], "who has handed it on has no more to do with it"
