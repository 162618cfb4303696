"""The codes for signatures: stored as digests, spent once, counted for as long as a limit needs it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from adapters.register.engine.access_tables import code_uses, codes
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import decisions
from domain.access.signing_codes import ASKING, REMEMBERED, CapReached, Code, CodeTry, Use, held, just_made, tried


class SigningCodePart(RegisterPart):
    """The store of one code per case and person, and of when codes were requested and wrongly tried."""

    async def keep_code(self, code: Code) -> Code | CapReached:
        """Store a code in place of the last one and count it; return it.

        If a code was just made, that one is returned instead; if a limit is reached, that.
        """
        return await self._writer.run(partial(_keep, code))

    async def code_sent(self, code: Code) -> None:
        """Record that the channel took the letter, and until when the code is valid, unless it is gone by now."""
        await self._writer.run(partial(_sent, code))

    async def drop_code(self, code: Code) -> None:
        """Remove a code and its count, if it is still there."""
        await self._writer.run(partial(_drop, code))

    async def spend_code(
        self, case_id: str, person: str, digest: str, now: datetime, update_id: str
    ) -> CodeTry | CapReached:
        """Try a code: the right one is spent on one decision, in the same transaction; each wrong one is counted."""
        return await self._writer.run(partial(_spend, case_id, person, digest, now, update_id))


def _keep(code: Code, transaction: Connection) -> Code | CapReached:
    last = _code(transaction, code.case_id, code.person)
    if last is not None and just_made(last, code.made_at):
        return last
    if at_cap := held(_uses(transaction, code.case_id, code.person, Use.ASKED), ASKING, code.made_at):
        return at_cap
    row = code.model_dump()
    transaction.execute(
        insert_or(codes).values(row).on_conflict_do_update(index_elements=["case_id", "person"], set_=row)
    )
    _count(transaction, code.case_id, code.person, Use.ASKED, code.made_at)
    return code


def _sent(code: Code, transaction: Connection) -> None:
    transaction.execute(update(codes).where(*_this(code)).values(sent=True, expires_at=code.expires_at))


def _drop(code: Code, transaction: Connection) -> None:
    if transaction.execute(delete(codes).where(*_this(code))).rowcount:
        counted = (*_own(code_uses, code.case_id, code.person), code_uses.c.use == Use.ASKED)
        transaction.execute(delete(code_uses).where(*counted, code_uses.c.at == code.made_at))


def _spend(
    case_id: str, person: str, digest: str, now: datetime, update_id: str, transaction: Connection
) -> CodeTry | CapReached:
    known = select(decisions.c.second_factor).where(decisions.c.update_id == update_id)
    if transaction.execute(known).scalar():  # the same decision, sent twice at once: the other has spent it
        return CodeTry.RIGHT
    wrong = _uses(transaction, case_id, person, Use.WRONG)
    outcome = tried(_code(transaction, case_id, person), digest, wrong, now)
    own = _own(codes, case_id, person)
    if outcome is CodeTry.RIGHT:
        transaction.execute(delete(codes).where(*own))
        transaction.execute(update(decisions).where(decisions.c.update_id == update_id).values(second_factor=True))
    elif outcome is CodeTry.WRONG:
        transaction.execute(update(codes).where(*own).values(tries=codes.c.tries - 1))
        _count(transaction, case_id, person, Use.WRONG, now)
    return outcome


def _code(transaction: Connection, case_id: str, person: str) -> Code | None:
    row = transaction.execute(select(codes).where(*_own(codes, case_id, person))).one_or_none()
    return None if row is None else Code.model_validate(dict(row._mapping))


def _uses(transaction: Connection, case_id: str, person: str, use: Use) -> list[datetime]:
    question = select(code_uses.c.at).where(*_own(code_uses, case_id, person), code_uses.c.use == use)
    return list(transaction.execute(question).scalars())


def _count(transaction: Connection, case_id: str, person: str, use: Use, at: datetime) -> None:
    transaction.execute(delete(code_uses).where(code_uses.c.at <= at - REMEMBERED))
    transaction.execute(insert(code_uses).values(case_id=case_id, person=person, use=use, at=at))


def _own(table: Any, case_id: str, person: str) -> tuple[ColumnElement[bool], ...]:
    return (table.c.case_id == case_id, table.c.person == person)


def _this(code: Code) -> tuple[ColumnElement[bool], ...]:
    return (*_own(codes, code.case_id, code.person), codes.c.digest == code.digest, codes.c.made_at == code.made_at)
