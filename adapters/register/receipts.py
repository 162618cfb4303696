"""Who is to get a notice, fixed at the first attempt, and who has got it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from adapters.register.room import Room
from adapters.register.tables import receipts, recipients
from domain.ports import Receipt, Recipient


class NoticeReceipts(Room):
    """Remember who is to get a notice and who has got it."""

    async def plan(self, recipients: Sequence[Recipient], notices: Sequence[str]) -> list[Recipient]:
        """Fix the recipients of each notice on first call; return the fixed ones, whatever is passed later."""
        return await self._writer.run(lambda transaction: _plan(transaction, recipients, notices))

    async def done(self, keys: Sequence[str]) -> set[str]:
        """Return which of these letter keys have a receipt."""
        rows = await self._reader.rows(select(receipts.c.key).where(receipts.c.key.in_(keys)))
        return {row.key for row in rows}

    async def keep(self, receipts: Sequence[Receipt]) -> None:
        """Store receipts; one that exists is left as it is."""
        if receipts:
            await self._writer.run(lambda transaction: _keep(transaction, receipts))


def _plan(transaction: Connection, proposed: Sequence[Recipient], notices: Sequence[str]) -> list[Recipient]:
    planned = select(recipients.c.notice).where(recipients.c.notice.in_(notices)).distinct()
    open_notices = set(notices) - set(transaction.scalars(planned))
    fixed = [one for one in proposed if one.notice in open_notices]
    if fixed:
        rows = [{"notice": one.notice, "recipient": one.model_dump_json()} for one in fixed]
        transaction.execute(insert(recipients), rows)
    stored = select(recipients.c.recipient).where(recipients.c.notice.in_(notices)).order_by(recipients.c.position)
    return [Recipient.model_validate_json(text) for text in transaction.scalars(stored)]


def _keep(transaction: Connection, kept: Sequence[Receipt]) -> None:
    once = insert(receipts).on_conflict_do_nothing(index_elements=["key"])
    transaction.execute(once, [receipt.model_dump() for receipt in kept])
