"""An acknowledgement holds a ladder no longer than the budget of its clock; urgent help is held by none (rule 5)."""

import pytest

from domain.decisions import Accept, Acknowledge, Decline
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, Level, RungKind
from tests.domain.factories import DUTY, LEADER, LEVELS, Story, deputy, of, triage
from tests.domain.stages.test_handover import RECEIVER, handed_over

pytestmark = pytest.mark.people

HANDOVER = Acknowledge(clock=ClockName.HANDOVER, unit="jyw")
TRIAGE = Acknowledge(clock=ClockName.TRIAGE, unit="wxb")


def rang(told: Story, clock: str) -> list[RungKind]:
    return [event.rung for event in told.events("rung_rang") if event.clock == clock]


@pytest.mark.parametrize("who", [RECEIVER, deputy("jyw"), DUTY, LEADER])
def test_nobody_takes_urgent_help_in_hand_and_its_ladder_goes_on(who):
    told = handed_over()
    told.wait("9m")

    assert not any(
        offer.kind == "acknowledge" and "handover" in offer.preset.values() for offer in offers(told.case, who)
    )
    if who is not LEADER:
        assert told.refused(who, HANDOVER, Unfit).code == "urgent_is_not_in_hand"
    told.wait("20m")

    assert rang(told, "handover") == ["remind", "due_soon", "breach", "escalate"]
    told.say(RECEIVER, Accept())


def test_nor_does_the_office_take_what_was_returned_in_hand():
    told = handed_over()
    told.say(RECEIVER, Decline(reason="系市公安局职责"))

    assert told.refused(DUTY, TRIAGE, Unfit).code == "urgent_is_not_in_hand"
    assert not any(
        offer.kind == "acknowledge" and "triage" in offer.preset.values() for offer in offers(told.case, DUTY)
    )


@pytest.mark.parametrize(
    ("name", "level"), [(n, lv) for lv in LEVELS for n in (ClockName.TRIAGE, ClockName.ACCEPT, ClockName.ANSWER)]
)
def test_an_acknowledgement_holds_no_longer_than_the_budget(name, level):
    told = Story(level)
    unit, terms = "wxb", LEVELS[level]
    if name is not ClockName.TRIAGE:
        told.say(DUTY, triage("jkj", level=level))
        unit = "jkj"
    who = DUTY if unit == "wxb" else of("jkj", *DUTY.seats)

    told.say(who, Acknowledge(clock=name, unit=unit))

    shortest = min(told.case.time.after(told.now, one) for one in (terms.ack_lives, terms.budgets[name]))
    assert told.clock(name, unit).acknowledged.until == shortest


def test_a_red_triage_in_hand_rings_its_next_rung_when_its_budget_has_passed_again():
    told = Story(Level.RED)
    told.wait("14m")
    told.say(DUTY, TRIAGE)

    told.wait("14m")
    assert RungKind.BREACH not in rang(told, "triage")
    told.wait("1m")

    assert RungKind.BREACH in rang(told, "triage")
    assert told.events("acknowledged")[0].until == told.now
