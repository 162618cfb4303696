"""The recipients of a notice, fixed at the first attempt, the receipts of those who got it, and how far letters are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from adapters.register.engine.letter_tables import handovers, letter_rows, list_letters
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import first_planned, receipts, recipients, undelivered
from adapters.register.parts.list_letters import within
from domain.case.payloads import Wave
from domain.ports.delivery import LetterBound, Receipt, Recipient
from domain.ports.letters_under_way import LetterProgress

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
LOST = select(undelivered.c.position).limit(1)
FOUND = delete(undelivered).where(
    (undelivered.c.key + "/" + undelivered.c.person + "/" + undelivered.c.channel).in_(
        bindparam("keys", expanding=True)
    )
)
"""What counted as undelivered and has been delivered since: a channel was mended."""
WITH_ROWS = select(handovers).where(
    handovers.c.key != bindparam("but"),
    handovers.c.key.in_(
        select(letter_rows.c.letter)
        .where(letter_rows.c.row.in_(bindparam("rows", expanding=True)))
        .group_by(letter_rows.c.letter)
        .having(func.count() == bindparam("n"))
    ),
)
HOLDS = insert(letter_rows).on_conflict_do_nothing(index_elements=["row", "letter"])
OLD = handovers.c.at < bindparam("before")
OLD_LIST = list_letters.c.sent & (list_letters.c.made_at < bindparam("before"))
ANY_OLD, ANY_OLD_LIST = select(handovers.c.key).where(OLD).limit(1), select(list_letters.c.key).where(OLD_LIST).limit(1)
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


class HandoverPart(RegisterPart):
    """The store of how far letters are with their receivers."""

    async def handover(self, key: str, holder: str, now: datetime) -> LetterProgress:
        """Return how far a letter is; `holder` is the process that asks."""
        row = await self._reader.first(select(handovers).where(handovers.c.key == key))
        return LetterProgress() if row is None else _progress(row, holder, now)

    async def letters_with(self, rows: Sequence[str], but: str, holder: str, now: datetime) -> list[LetterProgress]:
        """Return how far other letters are (all `but` one key) that hold all of some rows, named by their receipts."""
        found = await self._reader.rows(WITH_ROWS, {"rows": list(rows), "n": len(set(rows)), "but": but})
        return [_progress(one, holder, now) for one in found]

    async def hold(self, key: str, holder: str, now: datetime, span: timedelta, rows: Sequence[str] = ()) -> bool:
        """Return whether `holder` alone may send a letter until `now` and `span`; it is renewed by asking again.

        `rows` are the keys of the receipts it will have.
        """
        wanted = insert(handovers).values(
            key=key, holder=holder, until=now + span, far=LetterProgress().model_dump_json(), at=now
        )
        held = wanted.on_conflict_do_update(
            index_elements=["key"],
            set_={name: wanted.excluded[name] for name in ("holder", "until", "at")},
            where=or_(handovers.c.holder == holder, handovers.c.until.is_(None), handovers.c.until <= now),
        )
        return await self._writer.run(lambda transaction: _stored(held, key, rows, transaction))

    async def let_go(self, key: str, holder: str) -> None:
        """Record that `holder` has a letter under way no more; what another process says of it stays."""
        own = update(handovers).where(handovers.c.key == key, handovers.c.holder == holder)
        await self._writer.run(lambda transaction: transaction.execute(own.values(holder="", until=None)))

    async def hand_over(self, key: str, far: LetterProgress, now: datetime, rows: Sequence[str] = ()) -> None:
        """Store how far a letter is; nobody has it under way any more. One that was taken stays so."""
        said = insert(handovers).values(key=key, holder="", until=None, far=far.model_dump_json(), at=now)
        stored = said.on_conflict_do_update(
            index_elements=["key"],
            set_={name: said.excluded[name] for name in ("holder", "until", "far", "at")},
            where=func.json_extract(handovers.c.far, "$.taken").is_(None),
        )
        await self._writer.run(lambda transaction: _stored(stored, key, rows, transaction))

    async def forget_letters(self, before: datetime) -> None:
        """Remove how far letters are of which nothing was said since an instant, and list letters sent before it."""
        old = {"before": before}
        if await self._reader.first(ANY_OLD, old) or await self._reader.first(ANY_OLD_LIST, old):
            await self._writer.run(partial(_forget, before))


def _progress(row: Row[Any], holder: str, now: datetime) -> LetterProgress:
    elsewhere = row.until is not None and row.until > now and row.holder != holder
    return LetterProgress.model_validate_json(row.far).model_copy(update={"elsewhere": elsewhere, "known": True})


def _stored(said: Insert, key: str, rows: Sequence[str], transaction: Connection) -> bool:
    """Store how a letter stands, and what it holds; return whether that was stored."""
    done = bool(transaction.execute(said).rowcount)
    if done and rows:
        transaction.execute(HOLDS, [{"row": row, "letter": key} for row in rows])
    return done


def _forget(before: datetime, transaction: Connection) -> None:
    old = {"before": before}
    transaction.execute(delete(letter_rows).where(letter_rows.c.letter.in_(select(handovers.c.key).where(OLD))), old)
    transaction.execute(delete(handovers).where(OLD), old)
    transaction.execute(delete(list_letters).where(OLD_LIST), old)


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
    if transaction.execute(LOST).first() is not None:  # hardly ever: it takes a letter nobody could deliver
        transaction.execute(FOUND, {"keys": [receipt.key for receipt in kept]})
