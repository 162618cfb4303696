"""Letters that still ask once their clock has stopped: they name a due time that exists, or none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.clocks.clock import Clock
from domain.decisions import Accept, Confirm, Decline, Interim, Relevel, Transfer
from domain.vocabulary import ClockName, Level, Vote
from tests.domain.decider.test_moot import gathered
from tests.domain.decider.test_replaced import due, wanted
from tests.domain.factories import DUTY, LEADER, Story, deputy, liaison

pytestmark = pytest.mark.people


def approval(story: Story) -> Clock:
    return next(one for one in story.case.running() if one.name is ClockName.APPROVAL)


def test_a_consent_asked_for_by_a_clock_that_has_passed_on_has_the_due_time_of_the_present_one():
    story = Story(Level.YELLOW).triaged("jkj", "sjw").verified().drafted(consents=("sjw",))
    gathered(story)
    story.vote(deputy("jkj"))
    gathered(story)
    [first] = wanted(story, Message.CONSENT_REQUEST, unit="sjw")
    assert first.clock_key != approval(story).stem, "the review was the first unit's, what is missing is the next one's"

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散"))

    [consent] = wanted(story, Message.CONSENT_REQUEST, unit="sjw")
    now = approval(story)
    assert (consent.due, consent.clock_key) == (now.due, now.stem)
    assert consent.due != first.due


def test_the_confirmation_of_an_interim_notice_names_no_due_time_once_its_clock_has_stopped():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(DUTY, Interim())
    gathered(story)
    [first] = wanted(story, Message.CONFIRM_REQUEST, unit="wxb")
    assert first.due is not None

    story.say(DUTY, Relevel(level=Level.BLUE, reason="平息"))
    lower = next(one for one in story.case.proposals if one.kind == "lower_level")
    story.say(LEADER, Confirm(ref=lower.ref, outcome=Vote.APPROVE))

    assert story.case.clock(ClockName.INTERIM, "wxb") is None
    asked = [one for one in wanted(story, Message.CONFIRM_REQUEST, unit="wxb") if one.values["what"] == "interim"]
    assert [one.due for one in asked] == [None]


@pytest.mark.parametrize("silent", [False, True])
def test_a_unit_whose_offer_came_back_before_it_accepted_is_asked_to_accept_by_the_clock_that_goes_on(silent):
    story = Story(Level.ORANGE).triaged("jkj", level=Level.ORANGE)
    story.say(liaison("jkj"), Transfer(to="sjw", reason="职责对口"))
    if silent:
        end = story.clock(ClockName.ACCEPT, "sjw")
        while story.events("transfer_lapsed") == [] and story.now < end.started + timedelta(days=2):
            story.wait(timedelta(minutes=5))
    else:
        story.say(liaison("sjw"), Decline(reason="不属本单位职责"))

    [letter] = story.notices(Message.TRANSFER_DECLINED)
    assert (letter.clock, letter.due) == (ClockName.ACCEPT, due(story, ClockName.ACCEPT))


def test_a_unit_that_had_accepted_is_asked_for_its_answer_when_its_offer_comes_back():
    story = Story(Level.ORANGE).triaged("jkj", level=Level.ORANGE)
    story.say(liaison("jkj"), Accept())
    story.say(liaison("jkj"), Transfer(to="sjw", reason="职责对口"))

    story.say(liaison("sjw"), Decline(reason="不属本单位职责"))

    [letter] = story.notices(Message.TRANSFER_DECLINED)
    assert (letter.clock, letter.due) == (ClockName.ANSWER, due(story))
