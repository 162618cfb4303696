"""Sessions of the inbox: a signed cookie, nothing stored. They end by idleness, after ten hours, or with the key."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from desk import CaseDesk
from domain.office.office import Person
from domain.tasks.task_links import BadToken

PURPOSE = "desk-session"
IDLE, WHOLE = timedelta(minutes=30), timedelta(hours=10)
TRIES, WITHIN = 5, timedelta(minutes=15)
ADDRESSES = 10_000
"""Of how many addresses failed logins are remembered."""


@dataclass(frozen=True)
class LoginSession:
    """What the cookie holds: `person` is empty before the login, `mark` is the beginning of the key's digest.

    `started` and `seen` are seconds since 1970.
    """

    person: str
    mark: str
    started: int
    seen: int
    csrf: str

    def guards(self, token: str) -> bool:
        """Return whether a form was made for this session."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


def fresh(now: datetime, person: Person | None = None) -> LoginSession:
    """Return a new session; without a person it only protects the login form."""
    at, digest = int(now.timestamp()), (person.key_digest or "") if person else ""
    return LoginSession(person.id if person else "", digest[:16], at, at, secrets.token_urlsafe(18))


def session_of(request: Request, desk: CaseDesk) -> LoginSession | None:
    """Return the session of a request's cookie; None where there is none or it has ended."""
    text, now = request.cookies.get(cookie_name(desk.base_url), ""), int(desk.now().timestamp())
    try:
        value = desk.links.tokens.read(PURPOSE, text)
    except BadToken:
        return None
    match value:
        case [str(person), str(mark), int(started), int(seen), str(csrf)]:
            alive = now - seen < IDLE.total_seconds() and now - started < WHOLE.total_seconds()
            return LoginSession(person, mark, started, seen, csrf) if alive else None
    return None


def holder(session: LoginSession | None, desk: CaseDesk) -> Person | None:
    """Return the person of a session; None unless that person serves and still has the key the session began with."""
    if session is None or not session.person:
        return None
    day = desk.office.day(desk.now())
    found = (one for one in desk.office.people if one.id == session.person and one.serves(day))
    person = next(found, None)
    if person is None or not person.key_digest or person.key_digest[:16] != session.mark:
        return None
    return person


def keep(answer: Response, session: LoginSession, desk: CaseDesk) -> None:
    """Set a session's cookie on an answer; its idle time begins anew."""
    seen = int(desk.now().timestamp())
    value = [session.person, session.mark, session.started, seen, session.csrf]
    answer.set_cookie(
        cookie_name(desk.base_url),
        desk.links.tokens.sign(PURPOSE, value),
        httponly=True,
        secure=not _plain(desk.base_url),
        samesite="strict",
        path="/",
    )


def forget(answer: Response, desk: CaseDesk) -> None:
    """Delete the session's cookie."""
    secure = not _plain(desk.base_url)
    answer.delete_cookie(cookie_name(desk.base_url), httponly=True, secure=secure, samesite="strict", path="/")


def cookie_name(base_url: str) -> str:
    """Return the name of the cookie. Its prefix binds it to this host and to TLS; a loopback address has neither."""
    return "piyao" if _plain(base_url) else "__Host-piyao"


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


class Attempts:
    """The failed logins by address; after `TRIES` within `WITHIN` an address has to wait."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, deque[datetime]] = OrderedDict()

    def blocked(self, address: str, now: datetime) -> bool:
        """Return whether an address has to wait."""
        failed = self._failed.get(address, deque())
        while failed and now - failed[0] >= WITHIN:
            failed.popleft()
        return len(failed) >= TRIES

    def note(self, address: str, now: datetime) -> None:
        """Record a failed login. Where there are too many addresses, the one that failed longest ago is forgotten."""
        self._failed.setdefault(address, deque(maxlen=TRIES)).append(now)
        self._failed.move_to_end(address)
        if len(self._failed) > ADDRESSES:
            self._failed.popitem(last=False)
