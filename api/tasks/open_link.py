"""Opening a link: whose it is, and every reason to refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi import Request

from api.http.auth import bearer
from desk import CaseDesk
from domain.access.reading import ReadingRight, one_case
from domain.errors import Unavailable
from domain.office.office import Person
from domain.tasks.task_links import BadToken, TaskLink

log = structlog.get_logger(__name__)

LONGEST = 2000
"""The longest token that is read, in characters."""


class LinkRefused(Exception):
    """Raised when a link opens nothing.

    `status` is the HTTP status; `code` names the sentences under `[link_refused]` and `[link_advice]`.
    """

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class OpenLink:
    """A link that is valid at `now`, with its token and the person it was made for.

    `before` is the position of the report before which its page lists those of a triage basket; None: the newest.
    """

    token: str
    link: TaskLink
    person: Person
    now: datetime
    before: int | None = None

    @property
    def path(self) -> str:
        """Return the address of its page on this host."""
        return f"/t/{self.token}"

    @property
    def right(self) -> ReadingRight:
        """Return what it opens: its own case and no other."""
        return one_case(self.link.case_id)


async def opened(request: Request, desk: CaseDesk, token: str) -> OpenLink:
    """Return the link of a token, opened at the present time.

    Raises:
        LinkRefused: 404 it was not written here; 410 it has expired, or its person has left the seat; 403 the request
            shows the key of somebody else; 503 the register does not answer.

    """
    now = desk.now()
    try:
        if len(token) > LONGEST:
            raise BadToken
        link = await desk.short_links.read(token)
    except BadToken:
        raise LinkRefused(404, "unreadable") from None
    except Unavailable as later:
        log.warning("task.unavailable", reason=str(later))
        raise LinkRefused(503, "unavailable") from None
    if link.expired(now):
        raise LinkRefused(410, "expired")
    person = _holder(desk, link, now)
    if person is None:
        raise LinkRefused(410, "left_seat")
    _refuse_other(request, desk, person)
    return OpenLink(token, link, person, now, _before(request))


def _before(request: Request) -> int | None:
    """Return where the list of a page is turned to; an address that somebody has changed shows its beginning."""
    asked = request.query_params.get("before", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 12 else None


def _holder(desk: CaseDesk, link: TaskLink, now: datetime) -> Person | None:
    day = desk.office.day(now)
    holders = (one for one in desk.office.people if link.held_by(one) and one.serves(day))
    return next(holders, None)


def _refuse_other(request: Request, desk: CaseDesk, person: Person) -> None:
    """Refuse a request that shows a personal key, unless it is the key of the link's person."""
    if not request.headers.getlist("authorization"):
        return
    who = bearer(request, desk)
    if who is None or who.id != person.id:
        raise LinkRefused(403, "other_person")
