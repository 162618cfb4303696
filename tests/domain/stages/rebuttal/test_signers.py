"""No text waits for somebody who may not sign it: persons are counted when it is handed in, and stand-ins are asked."""

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.decisions import Consult, Relevel, SeatHolders, Sign
from domain.errors import NotPermitted, Unfit
from domain.tasks.available_actions import offers
from domain.tasks.pending import pending_task
from domain.terms import UnitRef
from domain.vocabulary import ConsultAct, Issuer, Level, PublicationState, Seat, SlotKind, Verdict
from tests.domain.factories import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    OFFICE_HEAD,
    TERMS,
    UNITS,
    Story,
    deputy,
    draft,
    finding,
    liaison,
    of,
)

pytestmark = pytest.mark.people

JKJ_HEAD = of("jkj", Seat.HEAD)


def rows(**units: dict[str, str]) -> tuple[SeatHolders, ...]:
    """Return who holds which seat of some units, as the desk proves it; a person per seat, named `unit-seat`."""
    return tuple(
        SeatHolders(unit=unit, seat=Seat(seat), voices=tuple(voices.split()))
        for unit, seats in units.items()
        for seat, voices in seats.items()
    )


def pair(unit: str) -> dict[str, str]:
    return {"deputy": f"{unit}-deputy", "head": f"{unit}-head"}


OFFICE = {**pair("wxb"), "duty_leader": "wxb-duty_leader"}
WHOLE = rows(jkj=pair("jkj"), wjw=pair("wjw"), sjw=pair("sjw"), wxb=OFFICE, zfb=pair("zfb"), swj=pair("swj"))


def verified(lead: str = "jkj", *co_units: str, holders: tuple[SeatHolders, ...] = WHOLE, **more: object) -> Story:
    story = Story(**more)
    story.holders = holders
    return story.triaged(lead, *co_units).verified()


def asked(story: Story) -> list[tuple[str, str]]:
    kinds = (Message.REVIEW_REQUEST, Message.CONSENT_REQUEST, Message.SIGN_REQUEST)
    return [(n.message, f"{n.to[0].unit}.{n.to[0].seat}") for n in story.notices() if n.message in kinds]


def to(story: Story, kind: SlotKind = SlotKind.REVIEW) -> list[str]:
    return [f"{one.unit}.{one.seat}" for slot in story.case.draft.slots if slot.kind is kind for one in slot.to]


# --- as many persons as signatures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jkj", "said"),
    [
        ({"deputy": "p1", "head": "p1"}, {"issuer": Issuer.UNIT}),
        ({"deputy": "p1", "head": ""}, {"issuer": Issuer.UNIT}),
        ({"deputy": "", "head": ""}, {"issuer": Issuer.CITY}),
    ],
)
def test_a_text_that_nobody_can_sign_is_refused_when_it_is_handed_in(jkj, said):
    story = verified(holders=(*rows(jkj=jkj), *WHOLE[2:]))

    refusal = story.refused(liaison("jkj"), draft(**said), Unfit)

    assert (refusal.code, refusal.values["slots"]) == ("cannot_be_signed", 2)


def test_a_drafter_is_not_counted_among_those_who_sign():
    story = verified()

    assert story.refused(JKJ_HEAD, draft(issuer=Issuer.UNIT), Unfit).code == "cannot_be_signed"
    story.say(liaison("jkj"), draft(issuer=Issuer.UNIT))


