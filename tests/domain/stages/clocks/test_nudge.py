"""Urging and supervising: people's own rungs, which use up none of the ladder."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Nudge, Supervise
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName
from tests.domain.factories import DUTY, LEADER, Story

pytestmark = pytest.mark.people


def to(story: Story, message: Message) -> set[str]:
    return {f"{one.unit}.{one.seat}" for notice in story.notices(message) for one in notice.to}


def test_urging_reaches_whoever_works_on_the_clock_and_leaves_the_ladder_alone():
    story = Story().triaged("jkj")

    story.say(DUTY, Nudge(clock=ClockName.ANSWER, unit="jkj", text="请今天反馈"))

    assert to(story, Message.NUDGE) == {"jkj.duty", "jkj.liaison_a"}
    assert story.clock(ClockName.ANSWER, "jkj").rung == 0
    assert [event.text for event in story.events("nudged")] == ["请今天反馈"]


def test_urging_twice_is_two_letters_with_keys_of_their_own():
    story = Story().triaged("jkj")
    for _ in range(2):
        story.say(DUTY, Nudge(clock=ClockName.ANSWER, unit="jkj"))

    assert len({notice.key for notice in story.notices(Message.NUDGE)}) == 2


def test_a_clock_of_a_named_seat_is_urged_at_that_seat():
    story = Story().triaged("jkj").verified()

    story.say(DUTY, Nudge(clock=ClockName.DRAFT, unit="wxb"))

    assert to(story, Message.NUDGE) == {"wxb.editor"}


def test_supervision_tells_the_leaders_of_the_unit_and_why():
    story = Story().triaged("jkj")

    story.say(LEADER, Supervise(clock=ClockName.ANSWER, unit="jkj", reason="市领导关注"))

    assert to(story, Message.SUPERVISE) == {"jkj.duty", "jkj.deputy", "jkj.head"}
    [notice] = story.notices(Message.SUPERVISE)
    assert notice.values["reason"] == "市领导关注"


def test_nobody_urges_or_supervises_oneself_and_a_leader_may_supervise_the_duty_officer():
    story = Story()
    clock = {"clock": ClockName.TRIAGE, "unit": "wxb"}

    for said in (Nudge(**clock), Supervise(**clock, reason="已超时")):
        assert story.refused(DUTY, said, Unfit).code == "urges_oneself"
    story.say(LEADER, Supervise(**clock, reason="请抓紧"))

    assert to(story, Message.SUPERVISE) == {"wxb.duty", "wxb.deputy", "wxb.head"}
    urging = [one for one in offers(story.case, DUTY) if one.kind in ("nudge", "supervise")]
    assert "triage" not in {one.preset["clock"] for one in urging}


def test_nobody_is_urged_for_what_is_not_owed():
    story = Story().triaged("jkj")

    assert story.refused(DUTY, Nudge(clock=ClockName.ANSWER, unit="sjw"), Unfit).code == "no_such_clock"
