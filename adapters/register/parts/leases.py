"""Leases: who alone does something for a while, among all processes that have the register open."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import leases


class LeasePart(RegisterPart):
    """The store of leases; one that its holder does not renew runs out."""

    async def lease(self, name: str, holder: str, now: datetime, span: timedelta) -> bool:
        """Return whether `holder` has a lease until `now` and `span`; it is renewed by asking again."""
        wanted = insert(leases).values(name=name, holder=holder, until=now + span)
        taken = wanted.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": wanted.excluded.holder, "until": wanted.excluded.until},
            where=or_(leases.c.holder == holder, leases.c.until <= now),
        )
        return bool(await self._writer.run(lambda transaction: transaction.execute(taken).rowcount))