def test_whoever_is_needed_for_the_last_signature_is_not_asked_for_the_review():
    both = rows(jkj={"deputy": "p1 p2", "head": "p1"})
    story = verified(holders=(*both, *WHOLE[2:])).drafted(issuer=Issuer.UNIT)
    p1 = of("jkj", Seat.DEPUTY, Seat.HEAD, person="p1")

    assert [offer.kind for offer in offers(story.case, p1) if offer.kind in ("review", "sign")] == []
    assert story.refused(p1, story.ballot(), NotPermitted).code == "signs_another"
    story.vote(of("jkj", Seat.DEPUTY, person="p2"))
    story.vote(p1, kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


def test_a_text_without_a_looked_up_roster_goes_on_as_before():
    story = verified(holders=()).drafted(issuer=Issuer.UNIT)

    assert story.case.draft.holders == ()
    assert "holders" not in story.case.draft.model_dump()
    story.approved()


# --- who is asked ----------------------------------------------------------------------------------------------------


def test_where_the_office_leads_its_head_is_asked_to_sign_what_its_deputy_has_reviewed():
    story = verified("wxb").drafted()
    story.vote(OFFICE_DEPUTY)

    assert asked(story)[-1] == (Message.SIGN_REQUEST, "wxb.head")
    found = pending_task(summarise(story.case), OFFICE_HEAD, TERMS, {})
    assert found is not None
    assert found.task == "review"
    story.vote(OFFICE_HEAD, kind=Sign)


def test_a_drafter_in_the_asked_seat_is_passed_over():
    story = verified()
    story.say(deputy("jkj"), draft())

    assert asked(story) == [(Message.REVIEW_REQUEST, "jkj.head")]
    story.vote(JKJ_HEAD)


def test_an_empty_seat_is_passed_over_for_the_listed_stand_in():
    story = verified(holders=(*rows(jkj={"deputy": "", "head": "jkj-head"}), *WHOLE[2:])).drafted()

    assert asked(story) == [(Message.REVIEW_REQUEST, "jkj.head")]


def test_each_rung_asks_one_stand_in_more():
    story = verified().drafted()
    story.wait("4h")

    [rang] = [one for one in story.events("rung_rang") if one.clock == "approval"]
    assert [f"{one.unit}.{one.seat}" for one in rang.to] == ["jkj.deputy", "jkj.head"]


def test_the_inbox_has_it_for_every_seat_that_may_sign_now():
    story = verified().drafted()

    for actor in (deputy("jkj"), JKJ_HEAD):
        found = pending_task(summarise(story.case), actor, TERMS, {})
        assert found is not None
        assert found.task == "review"
    assert pending_task(summarise(story.case), deputy("wjw"), TERMS, {}) is None


# --- of the competent unit -------------------------------------------------------------------------------------------


def test_the_parent_stands_in_for_an_empty_seat_only():
    assert to(verified().drafted()) == ["jkj.deputy", "jkj.head"]

    vacant = verified(holders=(*rows(jkj={"deputy": "", "head": ""}), *WHOLE[2:])).drafted()

    assert asked(vacant) == [(Message.REVIEW_REQUEST, "wjw.deputy")]


def test_the_office_never_stands_in_for_a_unit_below_it():
    below = UnitRef(code="jkj", short="市疾控中心", parent="wxb", can_lead=True)
    story = Story()
    story.holders = (*rows(jkj={"deputy": "", "head": ""}), *WHOLE[2:])
    units = dict(UNITS)
    UNITS["jkj"] = below
    try:
        story.triaged("jkj").verified()
    finally:
        UNITS.update(units)

    assert story.refused(EDITOR, draft(), Unfit).code == "cannot_be_signed"
    story.holders = WHOLE
    assert to(story.drafted()) == ["jkj.deputy", "jkj.head"]


def test_a_unit_that_was_never_asked_issues_only_what_the_lead_reviews():
    story = verified().drafted(issuer=Issuer.UNIT, unit="swj")

    assert (to(story), to(story, SlotKind.SIGN)) == (["jkj.deputy"], ["swj.head"])


def ruled(chair: object = LEADER) -> Story:
    """Return a case whose chair has ruled against the finding of the lead."""
    story = Story()
    story.holders = WHOLE
    story.triaged("jkj", "sjw", "skx")
    story.say(liaison("jkj"), finding(Verdict.TRUE))
    for unit in ("sjw", "skx"):
        story.say(liaison(unit), finding(Verdict.FALSE))
    story.say(chair, Consult(act=ConsultAct.RULING, text="以检测报告为准", verdict=Verdict.FALSE))
    return story


def test_after_a_ruling_against_the_lead_the_first_unit_that_agrees_reviews():
    assert to(ruled().drafted()) == ["sjw.deputy", "sjw.head"]
    assert to(ruled().drafted(issuer=Issuer.UNIT), SlotKind.SIGN) == ["sjw.head"]


def test_who_ruled_does_not_sign():
    story = ruled(OFFICE_DEPUTY).drafted()
    story.vote(deputy("sjw"))

    assert asked(story)[-1] == (Message.SIGN_REQUEST, "wxb.head")
    assert story.refused(OFFICE_DEPUTY, story.ballot(kind=Sign), NotPermitted).code == "ruled_no_signature"
    assert "sign" not in [offer.kind for offer in offers(story.case, OFFICE_DEPUTY)]
    story.vote(OFFICE_HEAD, kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


def test_a_seat_whose_holder_is_needed_for_the_last_signature_is_not_asked_for_the_review():
    story = Story()
    story.holders = WHOLE
    story.triaged("wxb", "sjw", "skx")
    for unit, verdict in (("wxb", Verdict.FALSE), ("sjw", Verdict.TRUE), ("skx", Verdict.FALSE)):
        story.say(liaison(unit), finding(verdict))
    story.say(OFFICE_HEAD, Consult(act=ConsultAct.RULING, text="以检测报告为准", verdict=Verdict.FALSE))
    story.drafted()

    assert asked(story) == [(Message.REVIEW_REQUEST, "wxb.head")], "who ruled reviews, and the deputy is left to sign"
    story.vote(OFFICE_HEAD)
    story.vote(OFFICE_DEPUTY, kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


# --- another level ---------------------------------------------------------------------------------------------------


def test_a_lower_level_gives_the_signature_to_those_of_that_level():
    story = Story(Level.RED)
    story.holders = WHOLE
    story.triaged("jkj", level=Level.RED).verified().drafted()
    story.vote(deputy("jkj"))
    assert asked(story)[-1] == (Message.SIGN_REQUEST, "wxb.duty_leader")

    story.say(DUTY, Relevel(level=Level.YELLOW, reason="平息"))
    story.confirmed_by(LEADER)

    assert to(story, SlotKind.SIGN) == ["wxb.deputy", "wxb.head"]
    assert asked(story)[-1] == (Message.SIGN_REQUEST, "wxb.deputy")
    assert story.refused(LEADER, story.ballot(kind=Sign), NotPermitted).code == "not_permitted"
    story.vote(OFFICE_DEPUTY, kind=Sign)


def test_a_higher_level_gives_it_to_the_duty_leader():
    story = verified().drafted()

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散"))

    assert to(story, SlotKind.SIGN)[0] == "wxb.duty_leader"
    assert asked(story) == [(Message.REVIEW_REQUEST, "jkj.deputy")]
    story.vote(deputy("jkj"))
    assert asked(story)[-1] == (Message.SIGN_REQUEST, "wxb.duty_leader")


def test_a_lower_level_leaves_the_signature_to_those_asked_before_where_nobody_else_is_left():
    story = Story(Level.RED)
    story.holders = WHOLE
    story.triaged("wxb", level=Level.RED).verified()
    story.say(OFFICE_HEAD, draft())
    story.vote(OFFICE_DEPUTY)

    story.say(DUTY, Relevel(level=Level.YELLOW, reason="平息"))
    story.confirmed_by(LEADER)

    assert to(story, SlotKind.SIGN) == ["wxb.deputy", "wxb.head", "wxb.duty_leader"]
    story.vote(LEADER, kind=Sign)
    assert story.case.publication is PublicationState.APPROVED
