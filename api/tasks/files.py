"""The files of a case, for whoever holds a link to it: a picture is shown, and every file can be saved."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.http.auth import Desk
from api.tasks.open_link import LinkRefused, OpenLink, opened
from api.tasks.routes import refusal
from api.v1.files import Digest, given
from desk import CaseDesk
from domain.errors import Damaged, Refused, Unavailable
from texts.catalogue import current

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/t", include_in_schema=False)


@router.get("/{token}/files/{digest}")
async def give_file(request: Request, token: str, digest: Digest, desk: Desk) -> Response:
    """Return a file that the link's case names, to be saved."""
    return await _found(request, desk, token, digest, "attachment")


@router.get("/{token}/files/{digest}/view")
async def view_picture(request: Request, token: str, digest: Digest, desk: Desk) -> Response:
    """Show a picture on a page of its own, as wide as the screen: a browser by itself makes a long one a thread."""
    try:
        link = await opened(request, desk, token)
    except LinkRefused as refused:
        return refusal(desk, refused)
    shown = f"{link.path}/files/{digest}/shown"
    return HTMLResponse(current().say("task_picture.html", mode=desk.office.terms.mode, shown=shown, back=link.path))


@router.get("/{token}/files/{digest}/shown")
async def show_file(request: Request, token: str, digest: Digest, desk: Desk) -> Response:
    """Show a picture or a text that the link's case names, made anew."""
    return await _found(request, desk, token, digest, "inline")


async def _found(request: Request, desk: CaseDesk, token: str, digest: str, disposition: str) -> Response:
    try:
        link: OpenLink = await opened(request, desk, token)
        found = desk.files.shown if disposition == "inline" else desk.files.original
        return given(await found(digest, link.right), digest, disposition)
    except LinkRefused as refused:
        return refusal(desk, refused)
    except Damaged:
        return refusal(desk, LinkRefused(410, "damaged_file"))
    except Refused:
        return refusal(desk, LinkRefused(404, "no_file"))
    except Unavailable as later:
        log.warning("task.unavailable", reason=str(later))
        return refusal(desk, LinkRefused(503, "unavailable"))
