"""The inbox: the cases that wait for the person who is logged in, each with a link to its task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.html.durations import due_words
from api.http.auth import Caller, Desk
from api.officer.login import INBOX, LOGIN
from api.officer.sessions import signed_in
from api.tasks.open_link import LinkRefused
from api.tasks.routes import refusal
from desk import CaseDesk
from domain.access.sessions import WHOLE, Session
from domain.access.standing import standing
from domain.case.summary import Summary
from domain.errors import Unavailable
from domain.office.office import Person
from domain.ports.delivery import Undelivered
from domain.ports.rows import CaseFilter, CaseRow
from domain.tasks.pending import PendingTask, pending_task
from domain.tasks.task_links import TaskLink
from domain.vocabulary import Stage
from texts.catalogue import current

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/desk", include_in_schema=False)

LISTED = 50
"""How many cases the page shows, the most urgent first; it says how many more there are."""

READ = 500
"""How many cases of each stage are looked through, the most urgent first."""

CHANNEL = "desk"


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
        items = await _items(desk, person)
        stopped = (
            await desk.list(CaseFilter(stopped=True, limit=LISTED), desk.right_of(person))
            if person.administrator
            else ()
        )
        undelivered = await _undelivered(desk) if person.administrator else []
    except Unavailable as later:
        log.warning("desk.unavailable", reason=str(later))
        return refusal(desk, LinkRefused(503, "unavailable"))
    return HTMLResponse(_written(desk, person, items, stopped, undelivered, session, said))


async def _items(desk: CaseDesk, person: Person) -> list[InboxItem]:
    """Return what waits for a person, by due time: the overdue first, those without a due time last."""
    actor, now = desk.office.actor(person), desk.now()
    parents = {unit.code: unit.parent for unit in desk.office.units.values()}
    found = []
    for stage in (Stage.TRIAGE, Stage.VERIFICATION, Stage.REBUTTAL, Stage.CLOSURE):
        for row in await desk.list(
            CaseFilter(stage=stage, live=True, urgent_first=True, limit=READ), desk.right_of(person)
        ):
            wants = pending_task(row.summary, actor, desk.office.terms, parents) if row.summary else None
            if row.summary is not None and wants is not None:
                found.append(_item(desk, person, row, row.summary, wants, now))
    last = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda item: item.wants.due or last)


def _item(
    desk: CaseDesk, person: Person, row: CaseRow, summary: Summary, wants: PendingTask, now: datetime
) -> InboxItem:
    link = TaskLink(
        case_id=row.case_id,
        visit=summary.visit,
        person=person.id,
        task=wants.task,
        unit=person.unit,
        seat=person.seats[0] if person.seats else None,
        channel=CHANNEL,
        clock=wants.clock,
        owner=wants.owner,
        expires=int((now + WHOLE).timestamp()),
        standing=standing(person.unit, person.seats, person.key_digest),
    )
    due = due_words(wants.due, now) if wants.due else ""
    return InboxItem(row, summary, wants, desk.links.path(link), due, wants.due is not None and wants.due <= now)


async def _undelivered(desk: CaseDesk) -> list[UndeliveredLine]:
    """Return what could not be delivered, for an administrator."""
    names = {one.id: one.name for one in desk.office.people}
    rows = (await desk.undelivered())[:LISTED]
    return [UndeliveredLine(row, names.get(row.person, row.person)) for row in rows]


def _written(
    desk: CaseDesk,
    person: Person,
    items: list[InboxItem],
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
        stopped=stopped,
        said=said,
        count=len(items),
        undelivered=undelivered,
        more=max(0, len(items) - LISTED),
        csrf=session.csrf if session else None,
    )
