"""Logging in and out, and the list of one's own logins, each of which its holder may end."""

from __future__ import annotations

from datetime import timedelta

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.forms.submission import FormSubmission, UnfitForm, sent_in
from api.http.auth import Desk
from api.officer.attempts import Attempts
from api.officer.sessions import SignedIn, forget, form_is_ours, new_csrf, protect_form, sign_in, signed_in
from api.tasks.open_link import LinkRefused
from api.tasks.routes import refusal
from desk import CaseDesk
from domain.access.sessions import LoginWay
from domain.errors import Unavailable
from texts.catalogue import current

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/desk", include_in_schema=False)

LOGIN, INBOX, LOGINS = "/desk/login", "/desk/inbox", "/desk/logins"


@router.get("/login")
async def ask(desk: Desk) -> Response:
    """Show the form for a personal key."""
    return login_page(desk, 200)


@router.post("/login")
async def login(request: Request, desk: Desk) -> Response:
    """Begin a session for the holder of a key."""
    try:
        sent = await sent_in(request)
    except UnfitForm as unfit:
        return refusal(desk, LinkRefused(unfit.status, unfit.code))
    if not form_is_ours(request, desk, sent.one("csrf")):
        return login_page(desk, 403, "form_old")
    attempts: Attempts = request.app.state.attempts
    key, address, now = sent.one("key"), request.client.host if request.client else "", desk.now()
    if wait := attempts.wait(key, address, now):
        return _to_wait(desk, wait)
    person = desk.person(key)
    if person is None:
        log.warning("desk.login_failed")
        wait = attempts.wrong(key, address, now)
        return _to_wait(desk, wait) if wait else login_page(desk, 401, "wrong_key")
    attempts.right(key, address)
    reply = RedirectResponse(INBOX, 303)
    try:
        await sign_in(request, reply, desk, person, LoginWay.KEY)
    except Unavailable as later:
        return _away(desk, later)
    return reply


@router.post("/logout")
async def logout(request: Request, desk: Desk) -> Response:
    """End the session: its cookie opens nothing any more, wherever a copy of it is."""
    ready = await guarded(request, desk)
    if isinstance(ready, Response):
        return ready
    own, _ = ready
    try:
        await desk.logins.end(own.person.id, own.session.session_id)
    except Unavailable as later:
        return _away(desk, later)
    answer = RedirectResponse(LOGIN, 303)
    forget(answer, desk)
    return answer


@router.get("/logins")
async def show_logins(request: Request, desk: Desk) -> Response:
    """Show the holder's own logins."""
    try:
        own = await signed_in(request, desk)
        return RedirectResponse(LOGIN, 303) if own is None else await _logins_page(desk, own)
    except Unavailable as later:
        return _away(desk, later)


@router.post("/logins/end")
async def end_login(request: Request, desk: Desk) -> Response:
    """End one of the holder's own logins."""
    ready = await guarded(request, desk)
    if isinstance(ready, Response):
        return ready
    own, sent = ready
    try:
        await desk.logins.end(own.person.id, sent.one("login"))
    except Unavailable as later:
        return _away(desk, later)
    return RedirectResponse(LOGINS, 303)  # whoever ended the login in use is asked for the key there


async def guarded(request: Request, desk: CaseDesk) -> tuple[SignedIn, FormSubmission] | Response:
    """Return who is logged in, with the form sent from a page of theirs; else the answer that says what is wrong."""
    try:
        sent, own = await sent_in(request), await signed_in(request, desk)
    except UnfitForm as unfit:
        return refusal(desk, LinkRefused(unfit.status, unfit.code))
    except Unavailable as later:
        return _away(desk, later)
    if own is None or not own.session.guards(sent.one("csrf")):
        return login_page(desk, 403, "form_old")
    return own, sent


def login_page(desk: CaseDesk, status: int, wrong: str | None = None, minutes: int = 0) -> Response:
    """Return the form for a personal key; `wrong` says what was wrong with the last one."""
    csrf, mode = new_csrf(), desk.office.terms.mode
    said = current().word("inbox", wrong).replace("{minutes}", str(minutes)) if wrong else ""
    text = current().say(
        "desk_login.html", mode=mode, csrf=csrf, wrong=wrong, said=said, passkeys=desk.passkeys.offered
    )
    answer = HTMLResponse(text, status, headers={"WWW-Authenticate": "Bearer"} if status == 401 else {})
    protect_form(answer, desk, csrf)
    return answer


async def _logins_page(desk: CaseDesk, own: SignedIn) -> Response:
    logins = await desk.logins.of_person(own.person.id, desk.now())
    text = current().say(
        "desk_logins.html",
        mode=desk.office.terms.mode,
        person=own.person,
        own=own.session,
        logins=logins,
        offered=desk.passkeys.offered,
        passkeys=await desk.passkeys.of_person(own.person),
    )
    return HTMLResponse(text)


def _to_wait(desk: CaseDesk, wait: timedelta) -> Response:
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    answer = login_page(desk, 429, "too_many", minutes=-(-seconds // 60))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _away(desk: CaseDesk, later: Unavailable) -> Response:
    log.warning("desk.unavailable", reason=str(later))
    return refusal(desk, LinkRefused(503, "unavailable"))
