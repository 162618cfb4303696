"""Only what the public can find is public: a partner's receipt or a file on our own disk ends nothing."""

import pytest

from domain.case.notice_kinds import Message
from domain.case.payloads import Issued, NotIssued
from domain.decisions import Close, Confirm, Interim
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ActionKind, ClockName, Level, PublicationKind, PublicationState, Seat, Stage, Vote
from tests.domain.factories import DUTY, EDITOR, LEADER, TERMS, Story

pytestmark = pytest.mark.people

REFUSED = NotIssued(reason="频道停用")
ON_FILE = Issued(where="file:///data/outbox/partner.jsonl", on_file=True)
TWO_PUBLIC = TERMS.model_copy(update={"public": ("bulletin", "labels")})


def signed(level: Level = Level.YELLOW, **terms: object) -> Story:
    """Return a case whose text has its last signature and is on its way to the channels."""
    return Story(level, **terms).triaged("jkj", level=level).verified().drafted().approved()


def kinds(story: Story, actor=EDITOR) -> set[str]:
    return {offer.kind for offer in offers(story.case, actor)}


# --- the answer ------------------------------------------------------------------------------------------------------


def test_a_partners_receipt_is_no_public_word():
    story = signed()
    before = story.runs()

    story.comes_back("labels")

    assert story.runs() == before
    assert (story.case.stage, story.case.publication) == (Stage.REBUTTAL, PublicationState.APPROVED)
    assert story.case.answered_at is None
    story.comes_back("bulletin")
    assert (story.case.stage, story.case.answered_at) == (Stage.CLOSURE, story.now)


def test_while_the_bulletin_is_owed_the_publish_and_response_clocks_call_people():
    story = signed()
    story.comes_back("labels")

    story.wait("3d")

    assert {ClockName.PUBLISH, ClockName.RESPONSE} <= {event.clock for event in story.events("clock_breached")}


def test_a_file_on_our_own_disk_is_public_by_no_channel():
    story = signed(terms=TWO_PUBLIC)

    story.comes_back("labels", ON_FILE)

    assert story.case.stage is Stage.REBUTTAL
    assert story.events("delivered")[-1].on_file


def test_refused_by_every_public_channel_the_text_goes_back_though_a_partner_took_it():
    story = signed()
    story.comes_back("labels")

    story.comes_back("bulletin", REFUSED)

    assert (story.case.publication, story.case.draft) == (PublicationState.NONE, None)
    assert (ClockName.DRAFT, "wxb") in story.runs()
    assert "draft" in kinds(story)


def test_a_text_that_is_nowhere_public_is_called_back_from_the_partners():
    story = signed(Level.RED)

    story.comes_back("bulletin", REFUSED)

    assert story.publications() == []
    assert story.case.publication is PublicationState.NONE


def test_a_partner_may_be_public_where_the_office_says_so():
    story = signed(terms=TWO_PUBLIC)

    story.comes_back("labels")

    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.PUBLISHED)
    assert story.runs() == {(ClockName.PUBLISH, "wxb")}, "the other public channel has still to answer"
    story.comes_back("bulletin")
    assert story.runs() == set()


def test_one_public_channel_that_refuses_beside_another_leaves_the_case_published():
    story = signed(terms=TWO_PUBLIC)
    story.comes_back("bulletin")

    story.comes_back("labels", REFUSED)

    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.PUBLISHED)
    assert story.runs() == set()


# --- the interim notice ----------------------------------------------------------------------------------------------


def going_out(level: Level = Level.RED) -> Story:
    story = Story(level).triaged("jkj", level=level)
    story.say(DUTY, Interim())
    story.say(LEADER, Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    return story


@pytest.mark.parametrize("receipt", [None, ON_FILE])
def test_a_partners_receipt_of_the_interim_notice_stops_no_clock(receipt):
    story = going_out()

    story.comes_back("media", receipt)

    assert story.case.interim_at is None
    assert (ClockName.INTERIM, "wxb") in story.runs()
    assert [item.done for item in story.case.session.items if item.action.do is ActionKind.INTERIM] == [None]
    assert story.notices(Message.INTERIM_OUT) == []


def test_refused_by_the_bulletin_the_interim_notice_can_be_asked_for_again_though_a_partner_took_it():
    story = going_out(Level.YELLOW)
    story.comes_back("labels")
    story.comes_back("bulletin", REFUSED)

    assert "interim" in kinds(story, DUTY)
    story.say(DUTY, Interim())


# --- closing ---------------------------------------------------------------------------------------------------------


def test_a_case_is_not_closed_while_a_public_channel_is_owed():
    story = signed(terms=TWO_PUBLIC)
    story.comes_back("labels")

    assert story.refused(EDITOR, Close(remarks="已见报"), Unfit).code == "public_channel_owed"
    assert "close" not in kinds(story)
    story.comes_back("bulletin")
    story.say(EDITOR, Close())


def test_closing_beside_a_partner_that_has_not_answered_takes_a_reason_and_names_it():
    story = signed()
    story.comes_back("bulletin")

    assert story.refused(EDITOR, Close(), Unfit).code == "channels_outstanding"
    [offer] = [offer for offer in offers(story.case, EDITOR) if offer.kind == "close"]
    assert offer.only == {"outstanding": ("labels",)}
    story.say(EDITOR, Close(remarks="合作媒体停机"))
    assert story.events("case_closed")[0].outstanding == ("labels",)


def test_a_refusal_after_closing_is_told_to_editor_and_duty():
    story = signed()
    story.comes_back("bulletin")
    story.say(EDITOR, Close(remarks="合作媒体停机"))

    story.comes_back("labels", REFUSED)

    [told] = story.notices(Message.PUBLICATION_REFUSED)
    assert {(one.unit, one.seat) for one in told.to} == {("wxb", Seat.EDITOR), ("wxb", Seat.DUTY)}


def test_a_text_that_goes_nowhere_leaves_no_channel_to_wait_for():
    story = Story().triaged("jkj").verified()

    story.drafted(publication=PublicationKind.NONE, reason="不宜公开").approved().say(EDITOR, Close())

    assert story.case.over
