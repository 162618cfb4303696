"""What a case's timeline tells a page: the findings that stand, and who has done a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.case.summary import ClockStatus
from domain.tasks.task_links import OF_CLOCK, Task, TaskLink

Told = dict[str, Any]
"""One entry of a timeline as the register gives it."""

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
}
"""What happened when a task was done: who did it is told from there. Coordinating goes on until the case is over."""

COMES = (("request_sent", "unit"), ("transfer_offered", "to"))
GOES = (
    ("request_declined", "unit"),
    ("transfer_accepted", "unit"),
    ("transfer_declined", "to"),
    ("transfer_lapsed", "to"),
)
"""By which field of which event a request comes to a unit, and leaves it. One that expired may still be answered."""


def findings(entries: Sequence[Told]) -> list[Told]:
    """Return the last finding of each unit, unless it was returned since."""
    last_of: dict[str, Told] = {}
    for entry in entries:
        event = entry["event"]
        if event["kind"] in ("finding_received", "finding_submitted"):
            last_of[event["unit"]] = event
        elif event["kind"] in ("finding_returned", "finding_held_back"):
            last_of.pop(event["unit"], None)
    return list(last_of.values())


def last(entries: Sequence[Told], kind: str) -> Told | None:
    """Return the last entry of a kind."""
    return next((entry for entry in reversed(entries) if entry["event"]["kind"] == kind), None)


def outlives(link: TaskLink, entries: Sequence[Told]) -> bool:
    """Tell whether what a link asks its unit to verify is asked of it still, though the case has been triaged anew."""
    owner, visit, expired = link.owner or link.unit, 1, False
    asked_in: int | None = None
    for event in (entry["event"] for entry in entries):
        kind = event["kind"]
        if kind == "stage_entered":
            visit = event["visit"]
        elif any(kind == name and event[field] == owner for name, field in COMES):
            asked_in, expired = (visit if asked_in is None or expired else asked_in), False
        elif any(kind == name and event[field] == owner for name, field in GOES):
            asked_in = None
        elif kind == "request_expired" and event["unit"] == owner:
            expired = True
    return link.task is Task.VERIFY and asked_in is not None and asked_in <= link.visit


def done(link: TaskLink, entries: Sequence[Told], debts: Iterable[ClockStatus]) -> Told | None:
    """Return the entry by which a link's task was done, the own person's first; None while it is still owed.

    A vote of one's own is done though the clock runs on for the other's.
    """
    owner = link.owner or link.unit
    found = [entry for entry in entries if entry["by"] and entry["event"]["kind"] in DONE[link.task]]
    if link.task is Task.VERIFY:
        found = [entry for entry in found if entry["by"]["unit"] == owner]
    own = [entry for entry in found if entry["by"]["person"] == link.person]
    owed = [debt for debt in debts if OF_CLOCK.get(debt.clock) is link.task]
    if link.task is Task.VERIFY:
        owed = [debt for debt in owed if debt.unit == owner]
    if owed and not (link.task is Task.REVIEW and own):
        return None
    return next(reversed(own or found), None)
