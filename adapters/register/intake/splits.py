"""Splits: reports that a rule has joined to a case wrongly are taken out of it again, and get a case of their own.

A split is reserved before the case hears of it, with the number of the new case, and made in the transaction that
appends the case's entry of it: what stands on the timeline is done. Of a closed case no workflow hears.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, insert, or_, select, true, update

from adapters.register.engine.claim_tables import splits
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, numbers, reports
from adapters.register.intake.apart import APART
from adapters.register.intake.case_assignment import case_like, next_number, open_case_of
from adapters.register.intake.claim_index import digest_of, move_claim, owner_now
from adapters.register.intake.counting import move_sources, recount, spread_of
from adapters.register.intake.report_rows import filing_of
from domain.case_number import case_number
from domain.decisions import SplitCase
from domain.decisions.base import MOST_SPLIT
from domain.errors import Unfit, Unknown
from domain.events import Entry, ReportSplit
from domain.ports.rows import WantedSplit
from domain.reports.report import IncomingReport, Match

log = structlog.get_logger(__name__)

_REPORT = select(reports).where(reports.c.report_id == bindparam("report"))
_NUMBER_OF = select(cases.c.number).where(cases.c.case_id == bindparam("of_case"))
_OF_DECISION = select(splits).where(splits.c.update_id == bindparam("of_update"))
_TO = select(splits).where(splits.c.to_case == bindparam("to"))
_OF_WORDING = (splits.c.from_case == bindparam("of_case"), splits.c.wording == bindparam("of_wording"))
_UNDER_WAY = select(splits.c.number).where(*_OF_WORDING, ~splits.c.made)
_MADE = update(splits).where(splits.c.to_case == bindparam("to")).values(made=true())
_FREE = delete(splits).where(splits.c.update_id == bindparam("of_update"), ~splits.c.made).returning(splits.c.number)
_GIVE_BACK = (
    update(numbers)
    .where(numbers.c.year == bindparam("of_year"), numbers.c.last == bindparam("serial"))
    .values(last=numbers.c.last - 1)
)


class SplitPart(RegisterPart):
    """The store of splits."""

    async def reserve_split(self, wanted: WantedSplit) -> SplitCase:
        """Reserve that the reports of one wording leave a case, with the number of the case they get.

        The same decision may ask again. The reservation ends when the decision is refused (`finish`).

        Raises:
            Unknown: the report is not of that case.
            Unfit: it is what the case is about, was taken out before, or is about to be.

        """
        return await self._writer.run(partial(_reserve, wanted))

    async def split_closed(self, update_id: str) -> None:
        """Make a reserved split of a case whose workflow has ended, and so writes no entry of it; twice has one effect.

        Raises:
            LookupError: nothing is reserved for the decision.

        """
        await self._writer.run(partial(_split_closed, update_id))

    async def split_to(self, update_id: str) -> str | None:
        """Return the case that the reports of a split have got; None if it was not made."""
        row = await self._reader.first(_OF_DECISION, {"of_update": update_id})
        return row.to_case if row is not None and row.made else None


def compared_anew(transaction: Connection, filing: IncomingReport) -> IncomingReport:
    """Return a report with what it joins by rule as of now: splits may have been made since it was compared.

    The wording it is like may be another case's by now, and a case it was taken out of is joined no more.
    """
    if filing.like is None:
        return filing
    owner = owner_now(transaction, filing.like.case_id, filing.like_wording)
    moved = filing.model_copy(update={"like": filing.like.model_copy(update={"case_id": owner})})
    apart = {row.case_id for row in transaction.execute(APART, {"of_wording": digest_of(filing.folded)})}
    joined = case_like(transaction, moved) if apart else None
    if owner in apart or (joined is not None and joined.case_id in apart):
        return filing.model_copy(update={"like": None})
    return moved


def make_of_entry(transaction: Connection, case_id: str, entry: Entry) -> None:
    """Make the split that an entry tells of, unless it has been made: the entry of a split is appended with it."""
    if not isinstance(entry.event, ReportSplit):
        return
    said = entry.event
    if transaction.execute(_TO, {"to": said.case_id}).first() is None:  # in a copy of the register from before
        report = transaction.execute(_REPORT, {"report": said.reports[0]}).first()
        row = {
            "to_case": said.case_id,
            "number": said.number,
            "from_case": case_id,
            "report_id": said.reports[0],
            "wording": report.wording if report else None,
            "claim_key": report.claim_key if report else None,
            "reason": said.reason,
            "asked_at": entry.at,
            "made": False,
        }
        transaction.execute(insert(splits), row)
    _make(transaction, said.case_id)


def free(transaction: Connection, update_id: str) -> None:
    """Drop what was reserved for a decision that was refused; its number goes back if it was the last one given."""
    gone = transaction.execute(_FREE, {"of_update": update_id}).first()
    number = case_number(gone.number) if gone is not None else None
    if number is not None:
        transaction.execute(_GIVE_BACK, {"of_year": number.year, "serial": number.serial})


def _reserve(wanted: WantedSplit, transaction: Connection) -> SplitCase:
    row = transaction.execute(_OF_DECISION, {"of_update": wanted.update_id}).first()
    if row is None:
        report = _fitting(wanted, transaction)
        row_values = {
            "to_case": wanted.to_case,
            "number": next_number(transaction, wanted.year),
            "from_case": wanted.case_id,
            "report_id": wanted.report_id,
            "update_id": wanted.update_id,
            "wording": digest_of(wanted.folded),
            "claim_key": report.claim_key,
            "reason": wanted.reason,
            "asked_at": wanted.at,
            "made": False,
        }
        transaction.execute(insert(splits), row_values)
        row = transaction.execute(_OF_DECISION, {"of_update": wanted.update_id}).one()
    return _decided(row, transaction)


def _fitting(wanted: WantedSplit, transaction: Connection) -> Row[Any]:
    """Return the report that is to leave its case, if it may."""
    report = transaction.execute(_REPORT, {"report": wanted.report_id}).first()
    if report is not None and report.split is not None and report.case_id != wanted.case_id:
        made = transaction.execute(_TO, {"to": report.split}).first()
        if made is not None and made.from_case == wanted.case_id:
            raise Unfit("split_already", report=wanted.report_id, number=made.number)
    if report is None or report.case_id != wanted.case_id:
        number = transaction.scalar(_NUMBER_OF, {"of_case": wanted.case_id}) or ""
        raise Unknown("no_such_report_here", report=wanted.report_id, number=number)
    if report.opens:
        raise Unfit("split_first_report", report=wanted.report_id)
    wording = digest_of(wanted.folded)
    same = _same(wanted.case_id, wording, report)
    if transaction.scalar(select(exists().where(same, reports.c.opens))):
        raise Unfit("split_same_words", report=wanted.report_id)
    of = {"of_case": wanted.case_id, "of_wording": wording}
    if (under_way := transaction.scalar(_UNDER_WAY, of)) is not None:
        raise Unfit("split_under_way", report=wanted.report_id, number=under_way)
    return report


def _same(case_id: str, wording: str | None, report: Row[Any]) -> ColumnElement[bool]:
    """Return the condition of the reports of a case with the wording of one; of older ones only the text is known."""
    alike = [reports.c.report_id == report.report_id, reports.c.text == report.text]
    alike += [reports.c.wording == wording] if wording else []
    alike += [reports.c.claim_key == report.claim_key] if report.claim_key else []
    return (reports.c.case_id == case_id) & or_(*alike)


def _decided(row: Row[Any], transaction: Connection) -> SplitCase:
    """Return what a case is told of a split: which reports leave it, and what it then still counts."""
    report = transaction.execute(_REPORT, {"report": row.report_id}).one()
    leaving = _same(row.from_case, row.wording, report)
    gone = or_(leaving, reports.c.split == row.to_case)
    first = (reports.c.report_id != row.report_id, reports.c.position)
    listed = transaction.scalars(select(reports.c.report_id).where(gone).order_by(*first).limit(MOST_SPLIT)).all()
    moved = transaction.execute(select(spread_of(gone)["sightings"])).scalar_one()
    staying = (reports.c.case_id == row.from_case) & ~leaving
    left = transaction.execute(select(*(one.label(name) for name, one in spread_of(staying).items()))).one()
    return SplitCase(
        case_id=row.to_case,
        number=row.number,
        reports=tuple(listed),
        moved=moved,
        count=left.sightings,
        districts=left.districts,
        channels=left.channels,
    )


def _split_closed(update_id: str, transaction: Connection) -> None:
    row = transaction.execute(_OF_DECISION, {"of_update": update_id}).first()
    if row is None:
        raise LookupError(f"no split is reserved for {update_id}")
    _make(transaction, row.to_case)


def _make(transaction: Connection, to_case: str) -> None:
    row = transaction.execute(_TO, {"to": to_case}).one()
    report = transaction.execute(_REPORT, {"report": row.report_id}).first()
    if row.made:
        return
    transaction.execute(_MADE, {"to": to_case})
    if report is None or report.case_id != row.from_case:
        log.error("register.split_report_missing", case_id=row.from_case, report_id=row.report_id)
        return
    _open(transaction, row, report)
    of_wording = _same(row.from_case, row.wording, report)
    moved = transaction.scalars(select(reports.c.report_id).where(of_wording).order_by(reports.c.position)).all()
    others = [one for one in moved if one != row.report_id]
    _unname(transaction, of_wording)
    move_sources(transaction, row.from_case, to_case, of_wording, row.asked_at)
    into = {"case_id": to_case, "split": to_case, "known": None, "owed": False}
    transaction.execute(update(reports).where(of_wording).values(into | {"match": Match.EXACT, "opens": False}))
    opener = {"match": Match.NEW if report.claim_key else Match.SHORT, "opens": True, "owed": True}
    transaction.execute(update(reports).where(reports.c.report_id == row.report_id).values(opener))
    if others:  # by the last of them the new case hears of all
        transaction.execute(update(reports).where(reports.c.report_id == others[-1]).values(owed=True))
    if row.wording:
        move_claim(transaction, row.wording, row.from_case, to_case)
    for case_id in (row.from_case, to_case):
        recount(transaction, case_id)


def _open(transaction: Connection, row: Row[Any], report: Row[Any]) -> None:
    """Open the case a report gets of its own; where the claim has a running case meanwhile, that keeps the claim."""
    taken = (cases.c.claim_key == report.claim_key) & cases.c.running
    held = report.claim_key is not None and transaction.scalar(select(exists().where(taken)))
    given = transaction.scalar(select(exists().where(cases.c.number == row.number)))
    claim = {"claim_key": None} if held else {}
    filing = filing_of(report).model_copy(update={"case_id": row.to_case, "accepted_at": row.asked_at, **claim})
    open_case_of(transaction, filing, None if given else row.number)


def _unname(transaction: Connection, moved: ColumnElement[bool]) -> None:
    """Let the case hear by its next sighting of the joins that one of the reports that leave it was still to name."""
    named = select(reports.c.report_id).where(moved, reports.c.owed)
    transaction.execute(update(reports).where(reports.c.named_with.in_(named)).values(named_with=None))
