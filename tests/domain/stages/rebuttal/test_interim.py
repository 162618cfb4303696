"""正在核实: two persons of the office say in fixed words that a claim is being checked, until there is an answer."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import digest_of
from domain.case.payloads import NotIssued
from domain.decisions import Accept, Confirm, Decline, Interim, RecordPublication, Transfer
from domain.errors import NotPermitted, Stale, Unfit, WrongStage
from domain.tasks.available_actions import offers
from domain.terms import Audience
from domain.vocabulary import (
    ActionKind,
    ClockName,
    Level,
    ProposalKind,
    PublicationKind,
    PublicationState,
    Seat,
    Stage,
    Verdict,
    Vote,
)
from tests.domain.factories import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    OFFICE_HEAD,
    TERMS,
    WORDING,
    Story,
    deputy,
    finding,
    liaison,
    of,
)

pytestmark = pytest.mark.people

REFUSED = NotIssued(reason="频道停用")


def asked(level: Level = Level.YELLOW) -> Story:
    """Return a case whose duty officer has asked for the notice."""
    story = Story(level).triaged("jkj", "sjw", level=level)
    story.say(DUTY, Interim())
    return story


def yes(story: Story) -> Confirm:
    [ref] = [one.ref for one in story.case.proposals if one.kind is ProposalKind.INTERIM]
    return Confirm(ref=ref, outcome=Vote.APPROVE)


def going_out(level: Level = Level.YELLOW) -> Story:
    story = asked(level)
    story.say(LEADER, yes(story))
    return story


def answered(story: Story) -> Story:
    """Bring the case to a signed answer that is on its way."""
    return story.verified().drafted().approved()


def answer_is_out(story: Story) -> None:
    story.returns(next(debt for debt in story.publications() if debt.page.version == 1))


# --- two persons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [DUTY, EDITOR])
def test_duty_and_editor_ask_for_it_and_nothing_goes_out_yet(actor):
    story = Story().triaged("jkj")

    story.say(actor, Interim(known="已有市民报告", unknown="是否属实"))

    assert story.publications() == []
    [proposed] = story.events("proposed")
    assert (proposed.what, proposed.title, proposed.text) == (ProposalKind.INTERIM, WORDING.title, WORDING.text)
    [told] = story.notices(Message.CONFIRM_REQUEST)
    others = [seat for seat in (Seat.DUTY, Seat.DUTY_LEADER) if seat not in actor.seats]
    assert [(one.unit, one.seat) for one in told.to] == [("wxb", seat) for seat in others]
    assert told.values["ref"] == story.case.proposals[0].ref
    assert told.due == story.clock(ClockName.INTERIM).due


@pytest.mark.parametrize("actor", [OFFICE_HEAD, OFFICE_DEPUTY, liaison("jkj"), of("jkj", Seat.HEAD)])
def test_nobody_else_asks_for_it(actor):
    assert Story().triaged("jkj").refused(actor, Interim(), NotPermitted).code == "not_permitted"


@pytest.mark.parametrize("actor", [LEADER, of("wxb", Seat.DUTY, person="the next duty officer")])
def test_another_person_whose_seat_the_policy_lists_confirms_it(actor):
    story = asked()

    story.say(actor, yes(story))

    assert [debt.channel for debt in story.publications()] == ["bulletin", "labels"]
    [confirmed] = story.events("confirmed")
    assert (confirmed.what, confirmed.asked_by) == (ProposalKind.INTERIM, DUTY.signer)


def test_the_policy_says_who_confirms_it():
    story = Story(terms=TERMS.model_copy(update={"signing_interim": (Audience.of("office.head"),)})).triaged("jkj")
    story.say(DUTY, Interim())

    assert story.refused(LEADER, yes(story), NotPermitted).code == "not_permitted"
    assert "confirm" not in {offer.kind for offer in offers(story.case, LEADER)}
    assert "confirm" in {offer.kind for offer in offers(story.case, OFFICE_HEAD)}
    story.say(OFFICE_HEAD, yes(story))


@pytest.mark.parametrize(
    "actor", [EDITOR, OFFICE_DEPUTY, OFFICE_HEAD, of("wxb", Seat.LIAISON_A), deputy("jkj"), of("zfb", Seat.HEAD)]
)
def test_nobody_else_confirms_it(actor):
    story = asked()

    assert story.refused(actor, yes(story), NotPermitted).code == "not_permitted"


def test_who_asked_does_not_confirm_even_from_another_seat():
    story = Story().triaged("jkj")
    story.say(of("wxb", Seat.EDITOR, person="p1"), Interim())

    assert story.refused(of("wxb", Seat.DUTY_LEADER, person="p1"), yes(story), NotPermitted).code == "own_proposal"


# --- what goes out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", list(Level))
def test_every_channel_of_the_level_gets_the_fixed_wording_without_a_verdict_below_every_version(level):
    story = going_out(level)

    owed = story.publications()
    assert tuple(debt.channel for debt in owed) == story.case.terms.at(level).publish_to
    [page] = {debt.page for debt in owed}
    assert (page.publication, page.version, page.verdict) == (PublicationKind.INTERIM, 0, None)
    assert (page.title, page.text, page.units) == (WORDING.title, WORDING.text, ("市疾控中心", "市市场监管委"))
    assert {debt.digest for debt in owed} == {digest_of(page)}


def test_the_first_public_receipt_stops_the_interim_clock_and_no_other():
    story = going_out(Level.RED)
    before = story.runs()

    story.comes_back("bulletin")

    assert before - story.runs() == {(ClockName.INTERIM, "wxb")}
    assert story.case.interim_at == story.now
    assert (story.case.stage, story.case.publication) == (Stage.VERIFICATION, PublicationState.NONE)
    assert story.events("delivered")[-1].interim
    [item] = [one for one in story.case.session.items if one.action.do is ActionKind.INTERIM]
    assert item.done == story.now


def test_further_receipts_are_only_written_down():
    story = going_out()
    story.comes_back("bulletin")
    first = story.case.interim_at
    story.wait("1h")
    seq = story.case.seq

    story.comes_back("labels")

    assert (story.case.interim_at, story.case.seq) == (first, seq + 1)


def test_the_level_without_an_interim_clock_can_have_the_notice_all_the_same():
    story = going_out(Level.BLUE)

    story.comes_back("bulletin")

    assert story.case.interim_at == story.now


def test_a_notice_late_is_a_recorded_breach_of_the_interim_clock_alone():
    story = going_out()
    story.wait("13h")
    story.comes_back("bulletin")

    breached = {event.clock for event in story.events("clock_breached")}
    assert ClockName.INTERIM in breached
    assert ClockName.RESPONSE not in breached


# --- once ------------------------------------------------------------------------------------------------------------


def test_it_is_asked_for_once():
    story = asked()
    assert story.refused(EDITOR, Interim(), Unfit).code == "interim_pending"
    story.say(LEADER, yes(story))
    assert story.refused(EDITOR, Interim(), Unfit).code == "interim_pending"
    story.comes_back("labels")
    assert story.refused(EDITOR, Interim(), Unfit).code == "interim_pending"
    story.comes_back("bulletin")
    assert story.refused(EDITOR, Interim(), Unfit).code == "interim_out"


def test_turned_down_with_remarks_it_may_be_asked_for_again():
    story = asked()
    ref = yes(story).ref
    assert story.refused(LEADER, Confirm(ref=ref, outcome=Vote.REJECT), Unfit).code == "remarks_needed"

    story.say(LEADER, Confirm(ref=ref, outcome=Vote.REJECT, remarks="暂不发"))

    assert (story.case.proposals, story.publications()) == ((), [])
    assert story.events("turned_down")[0].remarks == "暂不发"
    story.say(DUTY, Interim())
    story.say(LEADER, yes(story))
    assert len(story.publications()) == 2


def test_refused_by_every_channel_it_is_told_to_the_office_and_may_be_asked_for_again():
    story = going_out()
    for channel in ("bulletin", "labels"):
        story.comes_back(channel, REFUSED)

    assert (ClockName.INTERIM, "wxb") in story.runs()
    assert [notice.values["channel"] for notice in story.notices(Message.PUBLICATION_REFUSED)] == ["bulletin", "labels"]
    assert {(one.unit, one.seat) for one in story.notices(Message.PUBLICATION_REFUSED)[0].to} == {
        ("wxb", Seat.EDITOR),
        ("wxb", Seat.DUTY),
    }
    story.say(EDITOR, Interim())
    story.say(DUTY, yes(story))
    keys = [debt.key for debt in story.planned]
    assert len(keys) == len(set(keys))


# --- lapsing ---------------------------------------------------------------------------------------------------------


def test_nobody_confirms_it_once_the_answer_is_out():
    story = asked()
    late = yes(story)
    answered(story).comes_back("bulletin")

    assert [event.what for event in story.events("proposal_lapsed")] == [ProposalKind.INTERIM]
    assert story.refused(LEADER, late, Stale).code == "no_proposal"


def test_copies_not_delivered_are_dropped_once_the_answer_is_out():
    story = going_out()
    story.comes_back("bulletin")
    answered(story)
    assert len(story.publications()) == 3, "the notice for one channel, the answer for two"

    answer_is_out(story)

    assert [debt.page.publication for debt in story.publications()] == [PublicationKind.REBUTTAL]


def test_a_copy_that_was_on_its_way_is_written_down_and_changes_nothing():
    story = going_out()
    answered(story)
    [on_its_way] = [debt for debt in story.publications() if debt.page.version == 0 and debt.channel == "labels"]
    answer_is_out(story)

    story.returns(on_its_way)

    assert story.events("delivered")[-1].interim
    assert (story.case.stage, story.case.publication) == (Stage.CLOSURE, PublicationState.PUBLISHED)


@pytest.mark.parametrize(("outcome", "kind"), [(None, "delivered"), (REFUSED, "delivery_refused")])
def test_what_a_channel_said_to_it_after_the_answer_is_written_down_and_told_to_nobody(outcome, kind):
    story = going_out()
    answered(story)
    [on_its_way] = [debt for debt in story.publications() if debt.page.version == 0 and debt.channel == "labels"]
    story.comes_back("bulletin", REFUSED)  # of the notice, which is nowhere yet
    answer_is_out(story)
    told = len(story.notices(Message.PUBLICATION_REFUSED))

    story.returns(on_its_way, outcome)

    assert story.events(kind)[-1].interim
    assert story.notices(Message.INTERIM_OUT) == []
    assert len(story.notices(Message.PUBLICATION_REFUSED)) == told


def test_an_answer_without_the_notice_stops_its_clock():
    story = answered(Story().triaged("jkj"))
    assert (ClockName.INTERIM, "wxb") in story.runs()

    story.comes_back("bulletin")

    assert story.runs() == set()


def test_after_the_answer_nobody_asks_for_it():
    story = answered(Story().triaged("jkj")).published()

    assert story.refused(DUTY, Interim(), WrongStage).values["stage"] is Stage.CLOSURE


def test_after_a_units_own_word_nobody_asks_for_it():
    story = Story().triaged("jkj")
    story.say(
        EDITOR,
        RecordPublication(
            unit="jkj",
            publication=PublicationKind.EXPLAINER,
            title="通风不传播流感",
            text="通风是预防流感的有效办法。",
            url="https://jkj.mc.example/1",
            captured_at=story.now,
        ),
    )
    story.say(DUTY, Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE))

    assert story.refused(DUTY, Interim(), Unfit).code == "interim_out"


def test_the_clock_goes_on_through_a_bounce():
    story = Story().triaged("jkj")
    due = story.clock(ClockName.INTERIM).due
    story.wait("1h")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.triaged("sjw")

    assert story.clock(ClockName.INTERIM).due == due


def test_a_notice_that_is_out_is_not_owed_again_after_a_bounce():
    story = going_out()
    story.comes_back("bulletin")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.triaged("wjw")

    assert (ClockName.INTERIM, "wxb") not in story.runs()


def test_a_notice_may_be_asked_for_while_the_case_is_back_in_triage():
    story = asked()
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    story.say(DUTY, Interim())
    story.say(LEADER, yes(story))
    story.comes_back("bulletin")

    assert (story.case.stage, story.case.interim_at) == (Stage.TRIAGE, story.now)


@pytest.mark.parametrize("gone", ["declined", "handed on", "expired"])
def test_no_notice_names_a_unit_that_is_verifying_no_more(gone):
    story = asked()
    ref = yes(story).ref
    match gone:
        case "declined":
            story.say(liaison("sjw"), Decline(reason="不属本单位职责"))
        case "handed on":
            story.say(liaison("sjw"), Transfer(to="swj", reason="属该单位职责"))
            assert story.case.proposals != (), "until the receiver has taken over, it is still the sender's"
            story.say(liaison("swj"), Accept())
        case "expired":
            story.wait("7d")

    assert story.refused(LEADER, Confirm(ref=ref, outcome=Vote.APPROVE), Stale).code == "no_proposal"
    assert [event.outdated for event in story.events("proposal_lapsed") if event.what is ProposalKind.INTERIM] == [True]
    story.say(DUTY, Interim())
    story.say(LEADER, yes(story))
    assert {debt.page.units for debt in story.publications()} != {("市疾控中心", "市市场监管委")}


def test_a_notice_that_reads_like_a_verdict_is_refused():
    story = Story().triaged("jkj")
    story.concludes = ("不实",)

    refused = story.refused(DUTY, Interim(known="经查，该说法不实"), Unfit)

    assert (refused.code, refused.values) == ("interim_concludes", {"words": "不实"})


def test_refused_copies_of_the_notice_do_not_send_the_answer_back():
    story = going_out()
    answered(story)
    story.returns(next(debt for debt in story.publications() if debt.page.version == 0), REFUSED)

    assert (story.case.publication, story.case.stage) == (PublicationState.APPROVED, Stage.REBUTTAL)
    assert story.clock(ClockName.PUBLISH).due == story.now + timedelta(hours=2)


def test_the_notice_leaves_the_verdict_open():
    story = going_out()
    story.comes_back("bulletin")
    story.say(liaison("jkj"), finding(Verdict.TRUE))
    story.say(liaison("sjw"), finding(Verdict.TRUE))

    assert story.case.verdict is Verdict.TRUE
