"""Who is missing in the roster on a day."""

from __future__ import annotations

from datetime import date

from domain.office import Office, Person
from domain.vacancies import vacancies
from domain.words import Seat
from tests.adapters.office.stories import office

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
