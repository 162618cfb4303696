"""Whoever is to be informed is informed, also if the first information was never sent, or a seat has two holders."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Confirm, Decline, Interim
from domain.terms import Addressee, Call
from domain.vocabulary import Level, Seat, Vote
from domain.worktime.quiet_hours import Quiet
from tests.domain.factories import DUTY, LEVELS, START, TERMS, Story, liaison, of

pytestmark = pytest.mark.people

NIGHT = START + timedelta(hours=13.5)
BY_NIGHT = LEVELS[Level.YELLOW].model_copy(
    update={
        "quiet": Quiet(begin=22 * 60, end=7 * 60 + 30),
        "inform_at_start": Call(to=("owner.deputy",), by=("wecom",)),
    }
)
TERMS_BY_NIGHT = TERMS.model_copy(update={"levels": LEVELS | {Level.YELLOW: BY_NIGHT}})
DEPUTY = Addressee(unit="jkj", seat=Seat.DEPUTY)


def informed(story: Story) -> int:
    return sum(DEPUTY in one.to for one in story.notices(Message.INFORM))


def test_an_information_that_was_dropped_in_the_night_is_given_with_the_next_request():
    story = Story(Level.YELLOW, terms=TERMS_BY_NIGHT, start=NIGHT)
    story.triaged("jkj")
    assert informed(story) == 1, "in the morning"
    story.say(liaison("jkj"), Decline(reason="不属职责"))

    story.triaged("sjw", "jkj")

    assert informed(story) == 2


def test_whoever_was_informed_is_not_informed_again():
    story = Story(Level.YELLOW, terms=TERMS_BY_NIGHT)
    story.triaged("jkj")
    story.settle()
    story.say(liaison("jkj"), Decline(reason="不属职责"))

    story.triaged("sjw", "jkj")

    assert informed(story) == 1


def test_whoever_asked_hears_of_a_no_by_somebody_who_holds_the_same_seat():
    story = Story(Level.YELLOW).triaged("jkj", "sjw")
    other = of("wxb", Seat.DUTY).model_copy(update={"person": "wxb-duty-b"})
    story.say(DUTY, Interim())

    [ref] = [one.ref for one in story.case.proposals]
    story.say(other, Confirm(ref=ref, outcome=Vote.REJECT, remarks="暂不发"))

    [told] = story.notices(Message.TURNED_DOWN)
    assert Addressee(unit="wxb", seat=Seat.DUTY) in told.to
