"""The ways in for people: sessions, passkeys, and the short links of letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.access_tables import passkeys, sessions, short_links
from adapters.register.engine.part import RegisterPart
from domain.access.passkeys import MOST, Passkey
from domain.access.sessions import IDLE, WHOLE, Session
from domain.ports.short_links import KeptLink

_KEEP_LINK = insert(short_links).on_conflict_do_nothing(index_elements=["digest"])


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


class PasskeyPart(RegisterPart):
    """The store of one row per passkey; those registered under an older personal key make room for new ones."""

    async def keep_passkey(self, passkey: Passkey) -> bool:
        """Store a passkey; return whether it is new and its person has not too many."""
        return await self._writer.run(partial(_keep, passkey))

    async def passkey(self, credential_id: str) -> Passkey | None:
        """Return a passkey, or None."""
        row = await self._reader.first(select(passkeys).where(passkeys.c.credential_id == credential_id))
        return None if row is None else Passkey.model_validate(dict(row._mapping))

    async def passkeys(self, person: str) -> list[Passkey]:
        """Return the passkeys of a person, the oldest first."""
        wanted = select(passkeys).where(passkeys.c.person == person).order_by(passkeys.c.made_at)
        return [Passkey.model_validate(dict(row._mapping)) for row in await self._reader.rows(wanted)]

    async def passkey_used(self, credential_id: str, uses: int) -> bool:
        """Record the uses a device told; False if the passkey is gone, or another answer was quicker.

        Most passkeys that are kept in a cloud always tell zero.
        """
        of_it = passkeys.c.credential_id == credential_id
        newer = of_it if uses == 0 else of_it & (passkeys.c.uses < uses)
        used = update(passkeys).where(newer).values(uses=uses)
        return await self._writer.run(lambda transaction: transaction.execute(used).rowcount > 0)

    async def drop_passkey(self, person: str, credential_id: str) -> None:
        """Remove a passkey of a person."""
        gone = delete(passkeys).where(passkeys.c.person == person, passkeys.c.credential_id == credential_id)
        await self._writer.run(lambda transaction: transaction.execute(gone).rowcount)


class ShortLinkPart(RegisterPart):
    """The store of short links."""

    async def keep_links(self, links: Sequence[KeptLink]) -> None:
        """Store short links; one that is there already is left as it is."""
        rows = [link.model_dump() for link in links]
        await self._writer.run(lambda transaction: transaction.execute(_KEEP_LINK, rows).rowcount)

    async def kept_links(self, digests: Sequence[str]) -> dict[str, str]:
        """Return what the links of some digests are bound to, as JSON, by digest; none for an unknown one."""
        wanted = select(short_links.c.digest, short_links.c.link).where(short_links.c.digest.in_(digests))
        return {row.digest: row.link for row in await self._reader.rows(wanted)}

    async def drop_links(self, expired_before: int) -> None:
        """Remove the links that expired before an instant, in seconds since 1970 (UTC)."""
        over = short_links.c.expires < expired_before
        if await self._reader.first(select(short_links.c.digest).where(over).limit(1)) is not None:
            await self._writer.run(lambda transaction: transaction.execute(delete(short_links).where(over)).rowcount)


def _begin(session: Session, transaction: Connection) -> None:
    over = or_(sessions.c.seen_at <= session.begun_at - IDLE, sessions.c.begun_at <= session.begun_at - WHOLE)
    transaction.execute(delete(sessions).where(over))
    transaction.execute(insert(sessions).values(session.model_dump()))


def _keep(passkey: Passkey, transaction: Connection) -> bool:
    own = passkeys.c.person == passkey.person
    transaction.execute(delete(passkeys).where(own, passkeys.c.mark != passkey.mark))
    if (transaction.scalar(select(func.count()).select_from(passkeys).where(own)) or 0) >= MOST:
        return False
    once = insert(passkeys).values(passkey.model_dump()).on_conflict_do_nothing(index_elements=["credential_id"])
    return transaction.execute(once).rowcount > 0
