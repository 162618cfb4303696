"""Who is reached for a seat, and what a case is told of the office."""

from datetime import UTC, date, datetime

import pytest

from domain.office.office import Office, Person, Policy, Unit
from domain.office.unit_suggestion import suggest
from domain.risk.questions import RiskTable
from domain.terms import Addressee
from domain.vocabulary import Level, Seat, UnitKind
from tests.domain.factories import TERMS
from tests.domain.working_times import CHINA

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
ALL = tuple(Seat)


def unit(code: str, kind: UnitKind = UnitKind.DEPARTMENT, **more: object) -> Unit:
    values = {"name": code, "short": code, "duty": f"duty@{code}.mc.example", "seats": ALL} | more
    return Unit(code=code, kind=kind, **values)


def person(name: str, at: str, *seats: Seat, **more: object) -> Person:
    values = {"addresses": {"mail": f"{name}@{at}.mc.example"}} | more
    return Person(id=name, name=name, unit=at, seats=seats, **values)


def office(*people: Person) -> Office:
    units = (
        unit("wxb", UnitKind.OFFICE, can_lead=True),
        unit("wjw", can_lead=True, topics=("流感", "医院")),
        unit("jkj", parent="wjw", can_lead=True, topics=("流感病毒", "流感")),
        unit("skx", topics=("流感",)),
        unit("hw", UnitKind.DISTRICT, can_lead=True, topics=("河湾区",)),
    )
    policy = Policy(
        terms=TERMS,
        provisional_level=Level.YELLOW,
        risk=RiskTable(questions=(), thresholds={}),
        channels={},
        zone="Asia/Shanghai",
    )
    return Office(units={one.code: one for one in units}, people=people, policy=policy, working=CHINA)


def reached(of: Office, code: str, seat: Seat) -> tuple[list[str], str | None]:
    found = of.reach(Addressee(unit=code, seat=seat), NOON)
    gap = found.gap.reached if found.gap else None
    return [one.id for one in found.persons], f"{gap.unit}.{gap.seat}" if gap else None


DUTY = person("p1", "wxb", Seat.DUTY)
ADMIN = person("p9", "wxb", Seat.EDITOR, administrator=True)


def test_a_filled_seat_is_reached_without_a_gap():
    one = person("p2", "jkj", Seat.LIAISON_A)

    assert reached(office(DUTY, one), "jkj", Seat.LIAISON_A) == (["p2"], None)


@pytest.mark.parametrize(
    ("people", "expected", "instead"),
    [
        ((person("b", "jkj", Seat.LIAISON_B), person("d", "jkj", Seat.DEPUTY)), "b", "jkj.liaison_b"),
        ((person("d", "jkj", Seat.DEPUTY), person("w", "wjw", Seat.DUTY)), "d", "jkj.deputy"),
        ((person("w", "wjw", Seat.DUTY), DUTY), "w", "wjw.duty"),
        ((person("l", "wjw", Seat.LIAISON_A), DUTY), "p1", "wxb.duty"),
    ],
)
def test_an_empty_seat_falls_back_in_the_fixed_order_and_leaves_a_gap(people, expected, instead):
    assert reached(office(*people, ADMIN), "jkj", Seat.LIAISON_A) == ([expected], instead)


def test_when_nobody_sits_anywhere_the_administrators_are_told():
    found = office(ADMIN).reach(Addressee(unit="jkj", seat=Seat.DUTY), NOON)

    assert [one.id for one in found.persons] == ["p9"]
    assert (found.seat, found.gap.reached) == (None, None)


def test_a_unit_nobody_knows_any_more_still_reaches_the_office():
    assert reached(office(DUTY), "gone", Seat.DUTY) == (["p1"], "wxb.duty")


@pytest.mark.parametrize(
    ("since", "until", "serves"),
    [
        (None, None, True),
        (date(2026, 11, 24), date(2026, 11, 24), True),
        (date(2026, 11, 25), None, False),
        (None, date(2026, 11, 23), False),
    ],
)
def test_a_person_serves_from_the_first_to_the_last_day(since, until, serves):
    one = person("p2", "jkj", Seat.DUTY, since=since, until=until)

    assert one.serves(date(2026, 11, 24)) is serves
    assert reached(office(DUTY, one), "jkj", Seat.DUTY)[0] == (["p2"] if serves else ["p1"])


def test_several_holders_of_a_seat_are_all_reached():
    two = (person("p2", "jkj", Seat.DUTY), person("p3", "jkj", Seat.DUTY))

    assert reached(office(*two), "jkj", Seat.DUTY) == (["p2", "p3"], None)


def test_a_person_without_any_address_is_as_an_empty_seat():
    unreachable = person("p2", "jkj", Seat.DUTY, addresses={})

    assert reached(office(DUTY, unreachable), "jkj", Seat.DUTY) == (["p1"], "wxb.duty")


def test_a_case_keeps_only_what_the_rules_ask_of_a_unit():
    refs = office().refs(["jkj", "nowhere"])

    assert list(refs) == ["jkj"]
    assert (refs["jkj"].parent, refs["jkj"].can_lead) == ("wjw", True)


def test_a_person_speaks_with_unit_parent_and_seats():
    one = person("p2", "jkj", Seat.DEPUTY, Seat.HEAD)

    actor = office(one).actor(one)

    assert (actor.person, actor.unit, actor.parent, actor.seats) == ("p2", "jkj", "wjw", (Seat.DEPUTY, Seat.HEAD))


def test_units_are_suggested_by_their_topics_with_the_words_that_speak_for_them():
    found = suggest("医院称流感病毒变异", None, office().units.values())

    assert [(one.unit, one.words) for one in found] == [("jkj", ("流感病毒", "流感")), ("wjw", ("流感", "医院"))]


def test_a_district_is_suggested_by_its_place_and_the_office_or_a_helper_never():
    found = suggest("流感", "河湾区", office().units.values())

    assert [one.unit for one in found] == ["hw", "wjw", "jkj"]


def test_at_most_so_many_units_are_suggested():
    assert len(suggest("流感", "河湾区", office().units.values(), most=1)) == 1
    assert suggest("毫不相干", None, office().units.values()) == []
