"""What a page reads from a case's timeline: the findings that stand, and who has done a task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.html.signed_text import is_address
from domain.case.summary import ClockStatus
from domain.events import (
    CallPassedOn,
    Delivered,
    Drafted,
    FindingHeldBack,
    FindingReceived,
    FindingReturned,
    FindingSubmitted,
    PhoneLogged,
    PublicationRecorded,
    RequestExpired,
    RungRang,
    StageEntered,
)
from domain.ports.rows import TimelineEntry
from domain.tasks.task import OF_CLOCK, Task
from domain.tasks.task_links import TaskLink
from domain.vocabulary import ClockName
from texts.catalogue import current
from texts.disarming import inert

DONE: Mapping[Task, tuple[str, ...]] = {
    Task.TRIAGE: ("triaged", "passed_on"),
    Task.COORDINATE: (),
    Task.VERIFY: (
        "finding_received",
        "finding_submitted",
        "request_declined",
        "transfer_accepted",
        "transfer_declined",
    ),
    Task.DRAFT: ("drafted",),
    Task.REVIEW: ("reviewed",),
    Task.SESSION: ("session_ruled", "position_taken"),
    Task.CONFIRM: ("confirmed", "turned_down", "finding_approved", "finding_held_back"),
    Task.CLOSE: ("case_closed",),
    Task.LOOK: (),
    Task.CALL: ("phone_logged",),
    Task.RECEIVE: ("handover_received",),
}
"""The kinds of event that show a task was done, and so who did it; coordinating goes on until the case is over."""

COMES = (("request_sent", "unit"), ("transfer_offered", "to"))
"""The events by which a request comes to a unit, each with the field that holds the unit."""

GOES = (
    ("request_declined", "unit"),
    ("request_released", "unit"),
    ("transfer_accepted", "unit"),
    ("transfer_declined", "to"),
    ("transfer_lapsed", "to"),
)
"""The events by which a request leaves a unit, with that field. One that expired may still be answered."""


@dataclass(frozen=True)
class Line:
    """One line of the timeline as a page shows it; an `address` in it stands between the other two parts."""

    before: str
    address: str = ""
    after: str = ""


def line(entry: TimelineEntry, short: Callable[[str], str]) -> Line:
    """Return an entry as a line; the address it is about, a page or what a unit published, can be tapped there."""
    text = current().say("timeline_entry", entry=entry, short=short)
    address = ""
    match entry.event:
        case Delivered() as delivered if not delivered.on_file:
            address = delivered.where
        case PublicationRecorded() as recorded:
            address = recorded.url
    if not is_address(address):
        return Line(text)
    shown = address if address in text else inert(address)
    before, found, after = text.partition(shown)
    return Line(before, address, after) if found else Line(text)


def findings(entries: Sequence[TimelineEntry]) -> list[FindingReceived | FindingSubmitted]:
    """Return the last finding of each unit, unless it was returned since."""
    last_of: dict[str, FindingReceived | FindingSubmitted] = {}
    for entry in entries:
        match entry.event:
            case FindingReceived() | FindingSubmitted() as finding:
                last_of[finding.unit] = finding
            case FindingReturned() | FindingHeldBack() as returned:
                last_of.pop(returned.unit, None)
    return list(last_of.values())


def written(entries: Sequence[TimelineEntry], unit: str) -> FindingReceived | FindingSubmitted | None:
    """Return what a unit wrote last as its finding, also if it was returned since; None if it has written nothing."""
    found = (entry.event for entry in reversed(entries))
    return next(
        (one for one in found if isinstance(one, FindingReceived | FindingSubmitted) and one.unit == unit), None
    )


def lacking(entries: Sequence[TimelineEntry], unit: str) -> TimelineEntry | None:
    """Return the entry by which a unit's finding was returned for what it lacks; None once it has answered again."""
    for entry in reversed(entries):
        match entry.event:
            case (FindingReturned() | FindingHeldBack()) as returned if returned.unit == unit:
                return entry
            case (FindingReceived() | FindingSubmitted()) as answered if answered.unit == unit:
                return None
    return None


def last_draft(entries: Sequence[TimelineEntry]) -> Drafted | None:
    """Return the text that was drafted last; None without one."""
    return next((entry.event for entry in reversed(entries) if isinstance(entry.event, Drafted)), None)


def outlives(link: TaskLink, entries: Sequence[TimelineEntry]) -> bool:
    """Return whether the request behind a link to verify is still open, though the case was triaged anew."""
    owner, visit, expired = link.owner or link.unit, 1, False
    asked_in: int | None = None
    for event in (entry.event for entry in entries):
        if isinstance(event, StageEntered):
            visit = event.visit
        elif any(event.kind == kind and getattr(event, field, None) == owner for kind, field in COMES):
            asked_in, expired = (visit if asked_in is None or expired else asked_in), False
        elif any(event.kind == kind and getattr(event, field, None) == owner for kind, field in GOES):
            asked_in = None
        elif isinstance(event, RequestExpired) and event.unit == owner:
            expired = True
    return link.task is Task.VERIFY and asked_in is not None and asked_in <= link.visit


def done(link: TaskLink, entries: Sequence[TimelineEntry], clocks: Iterable[ClockStatus]) -> TimelineEntry | None:
    """Return the entry by which a link's task was done, preferably by its person; None while it is still owed.

    A person's own vote is done although the clock runs on for the others.
    """
    owner = link.owner or link.unit
    found = [(entry, entry.by) for entry in entries if entry.by and entry.event.kind in DONE[link.task]]
    if link.task is Task.VERIFY:
        found = [(entry, by) for entry, by in found if by.unit == owner]
    if link.task is Task.CALL:
        found = [(entry, by) for entry, by in found if _about_clock(entry, link)]
    own = [(entry, by) for entry, by in found if by.person == link.person]
    owing = [clock for clock in clocks if OF_CLOCK.get(clock.clock) is link.task]
    if link.task in (Task.VERIFY, Task.SESSION):
        owing = [clock for clock in owing if clock.unit == owner]
    if owing and not (link.task is Task.REVIEW and own):
        return None
    return next((entry for entry, _ in reversed(own or found)), None)


def logged(entries: Sequence[TimelineEntry], clock: ClockName, unit: str) -> TimelineEntry | None:
    """Return the entry by which the last call about a clock was logged; None if nobody has logged that one."""
    for entry in reversed(entries):
        match entry.event:
            case PhoneLogged(earlier=True):
                continue  # of a call before that one
            case (PhoneLogged() | RungRang() | CallPassedOn()) as event if (event.clock, event.unit) == (clock, unit):
                return entry if isinstance(event, PhoneLogged) else None
    return None


def _about_clock(entry: TimelineEntry, link: TaskLink) -> bool:
    return isinstance(entry.event, PhoneLogged) and link.speaks_of(entry.event.clock, entry.event.unit)
