"""The cookies of the inbox: one names a session that the register holds, the other protects the login form."""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from desk import CaseDesk
from domain.access.sessions import IDLE, LoginWay, Session
from domain.errors import Unavailable
from domain.office.office import Person
from domain.tasks.task_links import BadToken

PURPOSE = "login-form"


@dataclass(frozen=True)
class SignedIn:
    """A live session and its person."""

    session: Session
    person: Person


async def signed_in(request: Request, desk: CaseDesk) -> SignedIn | None:
    """Return whose session a request's cookie names; None where there is none or it has ended.

    Raises:
        Unavailable: the register does not answer.

    """
    found = await desk.logins.of(request.cookies.get(cookie_name(desk.base_url), ""), desk.now())
    return SignedIn(*found) if found else None


async def sign_in(request: Request, answer: Response, desk: CaseDesk, person: Person, way: LoginWay) -> None:
    """Begin a session under a new cookie, so that nobody else knows it, and end the one the browser had.

    Raises:
        Unavailable: the register does not answer.

    """
    with suppress(Unavailable):
        if (before := await signed_in(request, desk)) is not None:
            await desk.logins.end(before.person.id, before.session.session_id)
    mobile = "Mobi" in request.headers.get("user-agent", "")
    token = await desk.logins.begin(person, way, desk.now(), mobile=mobile)
    _set(answer, cookie_name(desk.base_url), token, desk)


def forget(answer: Response, desk: CaseDesk) -> None:
    """Delete the session's cookie."""
    secure = not _plain(desk.base_url)
    answer.delete_cookie(cookie_name(desk.base_url), httponly=True, secure=secure, samesite="strict", path="/")


def protect_form(answer: Response, desk: CaseDesk, csrf: str) -> None:
    """Set the cookie that says which login form this browser was given."""
    value = desk.links.tokens.sign(PURPOSE, [csrf, int(desk.now().timestamp())])
    _set(answer, form_cookie_name(desk.base_url), value, desk)


def form_is_ours(request: Request, desk: CaseDesk, csrf: str) -> bool:
    """Return whether a login form was given to this browser, not long ago."""
    try:
        value = desk.links.tokens.read(PURPOSE, request.cookies.get(form_cookie_name(desk.base_url), ""))
    except BadToken:
        return False
    match value:
        case [str(given), int(at)]:
            young = int(desk.now().timestamp()) - at < IDLE.total_seconds()
            return young and hmac.compare_digest(given.encode(), csrf.encode())
    return False


def new_csrf() -> str:
    """Return what a login form carries."""
    return secrets.token_urlsafe(18)


def cookie_name(base_url: str) -> str:
    """Return the name of the cookie. Its prefix binds it to this host and to TLS; a loopback address has neither."""
    return "piyao" if _plain(base_url) else "__Host-piyao"


def form_cookie_name(base_url: str) -> str:
    """Return the name of the login form's cookie."""
    return f"{cookie_name(base_url)}-login"


def _set(answer: Response, name: str, value: str, desk: CaseDesk) -> None:
    answer.set_cookie(name, value, httponly=True, secure=not _plain(desk.base_url), samesite="strict", path="/")


def _plain(base_url: str) -> bool:
    parts = urlsplit(base_url)
    if parts.scheme != "http":
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
