"""The recipients of a notice, fixed at the first attempt, and the receipts of those who got it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import first_planned, receipts, recipients
from adapters.register.parts.list_letters import within
from domain.case.payloads import Wave
from domain.ports.delivery import LetterBound, Receipt, Recipient

FIXED = (
    select(recipients.c.recipient)
    .where(recipients.c.notice.in_(bindparam("notices", expanding=True)))
    .order_by(recipients.c.position)
)
DONE = select(receipts.c.key).where(receipts.c.key.in_(bindparam("keys", expanding=True)))
FIRST_TOLD = (
    select(first_planned.c.wave)
    .where(
        first_planned.c.notice.in_(
            select(first_planned.c.told_with).where(first_planned.c.notice.in_(bindparam("notices", expanding=True)))
        )
    )
    .order_by(first_planned.c.notice)
)
KEEP = insert(receipts).on_conflict_do_nothing(index_elements=["key"])


class ReceiptPart(RegisterPart):
    """The store of recipients and receipts."""

    async def plan(
        self, recipients: Sequence[Recipient], notices: Sequence[str], bound: LetterBound | None = None
    ) -> tuple[list[Recipient], set[str]]:
        """Fix the recipients of each notice once, all or nothing.

        Return the fixed recipients, whatever is passed later, and the keys of those that have a receipt. Only
        `incoming` recipients (who have taken over a seat) are added later: if the person has none of these notices, and
        the seat's earlier holder has no receipt of the notice (docs/design.md, rule 4). Recipients beyond `bound` are
        listed.
        """
        return await self._writer.run(partial(_plan, recipients, notices, bound))

    async def first_planned(self, wave: Wave) -> list[Wave]:
        """Return the earlier waves that sent some of these notices, as they were, in the order of their keys.

        The notices no earlier wave sent are stored as in `wave`, if it is sent inside an open workflow task
        (docs/decisions/0015).
        """
        return await self._writer.run(partial(_first_told, wave))

    async def delivered(self, keys: Sequence[str]) -> set[str]:
        """Return which of some keys have a receipt."""
        rows = await self._reader.rows(DONE, {"keys": list(keys)})
        return {row.key for row in rows}

    async def also(self, recipients: Sequence[Recipient], bound: LetterBound | None = None) -> None:
        """Add recipients to notices whose own cannot be reached; one that is there already is left as it is.

        Recipients beyond `bound` are listed.
        """
        if recipients:
            await self._writer.run(partial(_also, recipients, bound))

    async def keep(self, receipts: Sequence[Receipt]) -> None:
        """Store receipts; an existing one is left as it is."""
        if receipts:
            await self._writer.run(lambda transaction: _keep(transaction, receipts))


def _plan(
    proposed: Sequence[Recipient], notices: Sequence[str], bound: LetterBound | None, transaction: Connection
) -> tuple[list[Recipient], set[str]]:
    fixed = [Recipient.model_validate_json(text) for text in transaction.scalars(FIXED, {"notices": notices})]
    known = {one.notice for one in fixed}
    fitting = [one for one in proposed if one.notice in notices]
    added = [one for one in fitting if not one.incoming and one.notice not in known]
    keys = [one.key for one in fixed]  # recipients added just now have no receipt yet
    done = set(transaction.scalars(DONE, {"keys": keys})) if keys else set()
    known_by = {one.person for one in (*fixed, *added)}
    reached = {(one.notice, one.wanted) for one in fixed if one.key in done}
    incoming = [one for one in fitting if one.incoming and (one.notice, one.wanted) not in reached]
    added += [one for one in incoming if one.person not in known_by]
    return fixed + _added(added, bound, transaction), done


def _added(rows: Sequence[Recipient], bound: LetterBound | None, transaction: Connection) -> list[Recipient]:
    """Store recipients, those beyond the bound as listed, and return them as stored."""
    added = within(bound, rows, transaction) if bound else list(rows)
    if added:
        values = [{"notice": one.notice, "recipient": one.model_dump_json()} for one in added]
        transaction.execute(insert(recipients), values)
    return added


def _also(added: Sequence[Recipient], bound: LetterBound | None, transaction: Connection) -> None:
    notices = sorted({one.notice for one in added})
    fixed = [Recipient.model_validate_json(text) for text in transaction.scalars(FIXED, {"notices": notices})]
    known = {one.key for one in fixed}
    _added([one for one in added if one.key not in known], bound, transaction)


def _first_told(wave: Wave, transaction: Connection) -> list[Wave]:
    stored = transaction.scalars(FIRST_TOLD, {"notices": wave.keys})
    earlier = [Wave.model_validate_json(text) for text in stored]
    rest = wave.without(earlier)
    if wave.in_task and rest.notices:
        first, *others = rest.keys
        text = rest.model_copy(update={"in_task": False}).model_dump_json()
        rows: list[dict[str, str | None]] = [{"notice": first, "told_with": first, "wave": text}]
        rows += [{"notice": key, "told_with": first, "wave": None} for key in others]
        transaction.execute(insert(first_planned), rows)
    return earlier


def _keep(transaction: Connection, kept: Sequence[Receipt]) -> None:
    transaction.execute(KEEP, [receipt.model_dump() for receipt in kept])
