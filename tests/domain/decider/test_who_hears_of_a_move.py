"""Who hears that a due time moved: at the triage, at a handing on, and where the move itself ends what was asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.clocks.pause import PauseReason
from domain.decisions import Accept, Pause, Resume, Supervise, Transfer
from domain.vocabulary import ClockName, Level
from tests.domain.decider.test_due_named import due, letters, moved
from tests.domain.decider.test_replaced import lowered, raised
from tests.domain.factories import DUTY, EVIDENCE, LEADER, WITH_CALLERS, Story, liaison, triage

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


@pytest.mark.parametrize("own", [False, True])
def test_whoever_has_heard_a_due_time_hears_that_its_clock_stands_still_and_that_it_goes_on(own):
    story = Story(Level.YELLOW).triaged("sjw", "jkj")
    for unit in ("sjw", "jkj"):
        story.say(liaison(unit), Accept())
    story.settle()
    story.say(LEADER, Supervise(clock=ClockName.ANSWER, unit="jkj", reason="督办"))
    story.settle()  # the deputy and the head of the unit have the due time

    paused(story, "jkj" if own else None)

    assert hears(story, Message.PAUSED, "jkj.head")
    story.settle()
    story.say(DUTY, Resume(reason="已有结果", unit="jkj" if own else None))
    [letter] = hears(story, Message.RESUMED, "jkj.head")
    assert letter.due is not None
    assert letter.due.isoformat() == due(story, ClockName.ANSWER, "jkj")
    story.settle()
    raised(story, Level.ORANGE)
    [(old, new)] = moved(story, "jkj.head", ClockName.ANSWER, "jkj")
    assert (old, new) == (letter.due.isoformat(), due(story, ClockName.ANSWER, "jkj"))


def paused(story: Story, unit: str | None) -> None:
    until = story.now + timedelta(hours=20)
    asked = Pause(reason=PauseReason.SUPERIOR, until=until, evidence=EVIDENCE, unit=unit)
    story.say(liaison(unit or "sjw"), asked)
    story.confirmed_by(DUTY)


def hears(story: Story, message: Message, seat: str) -> list[Notice]:
    return [one for one in story.notices(message) if seat in {f"{to.unit}.{to.seat}" for to in one.to}]
