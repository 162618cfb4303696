"""Whoever stands in for the unit that is to receive urgent help receives or returns it; the office never does."""

import pytest

from domain.decisions import Accept, Decline
from domain.errors import NotPermitted, Unfit
from domain.tasks.available_actions import offers
from domain.terms import Addressee, Gap
from domain.vocabulary import ClockName, Seat
from tests.domain.factories import DUTY, EDITOR, Story, deputy, liaison, of, triage
from tests.domain.stages.test_handover import RECEIVER, handed_over, story, urgent

pytestmark = pytest.mark.people

OF_THE_PARENT = of("wjw", Seat.DUTY)
BOTH = [Accept(handover=True), Decline(handover=True, reason="系别家职责"), Accept(), Decline(reason="系别家职责")]
NAMED = BOTH[:2]


def stood_in(told: Story, by: str, unit: str = "jyw") -> Story:
    gap = Gap(wanted=Addressee(unit=unit, seat=Seat.DUTY), reached=Addressee(unit=by, seat=Seat.DUTY))
    told.case.stand_ins = (*told.case.stand_ins, gap)
    return told


def of_the_handover(told: Story, actor) -> set[str]:
    return {one.kind for one in offers(told.case, actor) if one.only.get("handover") == ("1",)}


@pytest.mark.parametrize("decision", BOTH)
def test_whoever_the_letter_reached_receives_or_returns_it_for_the_empty_seat(decision):
    told = stood_in(handed_over(), "wjw")
    assert of_the_handover(told, OF_THE_PARENT) == {"accept", "decline"}

    told.say(OF_THE_PARENT, decision)

    kind = "handover_received" if decision.kind == "accept" else "handover_ended"
    [entry] = [one for one in told.entries if one.event.kind == kind]
    assert (entry.event.unit, entry.by.person, entry.by.unit) == ("jyw", OF_THE_PARENT.person, "jyw")


@pytest.mark.parametrize("decision", BOTH)
def test_whoever_of_the_office_the_letter_reached_receives_nothing_it_has_handed_over_itself(decision):
    told = stood_in(handed_over(), "wxb")

    assert of_the_handover(told, DUTY) == set()
    told.refused(DUTY, decision, NotPermitted)


def test_whoever_of_the_office_stands_in_for_a_unit_still_answers_its_request():
    told = stood_in(story(), "wxb", "sjw")
    told.say(DUTY, triage("jkj", "sjw"))

    told.say(DUTY, Accept())

    [accepted] = told.events("request_accepted")
    assert accepted.unit == "sjw"


@pytest.mark.parametrize("decision", NAMED)
def test_whose_own_unit_was_asked_or_stands_in_for_several_receives_what_can_only_be_meant(decision):
    told = story()
    told.say(DUTY, triage("jkj", "wjw"))
    told.say(liaison("jkj"), Decline(reason="系求助，非谣言"))
    told.say(DUTY, urgent("wjw"))
    told.say(OF_THE_PARENT, Decline(handover=True, reason="系市教委职责"))
    told.say(DUTY, urgent())
    stood_in(stood_in(told, "wjw"), "wjw", "sjw")
    assert of_the_handover(told, OF_THE_PARENT) == {"accept", "decline"}

    told.say(OF_THE_PARENT, decision)

    assert (ClockName.HANDOVER, "jyw") not in told.runs()


@pytest.mark.parametrize("decision", NAMED)
def test_what_another_has_returned_for_the_empty_seat_waits_for_nobody(decision):
    told = stood_in(handed_over(), "wjw")
    told.say(OF_THE_PARENT, Decline(handover=True, reason="系别家职责"))

    assert told.refused(OF_THE_PARENT, decision, Unfit).code == "no_handover"
    assert told.refused(deputy("jyw"), decision, Unfit).code == "no_handover"


@pytest.mark.parametrize("decision", NAMED)
@pytest.mark.parametrize("actor", [liaison("zwb"), EDITOR, DUTY])
def test_a_unit_that_was_never_asked_may_neither_receive_nor_return_it(decision, actor):
    told = handed_over()
    told.refused(actor, decision, NotPermitted)

    told.say(RECEIVER, Decline(handover=True, reason="系别家职责"))
    told.refused(actor, decision, NotPermitted)
