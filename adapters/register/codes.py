"""The codes a signature asks for: kept as digests, spent once, after five wrong ones gone."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from adapters.register.room import Room
from adapters.register.tables import codes, decisions
from domain.ports import Code, Spent


class Codes(Room):
    """Keep one code per case and person; a new one takes the place of the last."""

    async def keep_code(self, code: Code, not_since: datetime) -> bool:
        """Keep a code, unless one was made after `not_since`; tell whether it is kept."""
        return await self._writer.run(partial(_keep, code, not_since))

    async def spend_code(self, case_id: str, person: str, digest: str, now: datetime, update_id: str) -> Spent:
        """Try a code: the right one is spent on one decision, in the same transaction; each wrong one is counted."""
        return await self._writer.run(partial(_spend, case_id, person, digest, now, update_id))


def _keep(code: Code, not_since: datetime, transaction: Connection) -> bool:
    row = code.model_dump()
    fresh = {name: row[name] for name in ("digest", "made_at", "expires_at", "tries")}
    kept = insert(codes).values(row)
    kept = kept.on_conflict_do_update(
        index_elements=["case_id", "person"], set_=fresh, where=(codes.c.made_at <= not_since) | (codes.c.tries <= 0)
    )
    return bool(transaction.execute(kept).rowcount)


def _spend(case_id: str, person: str, digest: str, now: datetime, update_id: str, transaction: Connection) -> Spent:
    known = select(decisions.c.second_factor).where(decisions.c.update_id == update_id)
    if transaction.execute(known).scalar():  # the same decision sent twice at once: the other has spent it
        return Spent.RIGHT
    own = (codes.c.case_id == case_id, codes.c.person == person)
    row = transaction.execute(select(codes).where(*own)).one_or_none()
    if row is None or row.expires_at <= now or row.tries <= 0:
        return Spent.NONE
    if row.digest == digest:
        transaction.execute(delete(codes).where(*own))
        transaction.execute(update(decisions).where(decisions.c.update_id == update_id).values(second_factor=True))
        return Spent.RIGHT
    transaction.execute(update(codes).where(*own).values(tries=codes.c.tries - 1))
    return Spent.WRONG
