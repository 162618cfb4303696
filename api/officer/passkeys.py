"""Passkeys over HTTP: made and removed by whoever is logged in by the personal key, and a second way to log in."""

from __future__ import annotations

import json

import structlog
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.forms.submission import FormSubmission, UnfitForm, sent_in
from api.http.auth import Desk
from api.http.problems import RETRY_AFTER, status_of
from api.officer.login import INBOX, LOGINS, guarded
from api.officer.sessions import form_is_ours, sign_in
from desk import CaseDesk
from desk.access.passkeys import PasskeyQuestion
from domain.access.sessions import LoginWay
from domain.errors import Refused, Unavailable
from texts.catalogue import current
from texts.refusals import refusal_sentence

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.get("/passkeys.js")
async def script(request: Request) -> Response:
    """Return the script of the buttons."""
    return Response(request.app.state.passkey_script, media_type="text/javascript")


@router.post("/passkeys/options")
async def ask_to_register(request: Request, desk: Desk) -> Response:
    """Ask the browser to make a passkey; only whoever came by the personal key may."""
    ready = await guarded(request, desk)
    if isinstance(ready, Response):
        return told("form_old", 403)
    own, _ = ready
    if own.session.way is not LoginWay.KEY or not desk.passkeys.offered:
        return told("passkey_by_key", 403)
    try:
        return asking(await desk.passkeys.ask_to_register(own.person, desk.now()))
    except Unavailable as later:
        return away(later)


@router.post("/passkeys")
async def register(request: Request, desk: Desk) -> Response:
    """Keep the passkey that was made."""
    ready = await guarded(request, desk)
    if isinstance(ready, Response):
        return told("form_old", 403)
    own, sent = ready
    if own.session.way is not LoginWay.KEY:
        return told("passkey_by_key", 403)
    try:
        await desk.passkeys.register(own.person, sent.one("ticket"), sent.one("answer"), desk.now())
    except Refused as no:
        return refused(no)
    except Unavailable as later:
        return away(later)
    log.info("passkey.registered")
    return JSONResponse({"go": LOGINS})


@router.post("/passkeys/remove")
async def remove(request: Request, desk: Desk) -> Response:
    """Remove one of the holder's passkeys."""
    ready = await guarded(request, desk)
    if isinstance(ready, Response):
        return ready
    own, sent = ready
    await desk.passkeys.remove(own.person, sent.one("passkey"))
    return RedirectResponse(LOGINS, 303)


@router.post("/login/passkey/options")
async def ask_to_log_in(request: Request, desk: Desk) -> Response:
    """Ask the browser for a passkey of whoever wants to log in."""
    if await _login_form(request, desk) is None or not desk.passkeys.offered:
        return told("form_old", 403)
    return asking(desk.passkeys.ask_to_log_in(desk.now()))


@router.post("/login/passkey")
async def log_in(request: Request, desk: Desk) -> Response:
    """Begin a session for the holder of a passkey."""
    sent = await _login_form(request, desk)
    if sent is None:
        return told("form_old", 403)
    reply = JSONResponse({"go": INBOX})
    try:
        person = await desk.passkeys.log_in(sent.one("ticket"), sent.one("answer"), desk.now())
        await sign_in(request, reply, desk, person, LoginWay.PASSKEY)
    except Refused as no:
        log.warning("desk.login_failed")
        return refused(no)
    except Unavailable as later:
        return away(later)
    return reply


async def _login_form(request: Request, desk: CaseDesk) -> FormSubmission | None:
    """Return what the login form of this browser sent; None if it was not given to it."""
    try:
        sent = await sent_in(request)
    except UnfitForm:
        return None
    return sent if form_is_ours(request, desk, sent.one("csrf")) else None


def asking(question: PasskeyQuestion) -> Response:
    """Return what a browser is asked."""
    return JSONResponse({"ticket": question.ticket, "options": json.loads(question.options)})


def told(code: str, status: int) -> Response:
    """Return a sentence of the inbox, to be shown beside the button."""
    return JSONResponse({"says": current().word("inbox", code)}, status)


def refused(no: Refused) -> Response:
    """Return a refusal in words, to be shown beside the button."""
    return JSONResponse({"says": refusal_sentence(no.code, no.values)}, status_of(no))


def away(later: Unavailable) -> Response:
    """Return that the register does not answer now."""
    log.warning("desk.unavailable", reason=str(later))
    return JSONResponse({"says": current().word("link_refused", "unavailable")}, 503, headers=RETRY_AFTER)
