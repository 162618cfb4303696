"""Vacancies in the roster: the gaps that the fallback of a rung would have to bridge, today and soon."""

from __future__ import annotations

from datetime import date, timedelta

from domain.office.office import Office
from domain.values import Frozen
from domain.vocabulary import Seat

OF_THE_OFFICE = (Seat.DUTY, Seat.EDITOR, Seat.DUTY_LEADER, Seat.DEPUTY, Seat.HEAD)
"""The seats without which the coordinating office cannot take a case from report to closure."""

ANSWERING = (Seat.DUTY, Seat.LIAISON_A, Seat.LIAISON_B)
"""The seats of which at least one must be reachable for a unit to receive its requests."""


class Vacancies(Frozen):
    """What the roster lacks: codes of units, ids of persons, seats of the office."""

    without_deputy: tuple[str, ...]
    unreachable: tuple[str, ...]
    without_address: tuple[str, ...]
    office: tuple[Seat, ...]
    administrator: bool
    """Whether there is no administrator."""

    def __bool__(self) -> bool:
        """Return whether anything is missing."""
        return bool(self.without_deputy or self.unreachable or self.without_address or self.office) or (
            self.administrator
        )


class Seating(Frozen):
    """One seat of a unit and the ids of those who hold it; `since` is the day from which nobody does."""

    unit: str
    seat: Seat
    persons: tuple[str, ...] = ()
    since: date | None = None


def vacancies(office: Office, day: date) -> Vacancies:
    """Return what the roster lacks on `day`."""
    home = office.terms.office.code

    def empty(unit: str, *seats: Seat) -> bool:
        return not any(office.seated(unit, seat, day) for seat in seats)

    serving = [person for person in office.people if person.serves(day)]
    return Vacancies(
        without_deputy=tuple(code for code in office.units if empty(code, Seat.DEPUTY)),
        unreachable=tuple(code for code in office.units if empty(code, *ANSWERING)),
        without_address=tuple(person.id for person in serving if not person.addresses),
        office=tuple(seat for seat in OF_THE_OFFICE if empty(home, seat)),
        administrator=not any(person.administrator for person in serving),
    )


def empty_seats(office: Office, day: date) -> tuple[Seating, ...]:
    """Return the seats nobody holds on `day`: those a unit has, and those the rules call even if the unit has none."""
    home = office.terms.office.code

    def wanted(code: str) -> set[Seat]:
        return {*office.units[code].seats, Seat.DUTY, Seat.DEPUTY, *(OF_THE_OFFICE if code == home else ())}

    return tuple(
        Seating(unit=code, seat=seat)
        for code in office.units
        for seat in Seat
        if seat in wanted(code) and not office.seated(code, seat, day)
    )


def doubled_seats(office: Office, day: date) -> tuple[Seating, ...]:
    """Return the seats that several persons hold on `day`; each of them gets every notice."""
    held = ((code, seat, office.seated(code, seat, day)) for code, unit in office.units.items() for seat in unit.seats)
    return tuple(
        Seating(unit=code, seat=seat, persons=tuple(person.id for person in persons))
        for code, seat, persons in held
        if len(persons) > 1
    )


def emptying_seats(office: Office, day: date, ahead: timedelta) -> tuple[Seating, ...]:
    """Return the seats that are held on `day`, but by nobody on a later day up to `ahead` after it."""
    leaving = sorted(
        (person.until + timedelta(days=1), person.unit, seat)
        for person in office.people
        for seat in person.seats
        if person.until and day <= person.until < day + ahead and person.serves(day)
    )
    found: dict[tuple[str, Seat], date] = {}
    for since, code, seat in leaving:
        if office.seated(code, seat, day) and not office.seated(code, seat, since):
            found.setdefault((code, seat), since)
    return tuple(Seating(unit=code, seat=seat, since=since) for (code, seat), since in found.items())
