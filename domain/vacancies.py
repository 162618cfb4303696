"""Who is missing in the roster on a day: the gaps the fallback of a rung would have to bridge."""

from __future__ import annotations

from datetime import date

from domain.office import Office
from domain.terms import Frozen
from domain.words import Seat

OF_THE_OFFICE = (Seat.DUTY, Seat.EDITOR, Seat.DUTY_LEADER, Seat.DEPUTY, Seat.HEAD)
"""Seats without which the coordinating office cannot take a case from report to closure."""

ANSWERING = (Seat.DUTY, Seat.LIAISON_A, Seat.LIAISON_B)
"""Seats of which at least one must be reached for a unit to hear of its requests."""


class Vacancies(Frozen):
    """Say what is missing: codes of units, ids of persons, seats of the office."""

    without_deputy: tuple[str, ...]
    unreachable: tuple[str, ...]
    without_address: tuple[str, ...]
    office: tuple[Seat, ...]
    administrator: bool
    """Whether nobody administers."""

    def __bool__(self) -> bool:
        """Tell whether anything is missing."""
        return bool(self.without_deputy or self.unreachable or self.without_address or self.office) or (
            self.administrator
        )


def vacancies(office: Office, day: date) -> Vacancies:
    """Look who sits where on `day`."""
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
