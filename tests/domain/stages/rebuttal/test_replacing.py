"""Whoever voted on a text is told why it was replaced; a text with votes is replaced for a reason only."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Consent
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import Seat
from tests.domain.factories import EDITOR, Story, deputy, draft, liaison, of
from tests.domain.stages.rebuttal.test_published_elsewhere import elsewhere, record

pytestmark = pytest.mark.people


def drafted(*consents: str) -> Story:
    return Story().triaged("jkj", "sjw", "skx").verified().drafted(consents=consents)


def told(story: Story) -> list[str]:
    return [f"{one.to[0].unit}.{one.to[0].seat}" for one in story.notices(Message.TEXT_REPLACED)]


def replaces(story: Story) -> list[bool]:
    return ["replaces" in offer.only for offer in offers(story.case, EDITOR) if offer.kind == "draft"]


def test_a_text_with_votes_is_replaced_for_a_reason_and_its_voters_are_told():
    story = drafted("sjw")
    assert replaces(story) == [False]
    story.vote(of("jkj", Seat.HEAD))
    story.vote(deputy("sjw"), kind=Consent)
    assert replaces(story) == [True]

    refusal = story.refused(liaison("jkj"), draft(consents=("sjw",), text="改写。"), Unfit)
    assert (refusal.code, refusal.values["version"]) == ("votes_need_reason", 1)
    story.drafted(consents=("sjw",), text="改写。", reason="补充日期")

    assert told(story) == ["jkj.head", "sjw.deputy"]
    [first, _] = story.notices(Message.TEXT_REPLACED)
    assert first.values == {"version": 1, "reason": "补充日期", "elsewhere": 0}
    assert story.events("drafted")[-1].reason == "补充日期"


def test_a_text_nobody_has_voted_on_is_replaced_without_a_word():
    story = drafted("sjw")

    story.drafted(consents=("sjw",), text="改写。")

    assert told(story) == []


def test_a_unit_that_is_still_asked_is_left_out_for_a_reason_only():
    story = drafted("sjw", "skx")

    refusal = story.refused(EDITOR, draft(consents=("skx",)), Unfit)
    assert (refusal.code, refusal.values["units"]) == ("left_out_needs_reason", "市市场监管委")
    story.drafted(consents=("skx",), reason="不再涉及该单位职责")


def test_voters_are_told_when_a_units_own_word_takes_the_place_of_the_text():
    story = drafted()
    story.vote(deputy("jkj"))

    record(story, elsewhere(unit="jkj"))

    assert told(story) == ["jkj.deputy"]
    assert story.notices(Message.TEXT_REPLACED)[0].values["elsewhere"] == 1
