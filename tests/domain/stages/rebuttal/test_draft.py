"""A text is drafted, its digest binds all of it, and once it is signed it goes out once per channel."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import PageSource, digest_of
from domain.case.payloads import Issued, NotIssued
from domain.case.summarise import summarise
from domain.errors import NotPermitted, Stale, Unfit, WrongStage
from domain.vocabulary import USUAL_KIND, ClockName, Level, PublicationKind, PublicationState, Seat, Stage, Verdict
from tests.domain.factories import EDITOR, LEADER, OFFICE_HEAD, START, Story, deputy, draft, finding, liaison, of

pytestmark = pytest.mark.people

REFUSED = NotIssued(reason="页面摘要不符")


def verified(verdict: Verdict = Verdict.FALSE, level: Level = Level.YELLOW) -> Story:
    return Story(level).triaged("jkj", "sjw", level=level).verified(verdict)


def drafted() -> Story:
    return verified().drafted()


def other(digest: str) -> str:
    return ("0" if digest[0] != "0" else "1") + digest[1:]


# --- the draft -------------------------------------------------------------------------------------------------------


def test_a_draft_is_a_numbered_version_with_its_digest():
    story = drafted()

    table = story.case.draft
    assert (table.page.version, table.page.verdict) == (1, Verdict.FALSE)
    assert table.page.units == ("市疾控中心", "市市场监管委")
    assert table.page.claim == story.case.opening.claim
    assert table.digest == digest_of(table.page) == story.events("drafted")[0].digest
    assert story.case.publication is PublicationState.DRAFTED


def test_a_draft_stops_the_draft_clock_and_starts_the_approval_of_the_lead_unit():
    story = drafted()

    assert (ClockName.DRAFT, "wxb") not in story.runs()
    assert story.clock(ClockName.APPROVAL, "jkj").due == story.now + timedelta(hours=8)


@pytest.mark.parametrize("actor", [EDITOR, liaison("jkj"), deputy("jkj"), of("jkj", Seat.OFFICER)])
def test_the_editor_and_the_lead_unit_hand_in_a_draft(actor):
    story = verified()

    story.say(actor, draft())

    assert story.case.draft.drafter == actor.signer


@pytest.mark.parametrize("actor", [liaison("sjw"), LEADER, OFFICE_HEAD, of("wxb", Seat.DUTY), of("jyw", Seat.HEAD)])
def test_nobody_else_hands_in_a_draft(actor):
    assert verified().refused(actor, draft(), NotPermitted).values["kind"] == "draft"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_has_its_usual_kind(verdict):
    story = verified(verdict).drafted(publication=USUAL_KIND[verdict])

    assert story.case.draft.page.publication is USUAL_KIND[verdict]


@pytest.mark.parametrize("verdict", [Verdict.TRUE, Verdict.MOSTLY_TRUE, Verdict.UNPROVEN])
@pytest.mark.parametrize("reason", [None, "领导要求"])
def test_what_is_true_or_unproven_never_goes_out_as_a_rebuttal(verdict, reason):
    refusal = verified(verdict).refused(EDITOR, draft(PublicationKind.REBUTTAL, reason=reason), Unfit)

    assert refusal.code == "no_rebuttal_of_this"


def test_an_unusual_kind_needs_a_reason():
    story = verified()

    assert story.refused(EDITOR, draft(PublicationKind.EXPLAINER), Unfit).code == "unusual_kind_needs_reason"
    story.say(EDITOR, draft(PublicationKind.EXPLAINER, reason="公众缺的是知识"))

    assert story.case.draft.page.publication is PublicationKind.EXPLAINER


def test_a_further_draft_is_the_next_version_and_voids_the_votes():
    story = drafted()
    first = story.ballot()
    story.vote(deputy("jkj"))

    story.drafted(text="改写后的文字。", reason="补充日期")

    assert story.case.draft.page.version == 2
    assert all(slot.open for slot in story.case.draft.slots)
    assert story.refused(deputy("jkj"), first, Stale).code == "other_text"
    story.vote(deputy("jkj"))
    assert story.case.publication is PublicationState.DRAFTED


def test_an_approved_text_takes_no_further_draft():
    assert drafted().approved().refused(EDITOR, draft(), Unfit).code == "already_approved"


# --- the digest ------------------------------------------------------------------------------------------------------


def test_any_change_of_any_field_changes_the_digest():
    page = drafted().case.draft.page
    changes = {
        "number": "辟〔2026〕0124",
        "version": 2,
        "publication": PublicationKind.ALERT,
        "title": page.title + "。",
        "text": page.text + " ",
        "claim": page.claim[:-1],
        "verdict": Verdict.OUTDATED,
        "units": page.units[:1],
        "issuer": "另一个市",
        "as_of": page.as_of + timedelta(microseconds=1),
        "source": PageSource(unit="市疾控中心", url="https://jkj.mc.example/1", captured_at=START),
    }
    assert set(changes) == set(type(page).model_fields)

    digests = {digest_of(page.model_copy(update={field: value})) for field, value in changes.items()}

    assert len(digests) == len(changes)
    assert digest_of(page) not in digests


def test_a_page_has_the_same_digest_after_its_journey():
    page = drafted().case.draft.page

    assert digest_of(type(page).model_validate_json(page.model_dump_json())) == digest_of(page)


# --- going out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", list(Level))
def test_every_channel_of_the_level_is_owed_the_page_once(level):
    story = verified(level=level).drafted().approved()

    table, owed = story.case.draft, story.publications()
    assert tuple(debt.channel for debt in owed) == story.case.terms.at(level).publish_to
    assert {debt.digest for debt in owed} == {table.digest}
    assert {debt.page for debt in owed} == {table.page}
    assert [debt.key for debt in owed] == [f"k7m2p9x4qa/publish/v1/{debt.channel}" for debt in owed]


def test_the_key_of_a_publication_contains_its_version():
    story = drafted().drafted(text="第二版。").approved()

    assert {debt.key.split("/")[2] for debt in story.publications()} == {"v2"}


def test_the_first_public_receipt_ends_publish_and_response_and_enters_closure():
    story = drafted().approved()
    story.wait("10m")

    story.comes_back("bulletin")

    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.PUBLISHED)
    assert story.runs() == set()
    [receipt] = story.events("delivered")
    assert (receipt.channel, receipt.version, receipt.where) == ("bulletin", 1, "https://bulletin.mc.example/1")


def test_a_second_channel_later_is_only_written_down():
    story = drafted().approved()
    story.comes_back("bulletin")
    seq, owed = story.case.seq, len(story.case.pending_effects)

    story.wait("3d")
    story.comes_back("labels")

    assert story.case.seq == seq + 1
    assert len(story.case.pending_effects) == owed - 1
    assert story.events("delivered")[-1].channel == "labels"


def test_a_receipt_after_the_due_time_is_a_recorded_breach_of_the_response():
    story = drafted().approved()
    story.wait("3d")

    story.comes_back("bulletin")

    [breach] = [e for e in story.events("clock_breached") if e.clock is ClockName.RESPONSE]
    assert breach.due == START + timedelta(hours=48)


def test_a_channel_that_refuses_is_told_to_the_office_and_the_others_go_on():
    story = drafted().approved()

    story.comes_back("labels", REFUSED)

    assert story.case.publication is PublicationState.APPROVED
    assert [debt.channel for debt in story.publications()] == ["bulletin"]
    [told] = story.notices(Message.PUBLICATION_REFUSED)
    assert [(one.unit, one.seat) for one in told.to] == [("wxb", Seat.EDITOR), ("wxb", Seat.DUTY)]
    assert told.values == {"channel": "labels", "reason": REFUSED.reason}
    assert story.events("delivery_refused")[0].channel == "labels"

    story.comes_back("bulletin")
    assert story.case.stage is Stage.CLOSURE


def test_when_every_channel_refuses_the_text_goes_back_to_the_desk():
    story = drafted().approved()
    story.comes_back("labels", REFUSED)
    story.comes_back("bulletin", REFUSED)

    assert (story.case.stage, story.case.publication) == (Stage.REBUTTAL, PublicationState.NONE)
    assert story.case.draft is None
    assert story.runs() == {(name, "wxb") for name in (ClockName.RESPONSE, ClockName.INTERIM, ClockName.DRAFT)}

    story.drafted().approved()
    assert [debt.key.split("/")[2] for debt in story.publications()] == ["v2", "v2"]
    story.comes_back("bulletin")
    assert story.case.stage is Stage.CLOSURE


def test_a_refusal_after_the_first_receipt_leaves_the_case_published():
    story = drafted().approved()
    story.comes_back("bulletin")

    story.comes_back("labels", REFUSED)

    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.PUBLISHED)
    assert len(story.notices(Message.PUBLICATION_REFUSED)) == 1


def test_a_text_is_drafted_only_once_a_verdict_stands():
    story = Story().triaged("jkj", "sjw")

    assert story.refused(EDITOR, draft(), WrongStage).values["stage"] == Stage.VERIFICATION
    story.say(liaison("jkj"), finding())
    assert story.refused(EDITOR, draft(), WrongStage).values["stage"] == Stage.VERIFICATION


def test_a_true_claim_ends_in_a_statement():
    story = verified(Verdict.TRUE).drafted(publication=PublicationKind.STATEMENT).approved().published().closed()

    assert story.case.outcome(summarise(story.case)).verdict is Verdict.TRUE
    assert story.case.outcome(summarise(story.case)).publication is PublicationState.PUBLISHED


def test_a_channel_says_where_the_page_stands():
    story = drafted().approved()

    story.comes_back("bulletin", Issued(where="/bulletin/k7m2p9x4qa"))

    assert story.events("delivered")[0].where == "/bulletin/k7m2p9x4qa"
