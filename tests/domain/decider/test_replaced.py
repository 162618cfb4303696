"""A due time moves while letters that name it are on their way: whoever gets them later hears the present one alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.decisions import Accept, Extend, Relevel
from domain.vocabulary import ClockName, Level, Seat
from tests.domain.decider.test_moot import gathered
from tests.domain.factories import DUTY, LEADER, LEVELS, Story, liaison

pytestmark = pytest.mark.people

HOUR = timedelta(hours=1)


def wanted(story: Story, *messages: Message, unit: str = "jkj") -> list[Notice]:
    """Notices of some kinds that still go out to a unit, as the case sends them next."""
    gathered(story)
    found = [one for one in story.case.pending_effects if isinstance(one, Notice) and not one.called_off]
    return [one for one in found if one.message in messages and unit in {seat.unit for seat in one.to}]


def due(story: Story, name: ClockName = ClockName.ANSWER, unit: str = "jkj") -> datetime:
    clock = story.case.clock(name, unit)
    assert clock is not None
    return clock.due


def raised(story: Story, level: Level) -> Story:
    story.say(DUTY, Relevel(level=level, reason="扩散"))
    return story


def lowered(story: Story, level: Level) -> Story:
    story.say(DUTY, Relevel(level=level, reason="平息"))
    story.confirmed_by(LEADER)
    return story


def test_a_request_on_its_way_is_put_anew_with_the_present_due_times_and_by_the_channels_of_the_level():
    story = gathered(Story().triaged("jkj", "sjw"))
    [first] = wanted(story, Message.REQUEST)

    raised(story, Level.RED)

    [request] = wanted(story, Message.REQUEST)
    assert request.key != first.key
    assert (request.due, request.values["accept_due"]) == (due(story), due(story, ClockName.ACCEPT).isoformat())
    assert request.values["ask"] == first.values["ask"]
    assert request.by == tuple(one for one in LEVELS[Level.RED].start.by if one != "phone"), "nobody is asked to call"
    moved = wanted(story, Message.DUE_MOVED)
    assert {seat for one in moved for seat in one.to}.isdisjoint(request.to), "they hear of no other due time"
    assert {one.due for one in moved if one.clock is ClockName.ANSWER} == {due(story)}
    stale = next(one for one in story.case.pending_effects if one.key == first.key)
    assert isinstance(stale, Notice)
    assert stale.called_off


def test_a_due_time_that_moves_twice_is_told_once_from_the_one_its_receivers_know():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    gathered(story)
    story.case.pending_effects = []  # the request was delivered
    before = due(story)
    gathered(raised(story, Level.ORANGE))

    raised(story, Level.RED)

    moved = [one for one in wanted(story, Message.DUE_MOVED) if one.clock is ClockName.ANSWER]
    assert {(one.due, one.values["old"]) for one in moved} == {(due(story), before.isoformat())}
    assert len([seat for one in moved for seat in one.to]) == len({seat for one in moved for seat in one.to})


def test_an_extension_replaces_what_is_on_its_way():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    gathered(story)
    story.say(liaison("jkj"), Extend(clock=ClockName.ANSWER, unit="jkj", longer="6h", reason="等检测结果"))
    story.confirmed_by(LEADER)

    [request] = wanted(story, Message.REQUEST)

    assert (request.due, request.values["accept_due"]) == (due(story), "")
    assert [one for one in wanted(story, Message.DUE_MOVED) if one.clock is ClockName.ANSWER] == []


def test_a_reminder_of_before_the_due_time_moved_is_not_sent():
    story = gathered(Story().triaged("jkj"))
    story.case.pending_effects = []
    story.wait(13 * HOUR)
    assert wanted(story, Message.REMINDER) != []

    raised(story, Level.ORANGE)

    assert [one for one in wanted(story, Message.REMINDER) if one.due != due(story, ClockName(one.clock or ""))] == []


def test_what_is_not_on_its_way_or_moved_by_nothing_stays_as_it_is():
    story = gathered(Story().triaged("jkj", "sjw"))
    before = story.case.pending_effects
    story.say(liaison("sjw"), Accept())
    gathered(story)

    assert {one.key for one in before} <= {one.key for one in story.case.pending_effects}
    assert [one.key for one in wanted(story, Message.REQUEST)] == [
        one.key for one in before if isinstance(one, Notice) and one.message is Message.REQUEST and "jkj" in one.key
    ]


def test_what_is_put_anew_is_put_once():
    story = gathered(Story().triaged("jkj"))
    raised(story, Level.RED)
    keys = [one.key for one in wanted(story, Message.REQUEST)]

    assert [one.key for one in wanted(story, Message.REQUEST)] == keys
    assert len(keys) == 1


def test_what_is_not_on_its_way_yet_takes_the_present_due_time_and_needs_no_second_letter():
    story = raised(Story().triaged("jkj"), Level.RED)

    [request] = wanted(story, Message.REQUEST)

    assert (request.due, request.values["accept_due"]) == (due(story), due(story, ClockName.ACCEPT).isoformat())
    moved = wanted(story, Message.DUE_MOVED)
    assert {seat for one in moved for seat in one.to}.isdisjoint(request.to)
    before = [one.key for one in story.case.pending_effects]
    gathered(story)
    assert [one.key for one in story.case.pending_effects] == before


def test_a_level_raised_and_lowered_again_before_any_letter_went_out_is_no_news():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    gathered(story)
    story.case.pending_effects = []  # the request was delivered

    lowered(raised(story, Level.ORANGE), Level.YELLOW)

    assert [one for one in wanted(story, Message.DUE_MOVED) if one.clock is ClockName.ANSWER] == []


def test_a_due_time_that_is_back_is_heard_by_whoever_may_have_got_the_one_in_between():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    gathered(story)
    story.case.pending_effects = []  # the request was delivered
    before = due(story)
    gathered(raised(story, Level.ORANGE))

    lowered(story, Level.YELLOW)

    letters = [one for one in wanted(story, Message.DUE_MOVED, Message.INFORM) if one.clock is ClockName.ANSWER]
    assert {seat.seat for one in letters for seat in one.to} >= {Seat.DUTY, Seat.LIAISON_A}
    assert {one.due for one in letters} == {before}
    assert {one.values["old"] for one in letters if one.message is Message.DUE_MOVED} == {before.isoformat()}
