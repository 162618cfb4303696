"""Decisions in the register: each is written whole before its Update, and its outcome after."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Integer, Row, Text, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, cursors, decisions, merge_reservations
from adapters.register.intake.splits import free
from adapters.register.parts.timeline import AT, append
from domain.case.answer import Answer
from domain.decisions import Actor
from domain.errors import KeyReused
from domain.ports.rows import BegunDecision, DecisionRow
from domain.runs import RunStatus, begun_with
from domain.values import TimelinePosition

KEPT_WITHIN = timedelta(seconds=10)
"""How long after a decision the case is asked for its whole state."""
KEEP_LATER = (
    update(cursors)
    .where(cursors.c.case_id == bindparam("of_case"), cursors.c.keep_at.is_(None))
    .values(keep_at=bindparam("later"))
)
WORDED = (
    update(decisions)
    .where(
        decisions.c.update_id == bindparam("of_update"), ~decisions.c.wording.contains(bindparam("of_text", type_=Text))
    )
    .values(wording=decisions.c.wording + bindparam("of_text", type_=Text) + "\n")
)
BEGIN = insert(decisions).on_conflict_do_nothing(index_elements=["update_id"])
TAKEN = bindparam("new_seq", type_=Integer).is_not(None)
# The outcome of an accepted decision stays. It replaces a refusal, since a refused decision may be sent again.
FINISH = (
    update(decisions)
    .where(
        decisions.c.update_id == bindparam("of_update"),
        or_(decisions.c.outcome.is_(None), and_(decisions.c.seq.is_(None), TAKEN)),
    )
    .values(outcome=bindparam("new_outcome"), seq=bindparam("new_seq"))
    .returning(decisions.c.created_at)
)
_MERGES = (  # those that were made, and those that may be made any moment
    select(cases.c.case_id, cases.c.merged_into.label("into_case"))
    .where(cases.c.merged_into.is_not(None))
    .union_all(select(merge_reservations.c.case_id, merge_reservations.c.into_case))
    .subquery()
)
_REACHED = select(bindparam("into", type_=Text).label("case_id")).cte("reached", recursive=True)
_REACHED = _REACHED.union(select(_MERGES.c.into_case).join(_REACHED, _MERGES.c.case_id == _REACHED.c.case_id))
LEADS_BACK = select(_REACHED.c.case_id).where(_REACHED.c.case_id == bindparam("of_case"))
RESERVE = insert(merge_reservations).on_conflict_do_nothing(index_elements=["update_id"])
FREE = delete(merge_reservations).where(merge_reservations.c.update_id == bindparam("of_update"))


class DecisionPart(RegisterPart):
    """The store of whole decisions, so that one a crash interrupted can be sent again."""

    async def begin(self, decision: DecisionRow) -> BegunDecision:
        """Write a decision before its Update, unless its id is known.

        Raises:
            KeyReused: the id is known with another body.

        """
        return await self._writer.run(partial(_begin, decision))

    async def worded(self, update_id: str, digest: str) -> None:
        """Keep the digest of the fixed text a decision is about to be sent with, beside those of before."""
        values = {"of_update": update_id, "of_text": digest}
        await self._writer.run(lambda transaction: transaction.execute(WORDED, values))

    async def finish(self, update_id: str, outcome: str, answer: Answer | None) -> None:
        """Write a decision's outcome; if there is an answer, append its entries in the same transaction."""
        await self._writer.run(partial(_finish, update_id, outcome, answer))

    async def reserve_merge(self, update_id: str, case_id: str, into: str) -> bool:
        """Reserve, for a decision, that a case is merged into another; return whether no circle closes with it.

        Two officers who merge two cases into each other at once are in two workflows; here one comes after the other.
        """
        return await self._writer.run(partial(_reserve, update_id, case_id, into))

    async def decided(self, case_id: str) -> list[DecisionRow]:
        """Return the decisions people have sent to a case, except those it refused."""
        standing = or_(decisions.c.outcome.is_(None), decisions.c.outcome == "done")
        rows = await self._reader.rows(select(decisions).where(decisions.c.case_id == case_id, standing))
        return [_decision(row) for row in rows]

    async def unfinished(self, before: datetime, limit: int) -> list[DecisionRow]:
        """Return decisions without outcome, begun before an instant.

        The order is random, so that one that never finishes holds up no other.
        """
        rows = await self._reader.rows(
            select(decisions)
            .where(decisions.c.outcome.is_(None), decisions.c.created_at < before)
            .order_by(func.random())
            .limit(limit)
        )
        return [_decision(row) for row in rows]


def _reserve(update_id: str, case_id: str, into: str, transaction: Connection) -> bool:
    if transaction.execute(LEADS_BACK, {"of_case": case_id, "into": into}).first():
        return False
    transaction.execute(RESERVE, {"update_id": update_id, "case_id": case_id, "into_case": into})
    return True


def _begin(decision: DecisionRow, transaction: Connection) -> BegunDecision:
    row = transaction.execute(AT, {"of_case": decision.case_id}).first()
    earlier = _store(decision, transaction)
    if row is None:
        return BegunDecision(earlier=earlier)
    at = TimelinePosition(epoch=row.epoch, seq=row.seq, head=row.head)
    return BegunDecision(earlier=earlier, recorded=at, chain=row.chain or begun_with(row.nonce), run=RunStatus(row.run))


def _store(decision: DecisionRow, transaction: Connection) -> DecisionRow | None:
    row = decision.model_dump() | {"actor": decision.actor.model_dump_json()}
    if transaction.execute(BEGIN, row).rowcount:
        return None
    stored = transaction.execute(select(decisions).where(decisions.c.update_id == decision.update_id)).one()
    if stored.body_digest != decision.body_digest:
        raise KeyReused(f"decision {decision.update_id} came back with another body")
    if stored.seq is not None:
        return _decision(stored)
    # Said again by whoever the person is now. Its outcome is open, and the sweep makes sure that it gets one.
    said_now: dict[str, Any] = {"outcome": None, "actor": row["actor"]}
    if stored.outcome is not None:
        said_now["created_at"] = row["created_at"]
    if stored.actor != row["actor"] or stored.outcome is not None:  # a code proves one attempt of the person of then
        said_now["second_factor"] = False
    transaction.execute(update(decisions).where(decisions.c.update_id == stored.update_id).values(said_now))
    return DecisionRow.model_validate(_decision(stored).model_dump() | said_now | {"actor": decision.actor})


def _finish(update_id: str, outcome: str, answer: Answer | None, transaction: Connection) -> None:
    seq = answer.seq if answer else None
    begun = transaction.execute(FINISH, {"of_update": update_id, "new_outcome": outcome, "new_seq": seq}).first()
    transaction.execute(FREE, {"of_update": update_id})
    if answer is None:
        free(transaction, update_id)
    else:
        append(answer.record, transaction)
        if begun is not None:
            transaction.execute(KEEP_LATER, {"of_case": answer.case_id, "later": begun.created_at + KEPT_WITHIN})


def _decision(row: Row[Any]) -> DecisionRow:
    return DecisionRow.model_validate(dict(row._mapping) | {"actor": Actor.model_validate_json(row.actor)})
