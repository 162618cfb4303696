"""A call passed on: it reaches whoever stands in next for the seats its rung called, by the office's own roster."""

from __future__ import annotations

from datetime import UTC, datetime

from activities.recipients import reached_at
from adapters.office.load import read_office
from domain.case.obligations import Notice
from domain.terms import Addressee
from domain.vocabulary import Seat
from settings import PACKAGED
from tests.activities.factories import notice, wave

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def called(*to: Addressee, times: int) -> list[tuple[str, Seat]]:
    office = read_office(PACKAGED)
    call: Notice = notice(*to, by=("phone",)).model_copy(update={"passed_on": times})
    rows = reached_at(wave(call), office, ["phone", "mail"], NOON)
    assert all(row.channel == "phone" for row in rows)
    return [(row.unit, row.seat.seat) for row in rows if row.seat]


def test_each_turn_calls_the_next_person_and_nobody_twice() -> None:
    wanted = Addressee(unit="jkj", seat=Seat.DUTY), Addressee(unit="jkj", seat=Seat.DEPUTY)

    turns = [called(*wanted, times=times) for times in range(4)]

    assert turns[0] == [("jkj", Seat.DUTY), ("jkj", Seat.DEPUTY)]
    assert turns[1] == [("jkj", Seat.LIAISON_A)]
    assert turns[2] == [("jkj", Seat.LIAISON_B)]
    assert turns[3] == [("wjw", Seat.DUTY)], "the duty seat of the parent unit"
