"""Logins at the desk: begun by a proof, kept in the register, ended by their holder, an administrator, or time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from domain.access.sessions import SEEN_AGAIN, LoginWay, Session, mark_of
from domain.office.office import Office, Person
from domain.ports.access import Sessions


class Logins:
    """What begins, finds and ends sessions; `office` gives the office as it stands when it is asked."""

    def __init__(self, sessions: Sessions, office: Callable[[], Office]) -> None:
        self._sessions, self._office = sessions, office

    async def begin(self, person: Person, way: LoginWay, now: datetime, *, mobile: bool) -> str:
        """Begin a session and return the value of its cookie, which is kept nowhere.

        Raises:
            Unavailable: the register does not answer.

        """
        token = secrets.token_urlsafe(32)
        session = Session(
            session_id=secrets.token_urlsafe(9),
            token_digest=_digest(token),
            person=person.id,
            mark=mark_of(person.key_digest),
            csrf=secrets.token_urlsafe(18),
            way=way,
            mobile=mobile,
            begun_at=now,
            seen_at=now,
        )
        await self._sessions.begin_session(session)
        return token

    async def of(self, token: str, now: datetime) -> tuple[Session, Person] | None:
        """Return the session of a cookie with its person, and count it as used.

        None if there is none, if it has ended, or if its person has left or has another key.

        Raises:
            Unavailable: the register does not answer.

        """
        session = await self._sessions.session(_digest(token)) if token else None
        if session is None or not session.alive(now) or (person := self._holder(session, now)) is None:
            return None
        if now - session.seen_at >= SEEN_AGAIN:
            await self._sessions.session_seen(session.token_digest, now)
        return session, person

    async def of_person(self, person: str, now: datetime) -> Sequence[Session]:
        """Return the live sessions of a person, the newest first."""
        found = await self._sessions.sessions(person)
        return [one for one in found if one.alive(now) and self._holder(one, now) is not None]

    async def end(self, person: str, session_id: str | None = None) -> int:
        """End one session of a person, or all of them; return how many were ended."""
        return await self._sessions.end_sessions(person, session_id)

    def _holder(self, session: Session, now: datetime) -> Person | None:
        office = self._office()
        day = office.day(now)
        found = next((one for one in office.people if one.id == session.person and one.serves(day)), None)
        return found if found is not None and session.is_of(found.key_digest) else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
