"""A passkey in place of the code that signing a red or orange text needs, on the page of a task."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api.forms.submission import UnfitForm, sent_in
from api.http.auth import Desk
from api.officer.passkeys import asking, away, refused, told
from api.tasks.open_link import LinkRefused, OpenLink, opened
from desk import CaseDesk
from domain.errors import Refused, Unavailable

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/t", include_in_schema=False)


@router.post("/{token}/passkey/options")
async def ask_to_sign(request: Request, token: str, desk: Desk) -> Response:
    """Ask the browser for a passkey of the link's person."""
    link = await _of_a_signature(request, desk, token)
    if link is None:
        return told("form_old", 403)
    try:
        return asking(await desk.passkeys.ask_to_sign(link.person, link.link.case_id, desk.now()))
    except Refused as no:
        return refused(no)
    except Unavailable as later:
        return away(later)


@router.post("/{token}/passkey")
async def code_by_passkey(request: Request, token: str, desk: Desk) -> Response:
    """Return a code for the form; it is good as one that a letter brought."""
    link = await _of_a_signature(request, desk, token)
    if link is None:
        return told("form_old", 403)
    try:
        sent = await sent_in(request)
        code = await desk.code_by_passkey(
            link.link.case_id, sent.one("ticket"), sent.one("answer"), to=link.person, right=link.right
        )
    except UnfitForm as unfit:
        return told("form_old", unfit.status)
    except Refused as no:
        return refused(no)
    except Unavailable as later:
        return away(later)
    log.info("task.passkey_proven", case_id=link.link.case_id)
    return JSONResponse({"code": code})


async def _of_a_signature(request: Request, desk: CaseDesk, token: str) -> OpenLink | None:
    """Return a link by which its person may sign; None if it opens nothing or is for another task."""
    try:
        link = await opened(request, desk, token)
    except LinkRefused:
        return None
    return link if "sign" in link.link.kinds and desk.passkeys.offered else None
