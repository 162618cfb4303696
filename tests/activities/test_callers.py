"""Who is told to make a call, by the sample's own roster: one person, by a channel that wakes, who is not called."""

from __future__ import annotations

from datetime import UTC, datetime

from activities.notices import seats_reached
from activities.other_ways import OtherWays
from activities.recipients import gaps_of, reached_at
from adapters.office.load import read_office
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.office.office import Office
from domain.ports.delivery import Recipient
from domain.terms import Addressee, Gap
from domain.vocabulary import Seat
from settings import PACKAGED
from tests.activities.factories import notice, seat, wave

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CHANNELS = ("mail", "sms", "wecom", "phone")
BY = (seat("wxb"), seat("wxb", Seat.DUTY_LEADER))


def call(*calls: Addressee, to: tuple[Addressee, ...] = BY, by: tuple[str, ...] = ("sms", "wecom")) -> Notice:
    return notice(*to, by=by).model_copy(update={"message": Message.CALL, "calls": calls})


def told(asked: Notice, office: Office | None = None, channels: tuple[str, ...] = CHANNELS) -> list[Recipient]:
    return reached_at(wave(asked), office or read_office(PACKAGED), channels, NOON)


def persons(rows: list[Recipient]) -> set[str]:
    return {row.person for row in rows}


def without(*ids: str, **addresses: dict[str, str]) -> Office:
    """The sample without some persons, and with other addresses of some (dashes in the id as underscores)."""
    office = read_office(PACKAGED)
    people = [person for person in office.people if person.id not in ids]
    people = [
        one.model_copy(update={"addresses": addresses.get(one.id.replace("-", "_"), one.addresses)}) for one in people
    ]
    return office.model_copy(update={"people": tuple(people)})


def gaps(asked: Notice, office: Office) -> tuple[Gap, ...]:
    return gaps_of(wave(asked), told(asked, office), office, OtherWays(), CHANNELS)


def test_one_person_is_told_to_call_by_the_channels_of_the_policy() -> None:
    rows = told(call(seat("swj")))

    assert [(row.person, row.channel) for row in rows] == [("wxb-duty", "sms"), ("wxb-duty", "wecom")]
    assert seats_reached(rows) == (seat("wxb"),)
    assert gaps(call(seat("swj")), read_office(PACKAGED)) == ()


def test_nobody_is_told_to_call_himself() -> None:
    assert persons(told(call(seat("wxb")))) == {"wxb-duty-leader"}, "the next the policy names"
    assert gaps(call(seat("wxb")), read_office(PACKAGED)) == ()


def test_where_all_the_policy_names_are_called_themselves_the_fallback_calls() -> None:
    asked = call(seat("wxb"), seat("wxb", Seat.DUTY_LEADER))

    assert persons(told(asked)) == {"wxb-liaison-a"}
    [gap] = gaps(asked, read_office(PACKAGED))
    assert (gap.wanted, gap.reached, gap.held) == (seat("wxb"), seat("wxb", Seat.LIAISON_A), True)


def test_who_is_listed_twice_does_not_call_himself_either() -> None:
    office = read_office(PACKAGED)
    people = tuple(
        one.model_copy(update={"same_as": "x"}) if one.id in ("wxb-duty", "swj-duty") else one for one in office.people
    )

    assert persons(told(call(seat("swj")), office.model_copy(update={"people": people}))) == {"wxb-duty-leader"}


def test_an_empty_seat_of_the_caller_is_a_gap_and_the_next_is_told() -> None:
    assert persons(told(call(seat("swj")), without("wxb-duty"))) == {"wxb-duty-leader"}

    nobody = without("wxb-duty", "wxb-duty-leader")
    assert persons(told(call(seat("swj")), nobody)) == {"wxb-liaison-a"}
    [gap] = gaps(call(seat("swj")), nobody)
    assert (gap.wanted, gap.reached, gap.held) == (seat("wxb"), seat("wxb", Seat.LIAISON_A), False)


def test_the_caller_gets_no_mail_alone_where_there_is_a_channel_that_wakes() -> None:
    by_mail = call(seat("swj"), by=("mail",))
    assert {row.channel for row in told(by_mail)} == {"mail", "wecom"}

    elsewhere = without(wxb_duty={"mail": "a@mc.example", "wecom": "a"})
    assert [row.channel for row in told(call(seat("swj"), by=("sms",)), elsewhere)] == ["wecom"]
    only_mail = without(wxb_duty={"mail": "a@mc.example"})
    assert [row.channel for row in told(call(seat("swj")), only_mail)] == ["mail"]


def test_who_has_a_number_alone_cannot_be_told_to_call() -> None:
    deaf = without(wxb_duty={"phone": "+86-022-0000-0101"})

    assert persons(told(call(seat("swj")), deaf)) == {"wxb-duty-leader"}


def test_who_would_be_called_gets_the_letter_where_nobody_is_left_to_call() -> None:
    office = read_office(PACKAGED)
    everybody = tuple(one.model_copy(update={"same_as": "x"}) for one in office.people)
    alone = office.model_copy(update={"people": everybody})
    rung = notice(seat("swj"), by=("phone",)).model_copy(update={"owner": "swj"})
    asked = call(seat("swj")).model_copy(update={"owner": "swj"})

    rows = reached_at(wave(asked, rung), alone, CHANNELS, NOON)

    assert [(row.person, row.channel) for row in rows] == [("swj-duty", "mail")]


def test_an_office_without_a_phone_tells_nobody_to_call() -> None:
    assert told(call(seat("swj")), channels=("mail", "sms")) == []


def test_a_letter_is_no_call() -> None:
    numbers = without(swj_duty={"phone": "+86-022-0000-0101"})

    assert persons(told(notice(seat("swj"), by=("sms",)), numbers)) == {"swj-liaison-a"}, "a number is no letter box"
