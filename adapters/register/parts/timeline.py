"""The timelines of cases: chains of entries, the cursor at the end of each, and the case's row that moves with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, false, func, select, true, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, cursors, reports, timeline
from adapters.register.intake.baskets import take_entry
from adapters.register.intake.splits import make_of_entry
from adapters.register.parts.access.readers import note_readers
from domain.case.summary import Record, Summary
from domain.events import CancelRefused, Entry
from domain.events.chain import hash_of
from domain.runs import RunAlarm
from domain.values import TimelinePosition

log = structlog.get_logger(__name__)


class UnknownCase(LookupError):
    """Raised when the register has no row for a case: it was never filed here, or the file is an older copy."""


class TimelinePart(RegisterPart):
    """The store of timelines."""

    async def append(self, record: Record) -> TimelinePosition:
        """Add the entries that follow the timeline and move the case's row forward, never back; return where it ends.

        Entries the register has are ignored. If some are missing in between, or others stand in their place, none is
        added, and the case is marked to be asked.

        Raises:
            UnknownCase: no report opened this case here.

        """
        return await self._writer.run(partial(append, record))


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
        "merged_into",
    )})
)  # fmt: skip
CLOSE = update(cases).where(cases.c.case_id == bindparam("of_case"), cases.c.running).values(running=false())
CAME_LATE = (  # counted after the case had ended, as the register did not know: they are to find a new home
    update(reports)
    .where(reports.c.case_id == bindparam("of_case"), ~reports.c.opens, reports.c.accepted_at > bindparam("ended_at"))
    .values(owed=true())
)
ADD = insert(timeline).on_conflict_do_nothing(index_elements=["case_id", "epoch", "seq"])
AT = (
    select(*(cursors.c[name] for name in ("epoch", "seq", "head", "chain", "nonce", "run")), cases.c.stage)
    .join(cases, cases.c.case_id == cursors.c.case_id)
    .where(cursors.c.case_id == bindparam("of_case"))
)
HASH = select(timeline.c.hash).where(
    timeline.c.case_id == bindparam("of_case"),
    timeline.c.epoch == bindparam("of_epoch"),
    timeline.c.seq == bindparam("of_seq"),
)
ADVANCE = (
    update(cursors)
    .where(cursors.c.case_id == bindparam("of_case"))
    .values(
        epoch=bindparam("to_epoch"), seq=bindparam("to_seq"), head=bindparam("to_head"), wake_at=bindparam("to_wake")
    )
)
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""The instant from which a case is to be asked at once: the clocks of two machines need not agree on the present."""
MARK = (
    update(cursors)
    .where(cursors.c.case_id == bindparam("of_case"))
    .values(ask_at=AT_ONCE, marks=cursors.c.marks + 1, tries=0)
)


TELL = (  # a lost workflow is the graver news
    update(cursors)
    .where(cursors.c.case_id == bindparam("of_case"), cursors.c.alarm.is_(None))
    .values(alarm=RunAlarm.CANCEL_REFUSED)
)


BELONG = (
    update(cursors)
    .where(
        cursors.c.case_id == bindparam("of_case"),
        cursors.c.chain == "",
        cursors.c.nonce.in_(("", func.coalesce(bindparam("of_nonce"), cursors.c.nonce))),
    )
    .values(chain=bindparam("to_chain"), nonce="")
)


def belong(case_id: str, chain: str, transaction: Connection, nonce: str | None = None) -> None:
    """Record the first run of a case, unless one is known, or another nonce was chosen for it.

    None: the desk has started that very run.
    """
    transaction.execute(BELONG, {"of_case": case_id, "to_chain": chain, "of_nonce": nonce})


