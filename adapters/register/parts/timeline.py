"""The timelines of cases: their entries, and the row of each case that moves forward with them."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, false, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, timeline
from domain.case.summary import Record, Summary
from domain.events import Entry


class UnknownCase(LookupError):
    """Raised when the register has no row for a case: it was never filed here, or the file is an older copy."""


class TimelinePart(RegisterPart):
    """The store of timelines."""

    async def append(self, record: Record) -> None:
        """Insert entries (ignored if case, epoch and sequence are known) and move the case's row forward, never back.

        Raises:
            UnknownCase: no report opened this case here.

        """
        await self._writer.run(partial(append, record))


# Built once, as it runs with every decision. A newer summary of the same sequence replaces the row, since the next wake
# can change without an entry.
MOVE = (
    update(cases)
    .where(
        cases.c.case_id == bindparam("of_case"),
        tuple_(cases.c.epoch, cases.c.seq) <= tuple_(bindparam("to_epoch"), bindparam("to_seq")),
    )
    .values({name: bindparam(f"new_{name}") for name in (
        "epoch", "seq", "stage", "level", "lead", "topic", "district", "overdue", "units", "owners", "summary",
    )})
)  # fmt: skip
CLOSE = update(cases).where(cases.c.case_id == bindparam("of_case")).values(running=false())
ADD = insert(timeline).on_conflict_do_nothing(index_elements=["case_id", "epoch", "seq"])


def append(record: Record, transaction: Connection) -> None:
    """Add a record within a transaction.

    Raises:
        UnknownCase: no report opened this case here.

    """
    summary = record.summary
    moved = transaction.execute(MOVE, _row(summary)).rowcount
    if not moved:
        _check_known(transaction, summary.case_id)
    elif summary.closed_at is not None:
        # Only in this direction: a case that runs again must not take its claim back from a newer case.
        transaction.execute(CLOSE, {"of_case": summary.case_id})
    if record.entries:
        transaction.execute(ADD, [_line(summary, entry) for entry in record.entries])


def _check_known(transaction: Connection, case_id: str) -> None:
    if transaction.execute(select(cases.c.case_id).where(cases.c.case_id == case_id)).first() is None:
        raise UnknownCase(f"no case {case_id} in the register")


def _row(summary: Summary) -> dict[str, Any]:
    return {
        "of_case": summary.case_id,
        "to_epoch": summary.epoch,
        "to_seq": summary.seq,
        "new_epoch": summary.epoch,
        "new_seq": summary.seq,
        "new_stage": summary.stage,
        "new_level": summary.level,
        "new_lead": summary.lead,
        "new_topic": summary.topic,
        "new_district": summary.district,
        "new_overdue": summary.overdue,
        "new_units": json.dumps(summary.units),
        "new_owners": json.dumps([debt.unit for debt in summary.debts]),
        "new_summary": summary.model_dump_json(),
    }


def _line(summary: Summary, entry: Entry) -> dict[str, Any]:
    return {
        "case_id": summary.case_id,
        "epoch": summary.epoch,
        "seq": entry.seq,
        "at": entry.at,
        "kind": entry.event.kind,
        "by": entry.by.model_dump_json() if entry.by else None,
        "event": entry.event.model_dump_json(),
    }
