"""The inbox: the cases that wait for the person who is logged in, each with a link to its task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.html.durations import clock_words, due_words
from api.http.auth import Caller, Desk
from api.officer.calls_to_make import CallItem, calls_of
from api.officer.login import INBOX, LOGIN
from api.officer.own_link import own_link
from api.officer.sessions import signed_in
from api.tasks.open_link import LinkRefused
from api.tasks.routes import refusal
from desk import CaseDesk
from domain.access.sessions import Session
from domain.case.summary import Summary
from domain.errors import Unavailable
from domain.office.office import Person
from domain.ports.delivery import Undelivered
from domain.ports.rows import CaseFilter, CaseRow
from domain.tasks.pending import PendingTask, pending_task
from domain.vocabulary import Stage
from texts.catalogue import current

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/desk", include_in_schema=False)

LISTED = 50
"""How many cases the page shows, the most urgent first; it says how many more there are."""

READ = 500
"""How many cases of each stage are looked through, the most urgent first."""


@dataclass(frozen=True)
class InboxItem:
    """One line of the inbox."""

    row: CaseRow
    summary: Summary
    wants: PendingTask
    path: str
    due: str
    late: bool


@dataclass(frozen=True)
class UndeliveredLine:
    """One line of what could not be delivered; `who` is the person's name, empty for a page."""

    row: Undelivered
    who: str


@router.get("")
async def start() -> Response:
    """Redirect to the inbox."""
    return RedirectResponse(INBOX, 307)


@router.api_route("/inbox", methods=["GET", "HEAD"])
async def inbox(request: Request, desk: Desk, who: Caller) -> Response:
    """Show what waits for the person who is logged in or shows a key."""
    try:
        own = await signed_in(request, desk)
    except Unavailable as later:
        log.warning("desk.unavailable", reason=str(later))
        return refusal(desk, LinkRefused(503, "unavailable"))
    person = who or (own.person if own else None)
    if person is None:
        return RedirectResponse(LOGIN, 303)
    return await inbox_page(desk, person, own.session if own and own.person == person else None)


async def inbox_page(desk: CaseDesk, person: Person, session: Session | None, said: str = "") -> Response:
    """Return the inbox of a person; `said` is what came of a form. Without a session nothing can be sent from it."""
    try:
        items, to_call = await _waiting(desk, person)
        stopped = (
            await desk.list(CaseFilter(stopped=True, limit=LISTED), desk.right_of(person))
            if person.administrator
            else ()
        )
        undelivered = await _undelivered(desk) if person.administrator else []
    except Unavailable as later:
        log.warning("desk.unavailable", reason=str(later))
        return refusal(desk, LinkRefused(503, "unavailable"))
    return HTMLResponse(_written(desk, person, items, to_call, stopped, undelivered, session, said))


async def _waiting(desk: CaseDesk, person: Person) -> tuple[list[InboxItem], list[CallItem]]:
    """Return what waits for a person, and the calls to make, by due time: the overdue first, without one last."""
    actor, now = desk.office.actor(person), desk.now()
    parents = {unit.code: unit.parent for unit in desk.office.units.values()}
    found: list[InboxItem] = []
    to_call: list[CallItem] = []
    for stage in (Stage.TRIAGE, Stage.VERIFICATION, Stage.REBUTTAL, Stage.CLOSURE):
        for row in await desk.list(
            CaseFilter(stage=stage, live=True, urgent_first=True, limit=READ), desk.right_of(person)
        ):
            to_call += calls_of(desk, person, row, now, len(to_call))
            wants = pending_task(row.summary, actor, desk.office.terms, parents) if row.summary else None
            if row.summary is not None and wants is not None:
                found.append(_item(desk, person, row, row.summary, wants, now))
    last = datetime.max.replace(tzinfo=UTC)
    found.sort(key=lambda item: item.wants.due or last)
    return found, sorted(to_call, key=lambda item: item.call.clock.due)


def _item(
    desk: CaseDesk, person: Person, row: CaseRow, summary: Summary, wants: PendingTask, now: datetime
) -> InboxItem:
    path = own_link(desk, person, row, summary, wants.task, now, clock=wants.clock, owner=wants.owner)
    clock = next((one for one in summary.debts if (one.clock, one.unit) == (wants.clock, wants.owner)), None)
    due = due_words(wants.due, now) if wants.due else ""
    if clock is not None:
        due = clock_words(clock, summary.paused, now)
    late = wants.due is not None and wants.due <= now and not (clock is not None and clock.paused)
    return InboxItem(row, summary, wants, path, due, late)


async def _undelivered(desk: CaseDesk) -> list[UndeliveredLine]:
    """Return what could not be delivered, for an administrator."""
    names = {one.id: one.name for one in desk.office.people}
    rows = (await desk.undelivered())[:LISTED]
    return [UndeliveredLine(row, names.get(row.person, row.person)) for row in rows]


def _written(
    desk: CaseDesk,
    person: Person,
    items: list[InboxItem],
    to_call: list[CallItem],
    stopped: Sequence[CaseRow],
    undelivered: list[UndeliveredLine],
    session: Session | None,
    said: str,
) -> str:
    return current().say(
        "desk_inbox.html",
        mode=desk.office.terms.mode,
        person=person,
        items=items[:LISTED],
        to_call=to_call[:LISTED],
        stopped=stopped,
        said=said,
        count=len(items),
        undelivered=undelivered,
        more=max(0, len(items) - LISTED),
        csrf=session.csrf if session else None,
    )
