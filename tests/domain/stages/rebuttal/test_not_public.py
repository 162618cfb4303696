"""A text that says nothing to the public ends a case without a public word, unless the public was promised one."""

import pytest

from domain.decisions import Interim
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, PublicationKind, PublicationState, Stage
from tests.domain.factories import DUTY, EDITOR, LEADER, Story, deputy, draft

pytestmark = pytest.mark.people

SILENT = [PublicationKind.NONE, PublicationKind.REPLY_ONLY]


def verified() -> Story:
    return Story().triaged("jkj").verified()


def kinds(story: Story) -> tuple[str, ...]:
    """Return the kinds of text the editor is offered."""
    return next(offer.only["publication"] for offer in offers(story.case, EDITOR) if offer.kind == "draft")


@pytest.mark.parametrize("kind", SILENT)
def test_a_text_that_is_not_public_ends_the_response_clock_without_a_public_word(kind):
    story = verified().drafted(publication=kind, reason="属个案，已单独答复").approved()

    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.NOT_PUBLIC)
    assert story.case.answered_at is None
    assert not {ClockName.RESPONSE, ClockName.INTERIM} & {name for name, _ in story.runs()}


@pytest.mark.parametrize("received", [False, True], ids=["on its way", "out"])
@pytest.mark.parametrize("kind", SILENT)
def test_once_an_interim_notice_is_out_the_public_is_owed_an_answer(kind, received):
    story = verified()
    story.say(DUTY, Interim())
    story.confirmed_by(LEADER)
    if received:
        story.published()

    assert story.refused(EDITOR, draft(kind, reason="属个案"), Unfit).code == "interim_owes_answer"
    assert kind not in kinds(story)


def test_an_interim_notice_that_is_confirmed_voids_a_text_that_is_not_public():
    story = verified()
    story.say(DUTY, Interim())
    story.drafted(publication=PublicationKind.NONE, reason="属个案")
    story.vote(deputy("jkj"))

    story.confirmed_by(LEADER)

    assert (story.case.draft, story.case.publication) == (None, PublicationState.NONE)
    assert (ClockName.DRAFT, "wxb") in story.runs()
    story.published()
    story.drafted().approved().published()
    assert story.case.answered_at is not None


def test_before_an_interim_notice_every_kind_may_be_chosen():
    assert set(SILENT) <= set(kinds(verified()))
