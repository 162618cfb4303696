"""The one place where the desk asks whether somebody may read a case, before it reads the case for them."""

from __future__ import annotations

from desk.projection import Projector
from domain.access.reading import ReadingRight, may_read
from domain.errors import Unknown
from domain.office.office import Office, Person
from domain.ports.register import Register
from domain.ports.rows import CaseRow

REMEMBERED = 100_000
"""How many pairs of a case and a unit that may read it are remembered."""


def right_of(person: Person, office: Office) -> ReadingRight:
    """Return what a person may read by, as the office stands now."""
    unit = office.units[person.unit]
    whole = person.administrator or person.unit == office.terms.office.code
    return ReadingRight(unit=unit.code, districts=unit.districts, whole=whole)


class CaseAccess:
    """What looks cases up for those who may know of them.

    For anybody else a case is answered like an id that was never given: by the same error with the same values.
    """

    def __init__(self, register: Register, projector: Projector) -> None:
        self._register, self._projector = register, projector
        self._known: set[tuple[str, str]] = set()

    async def row(self, case: str, right: ReadingRight) -> CaseRow:
        """Return a case as the register has it.

        Raises:
            Unknown: there is no such case, or whoever asks may not know of it.
            Unavailable: the register does not answer.

        """
        row = await self._register.case(case)
        if row is not None and not _allowed(row, right) and not _closed(row):
            await self._projector.ask(case)  # it may have asked a unit a moment ago
            row = await self._register.case(case)
        if row is None or not _allowed(row, right):
            raise Unknown("unknown_case", case=case)
        return row

    async def must_know(self, case: str, right: ReadingRight) -> None:
        """Refuse the id of a case that whoever asks may not know of, or that was never given.

        A unit that was asked once may read for good, so it is not looked up again.

        Raises:
            Unknown: as `row`.
            Unavailable: the register does not answer.

        """
        if (case, right.unit) in self._known:
            return
        row = await self.row(case, right)
        if right.unit and (right.whole or right.unit in row.asked):
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known.add((case, right.unit))


def _allowed(row: CaseRow, right: ReadingRight) -> bool:
    return may_read(right, case_id=row.case_id, asked=row.asked, district=row.district)


def _closed(row: CaseRow) -> bool:
    return row.summary is not None and row.summary.closed_at is not None
