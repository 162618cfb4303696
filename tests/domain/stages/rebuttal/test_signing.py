"""A text needs the names its issuer asks for, each of another person, and every vote binds to exactly that text."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.decisions import Acknowledge, Consent, DraftSubmission, Extend, Relevel, Review, Sign
from domain.errors import NotPermitted, Stale, Unfit
from domain.vocabulary import (
    ClockName,
    Issuer,
    Level,
    PublicationKind,
    PublicationState,
    Seat,
    SlotKind,
    Stage,
    Verdict,
    VerdictStep,
    Vote,
)
from tests.domain.factories import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    OFFICE_HEAD,
    UNITS,
    Story,
    deputy,
    draft,
    finding,
    liaison,
    of,
)

pytestmark = pytest.mark.people

WATER, WEATHER = "停水通知", "气象预报"


def verified(*co_units: str, level: Level = Level.YELLOW, verdict: Verdict = Verdict.FALSE) -> Story:
    return Story(level).triaged("jkj", *co_units, level=level).verified(verdict)


def drafted(*consents: str, level: Level = Level.YELLOW, **more: object) -> Story:
    """Return a case with a text on the table that needs the consent of the units named."""
    story = verified("sjw", "skx", level=level)
    if level.urgent:
        for unit in ("sjw", "skx"):
            story.say(liaison(unit), finding())
    return story.drafted(consents=consents, **more)


def slots(story: Story) -> list[tuple[SlotKind, str, tuple[str, ...]]]:
    return [(slot.kind, slot.to[0].unit, tuple(one.seat for one in slot.to)) for slot in story.case.draft.slots]


def asked(story: Story) -> list[tuple[Message, str]]:
    """Return who was asked for a vote, in order."""
    kinds = (Message.REVIEW_REQUEST, Message.CONSENT_REQUEST, Message.SIGN_REQUEST)
    return [(n.message, f"{n.to[0].unit}.{n.to[0].seat}") for n in story.notices() if n.message in kinds]


def reviewed(*consents: str, **more: object) -> Story:
    story = drafted(*consents, **more)
    story.vote(deputy("jkj"))
    return story


# --- whose name a text needs -----------------------------------------------------------------------------------------


def test_a_joint_text_is_reviewed_by_the_lead_unit_and_signed_by_the_office():
    assert slots(drafted()) == [
        (SlotKind.REVIEW, "jkj", (Seat.DEPUTY, Seat.HEAD, Seat.DEPUTY)),
        (SlotKind.SIGN, "wxb", (Seat.DEPUTY, Seat.HEAD)),
    ]


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE])
def test_at_red_and_orange_the_duty_leader_is_asked_to_sign(level):
    assert slots(drafted(level=level))[-1] == (SlotKind.SIGN, "wxb", (Seat.DUTY_LEADER, Seat.DEPUTY, Seat.HEAD))


def test_a_units_text_is_reviewed_by_its_deputy_and_signed_by_its_head():
    story = drafted(issuer=Issuer.UNIT)

    assert slots(story) == [(SlotKind.REVIEW, "jkj", (Seat.DEPUTY, Seat.DEPUTY)), (SlotKind.SIGN, "jkj", (Seat.HEAD,))]
    assert story.case.draft.page.issuer == "市疾控中心"
    story.vote(deputy("jkj"))
    story.vote(of("jkj", Seat.HEAD), kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


def test_a_text_goes_out_for_another_unit_than_the_lead():
    story = drafted(issuer=Issuer.UNIT, unit="swj")

    assert [unit for _, unit, _ in slots(story)] == ["jkj", "swj"]  # the lead reviews what rests on its finding
    assert story.case.draft.page.issuer == "市水务局"
    assert story.refused(deputy("swj"), story.ballot(), NotPermitted).code == "not_permitted"
    story.vote(deputy("jkj"))
    story.vote(of("swj", Seat.HEAD), kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


def test_a_text_of_the_city_is_signed_by_the_government_office():
    story = drafted(issuer=Issuer.CITY)

    assert slots(story) == [
        (SlotKind.REVIEW, "jkj", (Seat.HEAD,)),
        (SlotKind.SIGN, "zfb", (Seat.HEAD, Seat.DEPUTY)),
    ]
    assert story.case.draft.page.issuer == "明澄市人民政府（演示）"
    story.vote(of("jkj", Seat.HEAD))
    story.vote(of("zfb", Seat.DEPUTY), kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


@pytest.mark.parametrize("issuer", [Issuer.JOINT, Issuer.CITY])
def test_a_unit_is_named_only_where_a_unit_issues(issuer):
    assert verified().refused(EDITOR, draft(issuer=issuer, unit="jkj"), Unfit).code == "unit_without_unit_issuer"


@pytest.mark.parametrize("competent", [deputy("jkj"), of("jkj", Seat.HEAD), deputy("wjw")])
def test_the_competent_unit_or_its_parent_reviews(competent):
    story = drafted()

    story.vote(competent)

    assert asked(story)[-1] == (Message.SIGN_REQUEST, "wxb.deputy")


@pytest.mark.parametrize("stranger", [OFFICE_DEPUTY, LEADER, deputy("sjw"), liaison("jkj"), deputy("jyw")])
def test_nobody_else_reviews(stranger):
    assert drafted().refused(stranger, drafted().ballot(), NotPermitted).code == "not_permitted"


# --- consents --------------------------------------------------------------------------------------------------------


def test_each_co_unit_that_is_named_consents():
    assert slots(drafted("sjw", "skx"))[1:3] == [
        (SlotKind.CONSENT, "sjw", (Seat.DEPUTY, Seat.HEAD)),
        (SlotKind.CONSENT, "skx", (Seat.DEPUTY, Seat.HEAD)),
    ]


def test_a_co_unit_the_desk_finds_in_the_text_consents_though_nobody_named_it():
    story = verified("sjw", "skx")
    story.competent = ("sjw", "swj")  # the second was not asked

    story.drafted()

    assert [unit for kind, unit, _ in slots(story) if kind is SlotKind.CONSENT] == ["sjw"]


def test_named_and_found_is_asked_once_and_the_issuer_not_at_all():
    story = verified("sjw", "skx")
    story.competent = ("sjw", "jkj")

    story.drafted(consents=("sjw", "jkj"))

    assert [unit for kind, unit, _ in slots(story) if kind is SlotKind.CONSENT] == ["sjw"]


def test_the_lead_reviews_a_text_of_another_unit_and_consents_to_it_thereby():
    story = verified("sjw", "skx")
    story.competent = ("jkj",)

    story.drafted(issuer=Issuer.UNIT, unit="sjw")

    assert [(kind, unit) for kind, unit, _ in slots(story)] == [
        (SlotKind.REVIEW, "jkj"),
        (SlotKind.SIGN, "sjw"),
    ]


def test_a_unit_that_was_not_asked_is_not_asked_for_its_consent():
    assert verified().refused(EDITOR, draft(consents=("sjw",)), Unfit).code == "consent_not_asked"


def test_silence_is_not_consent():
    story = reviewed("sjw")

    story.wait("60d")

    assert story.case.publication is PublicationState.DRAFTED
    assert story.refused(OFFICE_DEPUTY, story.ballot(kind=Sign), Unfit).code == "sign_last"


@pytest.mark.parametrize("actor", [liaison("sjw"), of("sjw", Seat.DUTY), deputy("skx"), deputy("jkj")])
def test_deputy_or_head_of_the_unit_consents_and_nobody_else(actor):
    story = drafted("sjw")

    assert story.refused(actor, story.ballot(kind=Consent), NotPermitted).code == "not_permitted"
    story.vote(of("sjw", Seat.HEAD), kind=Consent)


def test_review_and_consents_are_asked_for_at_once_and_the_signature_last():
    story = drafted("sjw")
    assert asked(story) == [(Message.REVIEW_REQUEST, "jkj.deputy"), (Message.CONSENT_REQUEST, "sjw.deputy")]
    assert story.refused(OFFICE_DEPUTY, story.ballot(kind=Sign), Unfit).code == "sign_last"

    story.vote(deputy("sjw"), kind=Consent)
    assert len(asked(story)) == 2
    story.vote(deputy("jkj"))

    assert asked(story)[2:] == [(Message.SIGN_REQUEST, "wxb.deputy")]


def test_nobody_is_asked_twice_for_the_same_text_and_each_again_for_the_next():
    story = drafted("sjw", "skx")
    for actor, kind in ((deputy("skx"), Consent), (deputy("jkj"), Review), (deputy("sjw"), Consent)):
        story.vote(actor, kind=kind)
    first = asked(story)
    assert len(first) == len(set(first)) == 4

    story.drafted(consents=("sjw",), text="改写后的文字。", reason="补充日期")

    assert asked(story)[4:] == [(Message.REVIEW_REQUEST, "jkj.deputy"), (Message.CONSENT_REQUEST, "sjw.deputy")]
    keys = [notice.key for notice in story.notices()]
    assert len(keys) == len(set(keys))


# --- distinct persons ------------------------------------------------------------------------------------------------


def test_the_drafter_has_no_vote_from_any_seat():
    story = verified("sjw")
    both = of("jkj", Seat.LIAISON_A, Seat.DEPUTY, person="p7")
    story.say(both, draft())

    assert story.refused(both, story.ballot(), NotPermitted).code == "own_text"
    story.vote(of("jkj", Seat.HEAD))


def test_a_drafter_of_the_office_does_not_sign():
    story = verified("sjw")
    both = of("wxb", Seat.EDITOR, Seat.DEPUTY, person="p7")
    story.say(both, draft())
    story.vote(deputy("jkj"))

    assert story.refused(both, story.ballot(kind=Sign), NotPermitted).code == "own_text"
    story.vote(OFFICE_HEAD, kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


def test_one_person_fills_one_slot_even_from_two_seats():
    story = verified().drafted(issuer=Issuer.UNIT)
    both = of("jkj", Seat.DEPUTY, Seat.HEAD, person="p8")
    story.vote(both)

    assert story.refused(both, story.ballot(kind=Sign), NotPermitted).code == "voted_already"
    story.vote(of("jkj", Seat.HEAD), kind=Sign)


def test_a_slot_that_is_filled_takes_no_second_vote():
    story = reviewed("sjw")

    assert story.refused(of("jkj", Seat.HEAD), story.ballot(), NotPermitted).code == "slot_filled"


# --- votes bind to a digest ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Review, Consent, Sign])
def test_a_vote_on_another_text_is_stale(kind):
    story = drafted("sjw")
    actor = {Review: deputy("jkj"), Consent: deputy("sjw"), Sign: OFFICE_DEPUTY}[kind]

    said = kind(digest="0" * 64, outcome=Vote.APPROVE)

    assert story.refused(actor, said, Stale).code == "other_text"


def test_an_edit_voids_every_vote():
    story = reviewed("sjw")
    story.vote(deputy("sjw"), kind=Consent)
    last = story.ballot(kind=Sign)

    story.drafted(consents=("sjw",), text="改写后的文字。", reason="补充日期")

    assert all(slot.open for slot in story.case.draft.slots)
    assert story.refused(OFFICE_DEPUTY, last, Stale).code == "other_text"
    assert story.refused(OFFICE_DEPUTY, story.ballot(kind=Sign), Unfit).code == "sign_last"


@pytest.mark.parametrize("kind", [Review, Consent, Sign])
def test_without_a_text_there_is_nothing_to_vote_on(kind):
    said = kind(digest="0" * 64, outcome=Vote.APPROVE)

    assert verified("sjw").refused(OFFICE_DEPUTY, said, Unfit).code == "nothing_to_review"


def test_after_the_signature_no_vote_is_taken():
    story = drafted().approved()

    assert story.refused(OFFICE_HEAD, story.ballot(kind=Sign), Unfit).code == "nothing_to_review"


# --- votes against ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Vote.RETURN, Vote.REJECT])
@pytest.mark.parametrize(("actor", "kind"), [(deputy("jkj"), Review), (deputy("sjw"), Consent)])
def test_a_vote_against_sends_the_text_back_with_the_remarks(actor, kind, outcome):
    story = drafted("sjw")
    old = story.ballot()
    assert story.refused(actor, story.ballot(outcome, kind=kind), Unfit).code == "remarks_needed"

    story.vote(actor, outcome, "第二段缺依据", kind=kind)

    assert (story.case.draft, story.case.publication) == (None, PublicationState.NONE)
    assert story.case.stage is Stage.REBUTTAL
    assert (ClockName.DRAFT, "wxb") in story.runs()
    assert ClockName.APPROVAL not in {name for name, _ in story.runs()}
    assert story.notices(Message.DRAFT_REQUEST)[-1].values["remarks"] == "第二段缺依据"
    assert story.events("reviewed")[-1].remarks == "第二段缺依据"
    story.drafted(consents=("sjw",))
    assert story.case.draft.page.version == 2
    assert story.refused(deputy("jkj"), old, Stale).code == "other_text"


def test_whoever_signs_may_send_the_text_back_too():
    story = reviewed()

    story.vote(OFFICE_DEPUTY, Vote.REJECT, "口径不符", kind=Sign)

    assert story.case.draft is None
    assert story.publications() == []


# --- the signature ---------------------------------------------------------------------------------------------------


def test_nothing_goes_out_before_the_last_signature():
    story = reviewed("sjw")
    story.vote(deputy("sjw"), kind=Consent)
    assert (story.case.publication, story.publications()) == (PublicationState.DRAFTED, [])

    answer = story.vote(OFFICE_DEPUTY, kind=Sign)

    assert story.case.publication is PublicationState.APPROVED
    assert [entry.event.kind for entry in answer.entries] == ["reviewed", "approved", "verdict_reached"]
    assert {debt.digest for debt in story.publications()} == {story.case.draft.digest}
    assert story.case.verdicts[VerdictStep.FINAL].by == (OFFICE_DEPUTY.signer,)
    assert (ClockName.PUBLISH, "wxb") in story.runs()


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE])
def test_at_red_and_orange_a_signature_needs_its_code(level):
    story = reviewed(level=level)
    story.second_factor = False

    assert story.refused(LEADER, story.ballot(kind=Sign), NotPermitted).code == "code_needed"
    story.second_factor = True
    story.vote(LEADER, kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


def test_a_vote_against_and_a_review_need_no_code():
    story = drafted(level=Level.RED)
    story.second_factor = False

    story.vote(deputy("jkj"))
    story.vote(LEADER, Vote.RETURN, "口径不符", kind=Sign)

    assert story.case.draft is None


@pytest.mark.parametrize("level", [Level.YELLOW, Level.BLUE])
def test_below_no_code_is_asked_for(level):
    story = reviewed(level=level)
    story.second_factor = False

    story.vote(OFFICE_DEPUTY, kind=Sign)

    assert story.case.publication is PublicationState.APPROVED


def test_a_case_raised_before_the_signature_asks_for_the_code():
    story = reviewed()
    story.say(DUTY, Relevel(level=Level.RED, reason="扩散"))
    story.second_factor = False

    assert story.refused(OFFICE_DEPUTY, story.ballot(kind=Sign), NotPermitted).code == "code_needed"


# --- who may say it at all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("releases", "right", "wrong"),
    [
        ("swj", {"issuer": Issuer.UNIT, "unit": "swj"}, [{}, {"issuer": Issuer.UNIT}, {"issuer": Issuer.CITY}]),
        ("wxb", {"issuer": Issuer.JOINT}, [{"issuer": Issuer.UNIT}, {"issuer": Issuer.CITY}]),
        ("zfb", {"issuer": Issuer.CITY}, [{}, {"issuer": Issuer.UNIT}]),
        ("jkj", {"issuer": Issuer.UNIT}, [{}, {"issuer": Issuer.UNIT, "unit": "swj"}]),
    ],
)
def test_information_that_one_unit_alone_gives_goes_out_in_its_name_or_not_at_all(releases, right, wrong):
    story = verified()
    story.exclusive = {WATER: UNITS[releases]}

    for issuer in wrong:
        refusal = story.refused(EDITOR, draft(**issuer), Unfit)
        assert (refusal.code, refusal.values) == ("releases", {"information": WATER, "unit": UNITS[releases].short})
    story.say(EDITOR, draft(**right))


# --- the approval clock ----------------------------------------------------------------------------------------------


def test_the_approval_clock_passes_on_to_those_it_is_up_to_and_nobody_gains_time():
    story = drafted("sjw")
    due = story.clock(ClockName.APPROVAL, "jkj").due
    story.wait("1h")
    story.vote(deputy("jkj"))
    assert story.clock(ClockName.APPROVAL, "sjw").due == due
    story.wait("1h")
    story.vote(deputy("sjw"), kind=Consent)

    assert story.clock(ClockName.APPROVAL, "wxb").due == due
    assert len([name for name, _ in story.runs() if name is ClockName.APPROVAL]) == 1


def test_a_rung_that_rang_for_the_reviewer_does_not_ring_again_for_the_signer():
    story = drafted()
    story.wait("5h")  # past half of eight hours
    story.vote(deputy("jkj"))
    story.wait("1h")

    rang = [(event.unit, event.n) for event in story.events("rung_rang") if event.clock is ClockName.APPROVAL]
    assert rang == [("jkj", 1)]


def test_who_signs_next_is_not_rung_in_the_moment_of_being_asked():
    story = drafted()
    story.wait("3h")
    story.say(deputy("jkj"), Acknowledge(clock=ClockName.APPROVAL, unit="jkj"))
    story.wait("4h")  # half and four fifths of eight hours are over; the acknowledgement was the reviewer's word
    story.vote(deputy("jkj"))

    story.wait("119m")
    assert [event for event in story.events("rung_rang") if event.clock is ClockName.APPROVAL] == []
    story.wait("1m")
    assert next(e.unit for e in story.events("rung_rang") if e.clock is ClockName.APPROVAL) == "wxb"


def test_an_extension_of_the_approval_passes_on_to_whoever_signs_next():
    story = drafted()
    story.say(DUTY, Extend(clock=ClockName.APPROVAL, unit="jkj", longer="4h", reason="等分管负责人回津"))
    story.confirmed_by(LEADER)
    due = story.clock(ClockName.APPROVAL, "jkj").due
    story.wait("9h")
    story.vote(deputy("jkj"))

    approval = story.clock(ClockName.APPROVAL, "wxb")
    assert (approval.due, approval.extended, approval.breached) == (due, True, None)


def test_a_missed_approval_is_recorded_once():
    story = drafted()
    story.wait("9h")
    story.vote(deputy("jkj"))
    story.wait("2d")

    breaches = [event for event in story.events("clock_breached") if event.clock is ClockName.APPROVAL]
    assert [event.unit for event in breaches] == ["jkj"]


def test_the_approval_clock_calls_the_seats_that_can_sign_now():
    story = drafted("sjw")
    story.wait("4h")

    rang = next(event for event in story.events("rung_rang") if event.clock is ClockName.APPROVAL)
    assert [f"{one.unit}.{one.seat}" for one in rang.to] == ["jkj.deputy", "jkj.head", "sjw.deputy", "sjw.head"]
    story.say(deputy("sjw"), Acknowledge(clock=ClockName.APPROVAL, unit="jkj"))


def test_an_edited_text_resets_no_promise():
    story = drafted()
    due = story.clock(ClockName.APPROVAL, "jkj").due

    for _ in range(4):
        story.wait("119m")
        story.drafted(text="改写后的文字。")
        assert story.clock(ClockName.APPROVAL, "jkj").due == due
    story.wait("1h")

    assert [(event.clock, event.due) for event in story.events("clock_breached")] == [("approval", due)]
    story.drafted(text="再次改写的文字。")
    clock = story.clock(ClockName.APPROVAL, "jkj")
    assert (clock.generation, clock.due, clock.rung) == (6, due, 3), (
        "what was missed stays missed, what rang stays rung"
    )


def test_a_text_sent_back_is_drafted_in_the_time_that_was_left():
    story = Story().triaged("jkj").verified()
    story.wait("3h")
    story.drafted()
    story.wait("1h")
    story.vote(deputy("jkj"), Vote.RETURN, "第二段不实")

    assert story.clock(ClockName.DRAFT).due == story.now + timedelta(hours=3)
    story.wait("2h")
    story.drafted()
    assert story.clock(ClockName.APPROVAL, "jkj").due == story.now + timedelta(hours=7)


def test_a_text_sent_back_leaves_its_editor_and_its_signers_the_gap_at_least():
    story = Story().triaged("jkj").verified()
    story.wait("359m")
    story.drafted()
    story.wait("479m")
    story.vote(deputy("jkj"), Vote.RETURN, "第二段不实")

    assert story.clock(ClockName.DRAFT).due == story.now + timedelta(hours=2)
    story.drafted()
    assert story.clock(ClockName.APPROVAL, "jkj").due == story.now + timedelta(hours=2)
    assert not [event for event in story.events("clock_breached") if event.clock in ("draft", "approval")]


# --- what goes to nobody but those who asked -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [PublicationKind.NONE, PublicationKind.REPLY_ONLY])
def test_a_text_that_is_not_public_needs_its_reason_and_the_same_signatures_and_ends_in_closure(kind):
    story = verified("sjw", "skx")
    assert story.refused(EDITOR, draft(kind), Unfit).code == "unusual_kind_needs_reason"
    story.say(EDITOR, draft(kind, reason="仅答复来信人", consents=("sjw",)))
    assert [kind for kind, _, _ in slots(story)] == [SlotKind.REVIEW, SlotKind.CONSENT, SlotKind.SIGN]
    story.vote(deputy("jkj"))
    story.vote(deputy("sjw"), kind=Consent)

    answer = story.vote(OFFICE_DEPUTY, kind=Sign)

    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.NOT_PUBLIC)
    assert answer.summary.publication is PublicationState.NOT_PUBLIC
    assert story.publications() == []
    assert story.runs() == set()
    story.closed()
    assert story.case.outcome(summarise(story.case)).publication is PublicationState.NOT_PUBLIC


def test_the_interim_notice_is_asked_for_and_never_drafted():
    said = DraftSubmission(publication=PublicationKind.INTERIM, title="正在核实", text="正在核实。", reason="先发")

    assert verified().refused(EDITOR, said, Unfit).code == "interim_is_asked_for"
