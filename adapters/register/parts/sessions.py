"""The sessions of people who have logged in."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import Connection, delete, insert, or_, select, update

from adapters.register.engine.access_tables import sessions
from adapters.register.engine.part import RegisterPart
from domain.access.sessions import IDLE, WHOLE, Session


class SessionPart(RegisterPart):
    """The store of one row per login; what has ended is removed."""

    async def begin_session(self, session: Session) -> None:
        """Store a session, and remove those whose time has run out."""
        await self._writer.run(partial(_begin, session))

    async def session(self, token_digest: str) -> Session | None:
        """Return the session of a cookie, by the digest of its value, or None."""
        row = await self._reader.first(select(sessions).where(sessions.c.token_digest == token_digest))
        return None if row is None else Session.model_validate(dict(row._mapping))

    async def session_seen(self, token_digest: str, now: datetime) -> None:
        """Record that a session was used; one that has ended meanwhile stays ended."""
        seen = update(sessions).where(sessions.c.token_digest == token_digest).values(seen_at=now)
        await self._writer.run(lambda transaction: transaction.execute(seen).rowcount)

    async def sessions(self, person: str | None = None) -> list[Session]:
        """Return the sessions of a person, or of everybody, the newest first."""
        wanted = select(sessions).order_by(sessions.c.begun_at.desc())
        rows = await self._reader.rows(wanted if person is None else wanted.where(sessions.c.person == person))
        return [Session.model_validate(dict(row._mapping)) for row in rows]

    async def end_sessions(self, person: str, session_id: str | None = None) -> int:
        """Remove one session of a person, or all of them; return how many there were."""
        gone = delete(sessions).where(sessions.c.person == person)
        gone = gone if session_id is None else gone.where(sessions.c.session_id == session_id)
        return await self._writer.run(lambda transaction: transaction.execute(gone).rowcount)


def _begin(session: Session, transaction: Connection) -> None:
    over = or_(sessions.c.seen_at <= session.begun_at - IDLE, sessions.c.begun_at <= session.begun_at - WHOLE)
    transaction.execute(delete(sessions).where(over))
    transaction.execute(insert(sessions).values(session.model_dump()))
