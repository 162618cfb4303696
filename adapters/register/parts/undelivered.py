"""What could not be delivered: rows that stay until they concern nobody any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, leases, undelivered
from domain.ports.delivery import Undelivered

GIVE_UP = insert(undelivered).on_conflict_do_nothing(index_elements=["key", "person", "channel"])
# a case may be unknown here after a restore from a backup: what is undelivered of it is not forgotten
CONCERNS = or_(undelivered.c.person == "", cases.c.running, cases.c.case_id.is_(None))


class UndeliveredPart(RegisterPart):
    """The store of what could not be delivered."""

    async def give_up(self, rows: Sequence[Undelivered]) -> None:
        """Store what could not be delivered; a row that is there already is left as it is."""
        values = [row.model_dump(exclude={"number"}) | {"alarmed": False} for row in rows]
        if values:
            await self._writer.run(lambda transaction: transaction.execute(GIVE_UP, values))

    async def undelivered(self) -> list[Undelivered]:
        """Return what concerns somebody still: notices of open cases, and publications, oldest first."""
        return await self._rows(CONCERNS)

    async def unalarmed(self) -> list[Undelivered]:
        """Return what no administrator has had an alarm of yet."""
        return await self._rows(~undelivered.c.alarmed)

    async def alarmed(self, case_id: str, since: datetime) -> None:
        """Record that administrators were told of what became known of a case at an instant."""
        own = (undelivered.c.case_id == case_id, undelivered.c.since == since)
        await self._writer.run(
            lambda transaction: transaction.execute(update(undelivered).where(*own).values(alarmed=True))
        )

    async def _rows(self, which: ColumnElement[bool]) -> list[Undelivered]:
        joined = undelivered.outerjoin(cases, cases.c.case_id == undelivered.c.case_id)
        number = func.coalesce(cases.c.number, undelivered.c.case_id).label("number")
        chosen = select(undelivered, number).select_from(joined).where(which).order_by(undelivered.c.position)
        return [
            Undelivered.model_validate({name: row._mapping[name] for name in Undelivered.model_fields})
            for row in await self._reader.rows(chosen)
        ]

    async def lease(self, name: str, holder: str, now: datetime, span: timedelta) -> bool:
        """Return whether `holder` has a lease until `now` and `span`; it is renewed by asking again."""
        wanted = insert(leases).values(name=name, holder=holder, until=now + span)
        taken = wanted.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": wanted.excluded.holder, "until": wanted.excluded.until},
            where=or_(leases.c.holder == holder, leases.c.until <= now),
        )
        return bool(await self._writer.run(lambda transaction: transaction.execute(taken).rowcount))


_FORGET = delete(undelivered).where(
    undelivered.c.case_id == bindparam("of_case"),
    undelivered.c.person == "",
    undelivered.c.key.not_in(bindparam("pending", expanding=True)),
)


def forget_what_came(case_id: str, pending: Sequence[str], transaction: Connection) -> None:
    """Remove the rows of publications a case no longer tries: a channel has answered, or somebody called them off."""
    transaction.execute(_FORGET, {"of_case": case_id, "pending": list(pending)})
