"""Letters about how a rebuttal ended: the units hear what was signed and where it is, the office is asked to close."""

from __future__ import annotations

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.obligations import Page
from domain.vocabulary import ClockName, Seat


def tell_how_it_ended(case: Case, page: Page, where: str = "") -> None:
    """Tell the units that verified what was signed, and the address of the page; empty if it is not public."""
    start = case.terms.at(case.level).start
    units = [request.unit.code for request in case.open_requests()]
    to = tuple(seat for unit in units if unit != case.office.code for seat in case.seats(start.to, unit))
    values: dict[str, str | int] = {"title": page.title, "publication": page.publication, "where": where}
    if to:
        case.notify(Message.PUBLISHED, to, start.by, key=f"v{case.visit}/published/{page.version}", values=values)


def ask_to_close(case: Case) -> None:
    """Ask the office's duty seat to close a case in which nothing is left to publish."""
    by, key = case.terms.at(case.level).start.by, f"v{case.visit}/close/{case.versions}"
    clock = case.clock(ClockName.CASE, case.office.code)
    case.notify(Message.CLOSE_REQUEST, case.office_seats(Seat.DUTY), by, key=key, clock=clock)
