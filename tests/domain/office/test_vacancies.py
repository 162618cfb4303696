"""Who is missing in the roster on a day."""

from __future__ import annotations

from datetime import date, timedelta

from domain.office.office import Office, Person
from domain.office.vacancies import Seating, doubled_seats, empty_seats, emptying_seats, vacancies
from domain.vocabulary import Seat
from tests.adapters.office.played_cases import office

TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)


def without(left: str, **change: object) -> Office:
    """The sample office with one person changed."""
    people = tuple(one.model_copy(update=change) if one.id == left else one for one in office().people)
    assert people != office().people
    return staffed(people)


def staffed(people: tuple[Person, ...]) -> Office:
    """The sample office with these persons."""
    return Office(units=office().units, people=people, policy=office().policy, working=office().working)


def test_the_whole_office_lacks_nobody() -> None:
    assert not vacancies(office(), TODAY)


def test_a_deputy_who_has_left_is_missing_from_the_day_after() -> None:
    leaving = without("swj-deputy", until=YESTERDAY)

    assert not vacancies(leaving, YESTERDAY)
    assert vacancies(leaving, TODAY).without_deputy == ("swj",)


def test_a_unit_is_reached_while_one_of_duty_and_liaisons_is_left() -> None:
    assert not vacancies(without("swj-duty", seats=(Seat.LIAISON_B,)), TODAY)
    none: tuple[Person, ...] = tuple(
        one for one in office().people if one.unit != "swj" or one.seats in ((Seat.DEPUTY,), (Seat.HEAD,))
    )

    assert vacancies(staffed(none), TODAY).unreachable == ("swj",)


def test_whoever_has_no_address_is_told_and_counts_as_an_empty_seat() -> None:
    missing = vacancies(without("wxb-editor", addresses={}), TODAY)

    assert missing.without_address == ("wxb-editor",)
    assert missing.office == (Seat.EDITOR,)


def test_an_office_nobody_administers_is_told() -> None:
    assert vacancies(without("wxb-admin", until=YESTERDAY), TODAY).administrator


def test_a_seat_nobody_holds_is_empty_and_so_is_one_every_unit_must_have() -> None:
    assert empty_seats(office(), TODAY) == ()
    assert empty_seats(without("swj-head", until=YESTERDAY), TODAY) == (Seating(unit="swj", seat=Seat.HEAD),)
    assert empty_seats(without("swj-head", addresses={}), TODAY) == (Seating(unit="swj", seat=Seat.HEAD),)

    units = office().units
    seatless = units["swj"].model_copy(update={"seats": (Seat.LIAISON_A, Seat.HEAD)})
    changed = Office(
        units={**units, "swj": seatless},
        people=tuple(one for one in office().people if one.unit != "swj" or one.seats[0] in seatless.seats),
        policy=office().policy,
        working=office().working,
    )
    assert [one.seat for one in empty_seats(changed, TODAY)] == [Seat.DUTY, Seat.DEPUTY]


def test_a_seat_held_twice_names_its_holders() -> None:
    (doubled,) = doubled_seats(without("swj-liaison-b", seats=(Seat.LIAISON_A,)), TODAY)

    assert doubled == Seating(unit="swj", seat=Seat.LIAISON_A, persons=("swj-liaison-a", "swj-liaison-b"))


def test_a_seat_that_will_be_empty_is_told_from_the_day_it_is_unless_somebody_follows() -> None:
    until = TODAY + timedelta(days=10)
    leaving = without("swj-deputy", until=until)
    told = (Seating(unit="swj", seat=Seat.DEPUTY, since=until + timedelta(days=1)),)

    assert emptying_seats(leaving, TODAY, timedelta(days=10)) == ()
    assert emptying_seats(leaving, TODAY, timedelta(days=11)) == told
    old = next(one for one in leaving.people if one.id == "swj-deputy")
    new = old.model_copy(update={"id": "swj-new", "since": until + timedelta(days=1), "until": None})
    assert emptying_seats(staffed((*leaving.people, new)), TODAY, timedelta(days=30)) == ()
    late = new.model_copy(update={"since": until + timedelta(days=2)})
    assert emptying_seats(staffed((*leaving.people, late)), TODAY, timedelta(days=30)) == told
