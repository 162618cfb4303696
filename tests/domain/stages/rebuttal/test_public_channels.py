"""Only what the public can find is public: a partner's receipt or a file on our own disk ends nothing."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.payloads import Issued, NotIssued
from domain.decisions import Close, Confirm, Interim, ResolveDelivery
from domain.errors import CaseOver, NotPermitted, Stale, Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import (
    ActionKind,
    ClockName,
    DeliveryAct,
    Level,
    PublicationKind,
    PublicationState,
    Seat,
    Stage,
    Verdict,
    Vote,
)
from tests.domain.factories import DUTY, EDITOR, LEADER, OFFICE_HEAD, TERMS, Story, finding, liaison

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
    story.confirmed_by(LEADER)
    assert story.case.refused == (), "the new one goes out in its place"


def test_an_interim_notice_that_is_sent_once_more_needs_no_other_beside_it():
    story = going_out(Level.YELLOW)
    story.comes_back("bulletin", REFUSED)
    story.comes_back("labels")
    story.say(DUTY, Interim())

    story.say(EDITOR, resolved(story, "again"))

    assert story.case.proposals == ()
    assert [event.what for event in story.events("proposal_lapsed")] == ["interim"]
    story.comes_back("bulletin")
    assert story.case.interim_at == story.now


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
    assert offer.only == {"outstanding": ("channels",)}
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


# --- what becomes of a refusal ---------------------------------------------------------------------------------------


def refused_by_a_partner(*, closed: bool = False) -> Story:
    story = signed()
    story.comes_back("bulletin")
    if closed:
        story.say(EDITOR, Close(remarks="合作媒体停机"))
    story.comes_back("labels", REFUSED)
    return story


def resolved(story: Story, act: str) -> ResolveDelivery:
    return ResolveDelivery(ref=story.case.refused[0].ref, act=act, reason="地址已更正")


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("actor", [EDITOR, DUTY])
def test_whoever_is_told_of_a_refusal_is_offered_a_form_that_goes_on_from_there(closed, actor):
    story = refused_by_a_partner(closed=closed)
    story.settle()

    assert not story.case.at_rest, "the page waits, though every letter is out"
    [offer] = [offer for offer in offers(story.case, actor) if offer.kind == "resolve_delivery"]
    assert offer.preset == {"ref": story.case.refused[0].ref}
    assert not closed or kinds(story, actor) == {"resolve_delivery"}


@pytest.mark.parametrize("closed", [False, True])
def test_sent_once_more_it_is_the_signed_text_under_a_key_of_its_own(closed):
    story = refused_by_a_partner(closed=closed)
    first = next(debt for debt in story.planned if getattr(debt, "channel", "") == "labels")

    story.say(EDITOR, resolved(story, "again"))

    [again] = story.publications()
    assert (again.channel, again.page, again.digest) == ("labels", first.page, first.digest)
    assert again.key.startswith(f"{first.key}.")
    story.returns(again)
    assert story.case.refused == ()
    story.settle()
    assert story.case.at_rest is closed


@pytest.mark.parametrize("closed", [False, True])
def test_left_with_a_reason_nothing_waits_any_more(closed):
    story = refused_by_a_partner(closed=closed)

    story.say(DUTY, resolved(story, "leave"))

    assert story.publications() == []
    assert story.events("delivery_resolved")[0].reason == "地址已更正"
    story.settle()
    assert story.case.at_rest is closed


@pytest.mark.parametrize("closed", [False, True])
def test_a_text_that_a_finding_contradicts_since_is_not_sent_once_more(closed):
    story = signed()
    story.comes_back("bulletin")
    story.say(liaison("jkj"), finding(Verdict.TRUE, corrects=True))
    if closed:
        story.say(EDITOR, Close(remarks="合作媒体停机"))
    story.comes_back("labels", REFUSED)

    [offer] = [offer for offer in offers(story.case, EDITOR) if offer.kind == "resolve_delivery"]
    assert offer.only == {"act": (DeliveryAct.LEAVE,)}
    refusal = story.refused(EDITOR, resolved(story, "again"), Unfit)
    assert refusal.code == "contradicted_page"

    story.say(EDITOR, resolved(story, "leave"))
    assert story.publications() == []


def test_refused_twice_it_waits_twice():
    story = refused_by_a_partner()
    story.say(EDITOR, resolved(story, "again"))
    story.comes_back("labels", REFUSED)

    assert len(story.notices(Message.PUBLICATION_REFUSED)) == 2
    assert "resolve_delivery" in kinds(story)


def test_a_page_sent_once_more_goes_on_in_the_time_that_was_left_to_publish():
    story = signed(Level.RED, terms=TWO_PUBLIC)
    story.comes_back("bulletin")
    story.wait("2m")
    story.comes_back("labels", REFUSED)

    story.say(EDITOR, resolved(story, "again"))
    due = story.clock(ClockName.PUBLISH).due
    assert due - story.now == timedelta(minutes=13)
    story.wait("2h")  # its ladder has rung out
    story.comes_back("labels", REFUSED)
    story.say(EDITOR, resolved(story, "again"))

    assert story.clock(ClockName.PUBLISH).due == due, "what was missed stays missed, however often it is sent"
    rang = [event.rung for event in story.events("rung_rang") if event.clock == "publish"]
    story.wait("1h")
    again = [event.rung for event in story.events("rung_rang") if event.clock == "publish"]
    assert again[len(rang) :] == ["escalate", "escalate"], "and its leaders are called again"


def test_a_further_text_is_published_in_the_time_that_was_left():
    story = signed(Level.RED)
    story.wait("3m")
    story.comes_back("bulletin", REFUSED)

    story.drafted(title="另一个标题").approved()

    assert story.clock(ClockName.PUBLISH).due - story.now == timedelta(minutes=12)


def test_a_refusal_of_a_public_channel_is_resolved_before_the_case_is_closed():
    story = signed(terms=TWO_PUBLIC)
    story.comes_back("bulletin")
    story.comes_back("labels", REFUSED)
    assert story.refused(EDITOR, Close(remarks="已见报"), Unfit).code == "public_channel_owed"

    story.say(EDITOR, resolved(story, "again"))

    assert story.runs() == {(ClockName.PUBLISH, "wxb")}, "somebody watches it"
    story.comes_back("labels")
    assert story.runs() == set()
    story.say(EDITOR, Close())


def test_a_void_text_is_never_sent_once_more():
    story = signed()
    story.comes_back("labels", REFUSED)
    old = resolved(story, "again")

    story.comes_back("bulletin", REFUSED)

    assert story.case.refused == ()
    assert story.refused(EDITOR, old, Stale).code == "no_refused_page"
    story.drafted().approved()
    assert [debt.page.version for debt in story.publications()] == [2, 2]


def test_a_refused_interim_notice_is_sent_once_more_until_the_answer_is_out():
    story = going_out(Level.YELLOW)
    story.comes_back("bulletin")
    story.comes_back("labels", REFUSED)
    assert "resolve_delivery" in kinds(story)

    story.say(EDITOR, resolved(story, "again"))
    story.comes_back("labels", REFUSED)
    late = resolved(story, "again")
    story.verified().drafted().approved().comes_back("bulletin")

    assert story.refused(EDITOR, late, Stale).code == "no_refused_page"


@pytest.mark.parametrize("actor", [OFFICE_HEAD, liaison("jkj")])
def test_nobody_else_resolves_it(actor):
    story = refused_by_a_partner()

    assert story.refused(actor, resolved(story, "again"), NotPermitted).code == "not_permitted"


def test_closed_and_resolved_the_case_takes_no_more_decisions():
    story = refused_by_a_partner(closed=True)
    late = resolved(story, "leave")
    story.say(EDITOR, late)

    assert story.refused(EDITOR, late, CaseOver).code == "case_over"


def test_a_case_stored_before_there_were_refused_pages_goes_on():
    story = signed()
    stored = story.case.model_dump_json()

    assert "refused" not in stored
    assert '"public":' not in stored
    assert type(story.case).model_validate_json(stored) == story.case
