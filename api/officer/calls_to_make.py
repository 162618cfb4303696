"""The calls that wait for a person, at the head of the inbox: each can be made and logged there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api.forms.catalogue import FORMS
from api.forms.render import Drawing
from api.forms.shown import Shown
from api.forms.submission import NOTHING
from api.officer.own_link import own_link
from api.tasks.calls import CallSheet, call_sheet
from desk import CaseDesk
from domain.office.office import Person
from domain.ports.rows import CaseRow
from domain.tasks.task import Task


@dataclass(frozen=True)
class CallItem:
    """One call to make, with the form of its log; `path` is the page it is sent to."""

    row: CaseRow
    call: CallSheet
    shown: Shown
    path: str


def calls_of(desk: CaseDesk, person: Person, row: CaseRow, now: datetime, number: int) -> Iterator[CallItem]:
    """Yield the calls of a case that a person is to make; `number` is how many the page has already."""
    for clock in row.summary.debts if row.summary else ():
        sheet = call_sheet(desk, clock, row.claim, person, now)
        if sheet is not None and row.summary is not None:
            path = own_link(desk, person, row, row.summary, Task.CALL, now, clock=clock.clock, owner=clock.unit)
            form = next(one for one in FORMS if one.fits(sheet.offer))
            shown = Drawing(desk.office).show(number, form, sheet.offer, NOTHING, {})
            number += 1
            yield CallItem(row, sheet, shown, path)
