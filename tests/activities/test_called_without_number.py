"""Whoever has no number is written to, and the first of those who stand in for the seat and have one is called."""

from __future__ import annotations

import pytest

from activities.other_ways import OtherWays
from activities.recipients import gaps_of, placed_calls, reached_at
from adapters.office.load import read_office
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.office.office import Office
from domain.tasks import callees
from domain.terms import PHONE, Addressee, Gap
from domain.vocabulary import Seat
from settings import PACKAGED
from tests.activities.factories import notice, seat, wave
from tests.activities.test_callers import BY, CHANNELS, NOON, call, persons, told

DUTY, DEPUTY = seat("swj"), seat("swj", Seat.DEPUTY)


def numberless(*ids: str, among: Office | None = None) -> Office:
    """The sample in which some persons have no number; those of a unit, if an id names one."""
    office = among or read_office(PACKAGED)
    people = [
        one.model_copy(update={"addresses": {k: v for k, v in one.addresses.items() if k != PHONE}})
        if one.id in ids or one.unit in ids
        else one
        for one in office.people
    ]
    return office.model_copy(update={"people": tuple(people)})


def everybody() -> Office:
    office = read_office(PACKAGED)
    return numberless(*office.units)


def called(office: Office, *to: Addressee, passed_on: int = 0) -> list[str]:
    return [one.person.id for one in callees.callees(to or (DUTY,), passed_on, office, CHANNELS, NOON)]


def rung(*to: Addressee, passed_on: int = 0, **more: object) -> Notice:
    values = {"message": Message.REMINDER, "owner": "swj", "passed_on": passed_on, **more}
    return notice(*(to or (DUTY,)), by=("phone", "sms")).model_copy(update=values)


def rows(asked: Notice, office: Office) -> set[tuple[str, str]]:
    return {(one.person, one.channel) for one in reached_at(wave(asked), office, CHANNELS, NOON)}


def gaps(asked: Notice, office: Office) -> tuple[Gap, ...]:
    found = reached_at(wave(asked), office, CHANNELS, NOON)
    return gaps_of(wave(asked), found, office, OtherWays(), CHANNELS)


def test_the_first_who_has_a_number_is_called_in_the_order_of_the_fallback() -> None:
    assert called(numberless("swj-duty")) == ["swj-liaison-a"]
    assert called(numberless("swj-duty", "swj-liaison-a", "swj-liaison-b")) == ["swj-deputy"]
    assert called(numberless("swj")) == ["wxb-duty"], "nobody of the unit has one"
    assert called(everybody()) == []
    assert called(numberless("swj-duty"), DUTY, DEPUTY) == ["swj-liaison-a", "swj-deputy"], "each seat of a rung"


def test_a_call_is_passed_on_to_the_next_who_has_a_number_and_to_nobody_twice() -> None:
    office = numberless("swj-duty", "swj-liaison-b")

    assert [called(office, passed_on=turn) for turn in range(3)] == [["swj-liaison-a"], ["swj-deputy"], ["wxb-duty"]]
    assert rows(rung(passed_on=1), office) == {("swj-deputy", "phone"), ("swj-deputy", "sms")}


def test_the_duty_officer_makes_the_call_to_whoever_has_a_number() -> None:
    assert persons(told(call(DUTY), numberless("swj-duty"))) == {"wxb-duty"}
    assert told(call(DUTY), everybody()) == [], "nobody can be called"
    assert persons(told(call(DUTY, to=BY), numberless("swj"))) == {"wxb-duty-leader"}, "who is called calls nobody"


@pytest.mark.parametrize(
    ("office", "passed_on", "units"),
    [
        (numberless("swj-duty"), 0, ()),
        (numberless("swj"), 0, ("wxb",)),
        (numberless("swj-duty", "swj-liaison-b"), 1, ()),
        (numberless("swj-duty", "swj-liaison-b"), 2, ("wxb",)),
        (everybody(), 0, ()),
    ],
)
def test_a_wave_says_which_calls_go_to_people_of_another_unit(
    office: Office, passed_on: int, units: tuple[str, ...]
) -> None:
    asked = call(DUTY, to=BY).model_copy(update={"passed_on": passed_on})

    found = placed_calls(wave(asked), office, CHANNELS)

    assert [(one.notice, one.units) for one in found] == ([(asked.key, units)] if units else [])


def test_the_holder_without_a_number_gets_the_letter_and_whoever_is_called_as_well() -> None:
    office = numberless("swj-duty")

    assert rows(rung(), office) == {("swj-duty", "sms"), ("swj-liaison-a", "phone"), ("swj-liaison-a", "sms")}
    assert gaps(rung(), office) == (Gap(wanted=DUTY, reached=seat("swj", Seat.LIAISON_A), no_number=True),)
    assert gaps(rung(), read_office(PACKAGED)) == ()


def test_that_nobody_has_a_number_is_a_gap_and_everybody_is_written_to() -> None:
    assert rows(rung(), everybody()) == {("swj-duty", "sms")}
    assert gaps(rung(), everybody()) == (Gap(wanted=DUTY, no_number=True),)


def test_an_office_without_a_phone_misses_no_number() -> None:
    asked = rung()
    found = reached_at(wave(asked), everybody(), ("mail", "sms"), NOON)

    assert gaps_of(wave(asked), found, everybody(), OtherWays(), ("mail", "sms")) == ()


def test_an_empty_seat_whose_stand_in_has_no_number_either_has_two_gaps() -> None:
    office = read_office(PACKAGED)
    people = tuple(one for one in office.people if one.id != "swj-duty")
    office = numberless("swj-liaison-a", among=office.model_copy(update={"people": people}))

    assert [(one.reached, one.no_number) for one in gaps(rung(), office)] == [
        (seat("swj", Seat.LIAISON_A), False),
        (seat("swj", Seat.LIAISON_B), True),
    ]


def test_who_was_called_for_somebody_without_a_number_is_stood_down_too() -> None:
    office = numberless("swj-duty")
    over = notice(DUTY, by=("sms",)).model_copy(update={"message": Message.STAND_DOWN, "in_place": True})
    next_one = over.model_copy(update={"passed_on": 1})

    assert rows(over, office) == {("swj-duty", "sms"), ("swj-liaison-a", "sms")}
    assert rows(next_one, office) == {("swj-liaison-b", "sms")}
    assert gaps(next_one, office) == ()


def test_who_has_decided_and_was_called_for_another_is_not_stood_down() -> None:
    over = notice(DUTY, by=("sms",)).model_copy(
        update={"message": Message.STAND_DOWN, "in_place": True, "spared": (seat("swj", Seat.LIAISON_A),)}
    )

    assert rows(over, numberless("swj-duty")) == {("swj-duty", "sms")}
