"""A letter that asks for something that is over is called off; one that tells of something, or asks for more, goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.case.summarise import summarise
from domain.decider import results
from domain.decisions import Action, Confirm, Consult, Relevel, ReturnFinding
from domain.vocabulary import ActionKind, ConsultAct, Level, Verdict, Vote
from tests.domain.factories import DUTY, EDITOR, LEADER, START, Story, draft, finding, liaison

pytestmark = pytest.mark.people

LOWER = Relevel(level=Level.YELLOW, reason="扩散停止")


def gathered(story: Story) -> Story:
    """Put on its way what a story owes: its receivers are away, so nothing comes back."""
    results.gather_wave(story.case, story.now)
    return story


def off(story: Story, *messages: Message) -> dict[Message, bool]:
    """Which kinds of notices are called off, as the case sends them next."""
    gathered(story)
    notices = [one for one in story.case.pending_effects if isinstance(one, Notice) and one.message in messages]
    assert {one.message for one in notices} == set(messages), "nothing of that kind is owed"
    return {kind: all(one.called_off for one in notices if one.message is kind) for kind in messages}


def test_the_request_for_a_draft_ends_with_the_draft():
    story = gathered(Story().triaged("jkj").verified())
    assert off(story, Message.DRAFT_REQUEST) == {Message.DRAFT_REQUEST: False}

    story.say(EDITOR, draft())

    assert off(story, Message.DRAFT_REQUEST, Message.REVIEW_REQUEST) == {
        Message.DRAFT_REQUEST: True,
        Message.REVIEW_REQUEST: False,
    }


def test_the_request_for_a_signature_ends_with_the_signature_and_with_the_text():
    story = gathered(Story().triaged("jkj").verified().drafted())
    first = next(one for one in story.case.pending_effects if getattr(one, "message", "") == Message.REVIEW_REQUEST)
    story.say(EDITOR, draft(title="另一个标题", reason="改正标题"))
    gathered(story)
    assert next(one for one in story.case.pending_effects if one.key == first.key).called_off

    story.approved()

    assert off(story, Message.REVIEW_REQUEST) == {Message.REVIEW_REQUEST: True}


def test_the_request_to_confirm_ends_with_the_answer():
    story = gathered(Story().triaged("jkj", level=Level.ORANGE))
    story.say(DUTY, LOWER)
    assert off(story, Message.CONFIRM_REQUEST) == {Message.CONFIRM_REQUEST: False}

    story.say(LEADER, Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.REJECT, remarks="维持"))

    assert off(story, Message.CONFIRM_REQUEST, Message.TURNED_DOWN) == {
        Message.CONFIRM_REQUEST: True,
        Message.TURNED_DOWN: False,
    }


def test_a_returned_finding_is_asked_for_until_it_comes():
    story = gathered(Story().triaged("jkj", "sjw"))
    story.say(liaison("jkj"), finding())
    story.say(DUTY, ReturnFinding(unit="jkj", missing="缺检测记录"))
    assert off(story, Message.FINDING_RETURNED) == {Message.FINDING_RETURNED: False}

    story.say(liaison("jkj"), finding())

    assert off(story, Message.FINDING_RETURNED) == {Message.FINDING_RETURNED: True}


def test_a_session_calls_nobody_any_more_once_it_is_over_and_an_item_not_once_it_is_ticked_off():
    story = gathered(Story().triaged("jkj", "sjw"))
    item = Action(do=ActionKind.LABEL, unit="sjw", end=START + timedelta(days=2))
    story.say(DUTY, Consult(act=ConsultAct.CALL, text="如何处置", units=("sjw",), actions=(item,)))
    assert off(story, Message.SESSION, Message.ACTION) == {Message.SESSION: False, Message.ACTION: False}

    story.say(liaison("sjw"), Consult(act=ConsultAct.POSITION, text="已加注", done=(1,)))
    assert off(story, Message.SESSION, Message.ACTION) == {Message.SESSION: False, Message.ACTION: True}

    story.say(LEADER, Consult(act=ConsultAct.RULING, text="纪要"))
    assert off(story, Message.SESSION, Message.MINUTES) == {Message.SESSION: True, Message.MINUTES: False}


def test_a_conflict_asks_until_it_is_ruled_on():
    story = gathered(Story().triaged("jkj", "sjw"))
    story.say(liaison("jkj"), finding())
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    assert off(story, Message.CONFLICT) == {Message.CONFLICT: False}

    story.say(LEADER, Consult(act=ConsultAct.RULING, text="以检测为准", verdict=Verdict.FALSE))

    assert off(story, Message.CONFLICT) == {Message.CONFLICT: True}


def test_what_is_moot_before_it_is_on_its_way_is_not_sent_at_all():
    story = gathered(Story().triaged("jkj", level=Level.ORANGE))
    story.say(DUTY, LOWER)
    story.say(LEADER, Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE))
    gathered(story)
    assert not [one for one in story.case.pending_effects if getattr(one, "message", "") == Message.CONFIRM_REQUEST]


def test_the_register_hears_which_letters_are_called_off():
    story = gathered(Story().triaged("jkj").verified())
    story.say(EDITOR, draft())
    gathered(story)
    record = story.case.record(summarise(story.case))
    assert any("/draft:wxb/" in key for key in record.called_off)
    assert record.wanted.isdisjoint(record.called_off)
    assert record.wanted | set(record.called_off) == set(record.pending_effects)
