"""A refusal to consent stands until the unit consents or two persons name it; nobody goes on without a word at once."""

import pytest

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.decisions import Confirm, Consent, Decline, Override, Relevel, Sign
from domain.errors import NotPermitted, Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import Issuer, Level, PublicationState, Seat, SlotKind, Vote
from tests.domain.factories import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    SIGNING,
    TERMS,
    Story,
    deputy,
    draft,
    finding,
    liaison,
    of,
)

pytestmark = pytest.mark.people

AGAINST = "与我委检测结果不符"
WITHOUT = Override(unit="sjw", reason="时限将至")


def verified(*co_units: str, **more: object) -> Story:
    return Story(**more).triaged("jkj", *(co_units or ("sjw", "skx"))).verified()


def refused(outcome: Vote = Vote.REJECT) -> Story:
    """Return a case with a second version of a text whose first version a co-unit has refused."""
    story = verified().drafted(consents=("sjw",))
    story.vote(deputy("sjw"), outcome, AGAINST, kind=Consent)
    return story.drafted(title="另一个标题")


def consenting(story: Story) -> list[str]:
    return [slot.to[0].unit for slot in story.case.draft.slots if slot.kind is SlotKind.CONSENT]


def offered(story: Story, actor: object) -> list[str]:
    return [offer.kind for offer in offers(story.case, actor, story.now) if offer.kind in ("override", "confirm")]


# --- who is asked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Vote.REJECT, Vote.RETURN])
def test_a_unit_that_refused_is_asked_again_whatever_the_next_version_says(outcome):
    story = refused(outcome)

    assert consenting(story) == ["sjw"]
    story.vote(deputy("jkj"))
    assert story.refused(OFFICE_DEPUTY, story.ballot(kind=Sign), Unfit).code == "sign_last"


def test_it_is_asked_in_every_later_version_until_it_consents():
    story = refused().drafted(text="第三版。").drafted(text="第四版。")
    assert consenting(story) == ["sjw"]

    story.vote(deputy("sjw"), kind=Consent)

    assert consenting(story.drafted(text="第五版。", reason="补充日期")) == []


def test_a_unit_that_refuses_twice_is_remembered_with_its_last_word():
    story = refused()
    story.vote(deputy("sjw"), Vote.REJECT, "仍然不符", kind=Consent)

    assert [(one.unit, one.version, one.remarks) for one in story.case.refusals] == [("sjw", 2, "仍然不符")]


def test_another_issuer_does_not_evade_a_refusal():
    alone = SIGNING | {Issuer.UNIT: SIGNING[Issuer.UNIT].model_copy(update={"consent": False})}
    story = verified(terms=TERMS.model_copy(update={"signing": alone})).drafted(consents=("sjw",))
    story.vote(deputy("sjw"), Vote.REJECT, AGAINST, kind=Consent)

    story.drafted(issuer=Issuer.UNIT)

    assert consenting(story) == ["sjw"]


def test_a_unit_that_declined_or_expired_is_asked_when_the_text_states_its_field():
    story = Story().triaged("jkj", "sjw", "skx", "wjw")
    story.say(liaison("sjw"), Decline(reason="不属本单位职责"))
    for unit in ("jkj", "wjw"):  # a lead that is left alone waits for the office
        story.say(liaison(unit), finding())
    story.wait("3d")
    assert [request.unit.code for request in story.case.requests if request.state == "expired"] == ["skx"]
    story.competent = ("sjw", "skx", "swj")  # the last was never asked

    story.drafted()

    assert consenting(story) == ["sjw", "skx"]
    story.vote(deputy("sjw"), kind=Consent)


def test_a_unit_that_declined_may_be_named():
    story = Story().triaged("jkj", "sjw", "skx")
    story.say(liaison("sjw"), Decline(reason="不属本单位职责"))
    story.verified().drafted(consents=("sjw",))

    assert consenting(story) == ["sjw"]


def test_a_case_keeps_its_refusals_on_its_journey_and_one_without_writes_none():
    story = refused()

    assert Case.model_validate_json(story.case.model_dump_json()).refusals == story.case.refusals != ()
    assert "refusals" not in verified().case.model_dump()


# --- going on without ------------------------------------------------------------------------------------------------


def test_whoever_confirms_reads_that_the_unit_refused_and_why():
    story = refused()
    story.say(DUTY, WITHOUT)

    [told] = story.notices(Message.CONFIRM_REQUEST)
    assert told.values["refusal"] == AGAINST
    assert story.events("proposed")[-1].refusal == AGAINST
    story.vote(deputy("jkj"))
    story.confirmed_by(LEADER)
    story.vote(OFFICE_DEPUTY, kind=Sign)
    assert (story.case.publication, story.case.refusals) == (PublicationState.APPROVED, ())


def test_a_refusal_opens_the_way_at_once_and_silence_only_after_the_minimum_gap():
    assert offered(refused(), DUTY) == ["override"]
    story = verified().drafted(consents=("sjw",))

    refusal = story.refused(DUTY, WITHOUT, Unfit)
    assert (refusal.code, refusal.values["unit"]) == ("consent_just_asked", "市市场监管委")
    assert offered(story, DUTY) == []
    story.wait("119m")
    assert story.refused(DUTY, WITHOUT, Unfit).code == "consent_just_asked"
    story.wait("1m")
    story.say(DUTY, WITHOUT)


def test_at_red_the_minimum_gap_is_shorter():
    story = verified().drafted(consents=("sjw",))
    story.say(DUTY, Relevel(level=Level.RED, reason="扩散"))

    story.wait("10m")

    story.say(DUTY, WITHOUT)


def test_the_drafter_neither_asks_to_go_on_nor_confirms_it():
    both = of("wxb", Seat.EDITOR, Seat.DUTY_LEADER, person="p7")
    story = verified()
    story.say(both, draft(consents=("sjw",)))
    story.vote(deputy("sjw"), Vote.REJECT, AGAINST, kind=Consent)
    story.say(both, draft())
    assert offered(story, both) == []
    assert story.refused(both, WITHOUT, NotPermitted).code == "drafter_skips_consent"

    story.say(DUTY, WITHOUT)

    yes = Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE)
    assert offered(story, both) == []
    assert story.refused(both, yes, NotPermitted).code == "drafter_skips_consent"
    story.say(LEADER, yes)


def test_an_editor_that_did_not_write_the_text_may_ask():
    story = verified()
    story.say(liaison("jkj"), draft(consents=("sjw",)))
    story.wait("8h")

    assert "override" in offered(story, EDITOR)
    story.say(EDITOR, WITHOUT)