def append(record: Record, transaction: Connection, *, whole: bool = False) -> TimelinePosition:
    """Add a record within a transaction; see `TimelinePart.append`.

    `whole` is whether it holds all the case keeps: entries that are missing then are lost, and the rest is added behind
    the gap. The case was told that an earlier register had them.

    Raises:
        UnknownCase: no report opened this case here.

    """
    summary = record.summary
    row = transaction.execute(AT, {"of_case": summary.case_id}).first()
    if row is None:
        raise UnknownCase(f"no case {summary.case_id} in the register")
    at = _begin(record, TimelinePosition(epoch=row.epoch, seq=row.seq, head=row.head), whole=whole)
    note_readers(summary, record.entries, transaction)
    ends = False
    if transaction.execute(MOVE, _row(summary)).rowcount and summary.closed_at is not None:
        # Only in this direction: a case that runs again must not take its claim back from a newer case.
        ends = bool(transaction.execute(CLOSE, {"of_case": summary.case_id}).rowcount)
        transaction.execute(CAME_LATE, {"of_case": summary.case_id, "ended_at": summary.closed_at})
    end = _add(record, at, transaction)
    # Its whole state is kept at each stage and at its end, and comes with the answer to a question only.
    kept = row.stage == summary.stage and not ends
    if not (kept and _stands(record.position, end, transaction, summary.case_id)):
        transaction.execute(MARK, {"of_case": summary.case_id})
    return end


def _begin(record: Record, at: TimelinePosition, *, whole: bool) -> TimelinePosition:
    """Return behind which position entries are added: `at`, the begin of another epoch, or the end of a gap."""
    first, reached = record.entries[0] if record.entries else None, record.position
    if first is not None and reached.epoch > at.epoch:
        return TimelinePosition(epoch=reached.epoch, seq=first.seq - 1, head=first.previous)
    if not whole or reached.epoch != at.epoch or reached.seq <= at.seq:
        return at
    if first is None:
        gap = reached
    elif first.seq > at.seq + 1:
        gap = TimelinePosition(epoch=at.epoch, seq=first.seq - 1, head=first.previous)
    else:
        return at
    log.error("register.entries_lost", case_id=record.summary.case_id, after=at.seq, up_to=gap.seq)
    return gap


def _add(record: Record, at: TimelinePosition, transaction: Connection) -> TimelinePosition:
    """Add the entries that follow a position and move the cursor; return where the timeline then ends."""
    summary = record.summary
    following = list(_following(record.entries, at)) if summary.epoch == at.epoch else []
    end = following[-1][0] if following else at
    if following:
        transaction.execute(ADD, [_line(summary, entry, stored, end) for end, entry, stored in following])
        if any(isinstance(entry.event, CancelRefused) for _, entry, _ in following):
            transaction.execute(TELL, {"of_case": summary.case_id})
        for _, entry, _ in following:
            make_of_entry(transaction, summary.case_id, entry)
            take_entry(transaction, summary.case_id, entry)
    if end.seq <= record.position.seq:
        values = {"to_epoch": end.epoch, "to_seq": end.seq, "to_head": end.head, "to_wake": summary.next_wake}
        transaction.execute(ADVANCE, {"of_case": summary.case_id} | values)
    return end


def _stands(reached: TimelinePosition, end: TimelinePosition, transaction: Connection, case_id: str) -> bool:
    """Return whether the register has the timeline up to `reached`; `end` is where it ends."""
    if reached.epoch != end.epoch or reached.seq > end.seq:
        return False
    if reached.seq == end.seq:
        return reached.head == end.head
    return reached.head == transaction.scalar(HASH, {"of_case": case_id, "of_epoch": end.epoch, "of_seq": reached.seq})


def _following(entries: Iterable[Entry], at: TimelinePosition) -> Iterable[tuple[TimelinePosition, Entry, str]]:
    """Yield the entries that follow a position one after another, with where each ends and how it is stored."""
    for entry in entries:
        if entry.seq <= at.seq:
            continue
        if entry.seq != at.seq + 1 or entry.previous != at.head:
            return
        at = TimelinePosition(epoch=at.epoch, seq=entry.seq, head=hash_of(entry.stored))
        yield at, entry, entry.stored.decode()


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
        "new_merged_into": summary.original.case_id if summary.original else None,
    }


def _line(summary: Summary, entry: Entry, stored: str, end: TimelinePosition) -> dict[str, Any]:
    return {
        "case_id": summary.case_id,
        "epoch": summary.epoch,
        "seq": entry.seq,
        "at": entry.at,
        "kind": entry.event.kind,
        "entry": stored,
        "hash": end.head,
    }
