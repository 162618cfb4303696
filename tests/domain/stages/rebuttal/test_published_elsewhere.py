"""A unit spoke first: its word is recorded with address and capture, stops the response clock, and is re-posted."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.payloads import NotIssued
from domain.decisions import Confirm, Decline, Interim, RecordPublication, ResolveDelivery, TriageDecision
from domain.errors import NotPermitted, Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import (
    ClockName,
    DeliveryAct,
    Exit,
    Level,
    PublicationKind,
    PublicationState,
    Seat,
    Stage,
    Verdict,
    Vote,
)
from tests.domain.factories import DUTY, EDITOR, LEADER, START, Story, deputy, finding, liaison, of

pytestmark = pytest.mark.people

REFUSED = NotIssued(reason="频道停用")


def elsewhere(
    kind: PublicationKind = PublicationKind.EXPLAINER, unit: str = "jkj", **more: object
) -> RecordPublication:
    values = {
        "reason": "照录原文",
        "title": "通风不传播流感",
        "text": "通风是预防流感的有效办法。",
        "url": "https://jkj.mc.example/1",
        "captured_at": START,
    } | more
    return RecordPublication(unit=unit, publication=kind, **values)


def record(story: Story, said: RecordPublication) -> None:
    """The editor records what a unit has published, and the duty officer confirms it."""
    story.say(EDITOR, said)
    story.say(DUTY, Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE))


def verifying() -> Story:
    return Story().triaged("jkj", "sjw")


# --- at any time before the answer -----------------------------------------------------------------------------------


def test_a_units_own_word_stops_the_response_clock_at_once():
    story = verifying()
    story.wait("1h")

    record(story, elsewhere())

    assert (ClockName.RESPONSE, "wxb") not in story.runs()
    assert (ClockName.INTERIM, "wxb") not in story.runs()
    assert story.case.answered_at == story.now


def test_a_units_own_word_is_posted_again_with_its_source():
    story = verifying()

    record(story, elsewhere(unit="swj", digest="a" * 64))

    assert [debt.channel for debt in story.publications()] == ["bulletin", "labels"]
    [page] = {debt.page for debt in story.publications()}
    assert (page.issuer, page.units, page.version, page.verdict) == ("市水务局", ("市水务局",), 1, None)
    assert (page.source.unit, page.source.url, page.source.captured_at) == (
        "市水务局", "https://jkj.mc.example/1", START,
    )  # fmt: skip
    [recorded] = story.events("publication_recorded")
    assert (recorded.unit, recorded.url, recorded.digest) == ("swj", "https://jkj.mc.example/1", "a" * 64)


@pytest.mark.parametrize("actor", [DUTY, LEADER, deputy("jkj"), liaison("jkj"), of("zfb", Seat.HEAD)])
def test_only_the_editor_records_it(actor):
    assert verifying().refused(actor, elsewhere(), NotPermitted).code == "not_permitted"


@pytest.mark.parametrize("kind", [PublicationKind.NONE, PublicationKind.REPLY_ONLY, PublicationKind.INTERIM])
def test_only_a_public_word_with_an_answer_is_one(kind):
    assert verifying().refused(EDITOR, elsewhere(kind), Unfit).code == "not_a_publication"


def test_it_was_captured_before_it_is_recorded():
    later = elsewhere(captured_at=START + timedelta(minutes=6))

    assert verifying().refused(EDITOR, later, Unfit).code == "captured_in_future"


def test_it_ends_the_notice_that_the_claim_is_being_checked():
    story = verifying()
    story.say(DUTY, Interim())

    record(story, elsewhere())

    assert story.case.proposals == ()
    assert [event.what for event in story.events("proposal_lapsed")] == ["interim"]


def test_recorded_late_it_is_a_breach_of_the_response_clock():
    story = verifying()
    story.now += timedelta(hours=49)

    record(story, elsewhere())

    assert ClockName.RESPONSE in {event.clock for event in story.events("clock_breached")}


# --- while the units verify ------------------------------------------------------------------------------------------


def test_the_units_go_on_verifying():
    story = verifying()
    before = {clock for clock in story.runs() if clock[0] in (ClockName.ACCEPT, ClockName.ANSWER)}
    record(story, elsewhere())
    for channel in ("bulletin", "labels"):
        story.comes_back(channel)

    assert (story.case.stage, story.case.publication) == (Stage.VERIFICATION, PublicationState.NONE)
    assert before <= story.runs()
    story.verified(Verdict.TRUE).drafted(publication=PublicationKind.STATEMENT).approved().published()
    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.PUBLISHED)
    assert story.case.answered_at == START, "the unit's word was the first"


def test_a_second_units_word_is_a_version_of_its_own():
    story = verifying()
    record(story, elsewhere())
    record(story, elsewhere(unit="swj"))

    keys = [debt.key for debt in story.publications()]
    assert len(keys) == len(set(keys)) == 4


def test_a_slow_copy_of_it_is_not_the_answer_of_the_case():
    story = verifying()
    record(story, elsewhere())
    slow = next(debt for debt in story.publications() if debt.channel == "bulletin")
    story.comes_back("labels")
    story.verified().drafted().approved()

    story.returns(slow)

    assert (story.case.stage, story.case.publication) == (Stage.REBUTTAL, PublicationState.APPROVED)
    assert (ClockName.PUBLISH, "wxb") in story.runs()
    story.comes_back("bulletin")
    assert story.case.stage is Stage.CLOSURE


def test_a_slow_copy_of_it_keeps_no_refused_answer_from_the_desk():
    story = verifying()
    record(story, elsewhere())
    story.comes_back("bulletin")
    story.verified().drafted().approved()
    for debt in [one for one in story.publications() if one.page.source is None]:
        story.returns(debt, REFUSED)

    assert (story.case.draft, story.case.publication) == (None, PublicationState.NONE)
    assert (ClockName.DRAFT, "wxb") in story.runs()


def test_a_refused_copy_of_it_sends_no_answer_back():
    story = verifying()
    record(story, elsewhere())
    old = story.publications()
    story.verified().drafted().approved()
    for debt in old:
        story.returns(debt, REFUSED)

    assert story.case.publication is PublicationState.APPROVED
    assert len(story.notices(Message.PUBLICATION_REFUSED)) == 2


# --- in the rebuttal -------------------------------------------------------------------------------------------------


def test_in_the_rebuttal_it_is_the_answer_and_the_text_on_the_table_is_void():
    story = verifying().verified().drafted()
    ballot = story.ballot()

    record(story, elsewhere())

    assert (story.case.draft, story.case.publication) == (None, PublicationState.APPROVED)
    assert story.runs() == {(ClockName.PUBLISH, "wxb")}
    assert story.refused(deputy("jkj"), ballot, Unfit).code == "nothing_to_review"
    assert story.case.stage is Stage.REBUTTAL
    story.comes_back("bulletin")
    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.PUBLISHED)
    assert story.runs() == set()


def test_refused_by_every_channel_a_text_is_asked_for():
    story = verifying().verified()
    record(story, elsewhere())
    for channel in ("labels", "bulletin"):
        story.comes_back(channel, REFUSED)

    assert story.case.publication is PublicationState.NONE
    story.drafted().approved().published()
    assert story.case.stage is Stage.CLOSURE


def test_nobody_lets_a_report_out_while_a_page_is_owed_to_the_public():
    story = Story()
    record(story, elsewhere())

    assert story.refused(DUTY, TriageDecision(exit=Exit.OPINION), Unfit).code == "public_channel_owed"
    assert [offer.only for offer in offers(story.case, DUTY) if offer.kind == "triage"] == [{"exit": ()}]
    story.comes_back("bulletin", REFUSED)
    assert story.refused(DUTY, TriageDecision(exit=Exit.OPINION), Unfit).code == "public_channel_owed"
    story.say(EDITOR, ResolveDelivery(ref=story.case.refused[0].ref, act=DeliveryAct.AGAIN, reason="已修复"))
    story.comes_back("bulletin")

    story.say(DUTY, TriageDecision(exit=Exit.OPINION))
    assert story.case.over
    assert story.events("case_closed")[0].outstanding == ("labels",), "the partner has not answered yet"


def test_an_exit_that_waits_for_its_second_person_lapses_with_a_units_own_word():
    story = verifying()
    story.say(liaison("jkj"), Decline(reason="系观点，非事实"))
    story.say(DUTY, TriageDecision(exit=Exit.OPINION))

    record(story, elsewhere())

    assert story.case.proposals == ()
    assert [event.what for event in story.events("proposal_lapsed")] == ["exit"]


@pytest.mark.parametrize("level", [Level.RED, Level.BLUE])
def test_it_goes_to_every_channel_of_the_level(level):
    story = Story(level).triaged("jkj", level=level).verified()

    record(story, elsewhere())

    assert tuple(debt.channel for debt in story.publications()) == story.case.terms.at(level).publish_to


def test_beside_a_signed_text_none_is_recorded():
    story = verifying().verified().drafted().approved()

    assert story.refused(EDITOR, elsewhere(), Unfit).code == "already_approved"


def test_the_answer_carries_the_verdict_that_stands():
    story = verifying().verified(Verdict.OUTDATED)

    record(story, elsewhere())

    assert {debt.page.verdict for debt in story.publications()} == {Verdict.OUTDATED}


def test_a_late_finding_against_it_rings_lead_and_office():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED).verified(Verdict.FALSE, "jkj")
    record(story, elsewhere())

    story.say(liaison("sjw"), finding(Verdict.TRUE))

    assert len(story.notices(Message.LATE_FINDING)) == 1


# --- a second person -------------------------------------------------------------------------------------------------


def test_nothing_goes_out_in_a_units_name_before_a_second_person_confirms_it():
    story = verifying()

    story.say(EDITOR, elsewhere())

    assert story.publications() == []
    assert (ClockName.RESPONSE, "wxb") in story.runs()
    assert story.case.answered_at is None
    [asked] = story.notices(Message.CONFIRM_REQUEST)
    assert [(one.unit, one.seat) for one in asked.to] == [
        ("wxb", Seat.DUTY), ("wxb", Seat.DUTY_LEADER), ("jkj", Seat.DEPUTY),
    ]  # fmt: skip
    assert asked.values["title"] == "通风不传播流感"


@pytest.mark.parametrize("actor", [DUTY, LEADER, deputy("swj"), liaison("swj")])
def test_another_person_of_that_unit_or_of_the_office_confirms_it(actor):
    story = verifying()
    story.say(EDITOR, elsewhere(unit="swj"))

    story.say(actor, Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))

    assert {debt.page.issuer for debt in story.publications()} == {"市水务局"}


@pytest.mark.parametrize(("actor", "code"), [(EDITOR, "own_proposal"), (liaison("sjw"), "not_permitted")])
def test_neither_its_recorder_nor_another_unit_confirms_it(actor, code):
    story = verifying()
    story.say(EDITOR, elsewhere(unit="swj"))

    said = Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE)

    assert story.refused(actor, said, NotPermitted).code == code


def test_turned_down_it_goes_nowhere_and_may_be_recorded_anew():
    story = verifying()
    story.say(EDITOR, elsewhere())
    assert story.refused(EDITOR, elsewhere(), Unfit).code == "proposed_already"

    story.say(deputy("jkj"), Confirm(ref=story.case.proposals[0].ref, outcome=Vote.REJECT, remarks="不是我委所发"))

    assert story.publications() == []
    record(story, elsewhere())
    assert story.publications()


def test_with_the_last_signature_on_another_text_it_lapses():
    story = verifying().verified()
    story.say(EDITOR, elsewhere())

    story.drafted().approved()

    assert story.case.proposals == ()
    assert [event.what for event in story.events("proposal_lapsed")] == ["repost"]


# --- the kind fits the verdict ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.TRUE, Verdict.MOSTLY_TRUE, Verdict.UNPROVEN])
def test_a_claim_that_is_not_false_is_never_called_a_rumor(verdict):
    story = verifying().verified(verdict)

    said = elsewhere(PublicationKind.REBUTTAL)

    assert story.refused(EDITOR, said, Unfit).code == "no_rebuttal_of_this"
    [offer] = [one for one in offers(story.case, EDITOR) if one.kind == "record_publication"]
    assert PublicationKind.REBUTTAL not in offer.only["publication"]


def test_an_unusual_kind_needs_a_reason():
    story = verifying().verified(Verdict.FALSE)

    assert story.refused(EDITOR, elsewhere(reason=None), Unfit).code == "unusual_kind_needs_reason"
    record(story, elsewhere(PublicationKind.REBUTTAL, reason=None))
    assert story.publications()


def test_before_a_verdict_nothing_is_called_a_rumor():
    assert verifying().refused(EDITOR, elsewhere(PublicationKind.REBUTTAL), Unfit).code == "no_rebuttal_yet"


def test_what_waits_to_be_confirmed_lapses_with_a_verdict_it_does_not_fit():
    story = verifying()
    story.say(EDITOR, elsewhere(reason=None))

    story.verified(Verdict.FALSE)

    assert story.case.proposals == ()
    [lapsed] = story.events("proposal_lapsed")
    assert (lapsed.what, lapsed.outdated) == ("repost", True)


def test_what_waits_to_be_confirmed_lapses_when_the_verdict_is_in_doubt_again():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED).verified(Verdict.FALSE, "jkj")
    story.say(EDITOR, elsewhere(PublicationKind.REBUTTAL))

    story.say(liaison("sjw"), finding(Verdict.TRUE))

    assert story.case.verdict is None
    assert [event.what for event in story.events("proposal_lapsed")] == ["repost"]


def test_what_fits_a_verdict_reached_meanwhile_carries_it():
    story = verifying()
    story.say(EDITOR, elsewhere())
    story.verified(Verdict.TRUE)

    story.say(DUTY, Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))

    assert {debt.page.verdict for debt in story.publications()} == {Verdict.TRUE}
