"""The intake of reports: each is stored, matched and counted in one transaction, and pending until handed over."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, false, func, insert, select, true, update

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, cursors, reports
from adapters.register.parts.case_assignment import (
    AssignedCase,
    SightingCounts,
    count_report,
    find_case,
    leave_case,
    open_case_of,
)
from adapters.register.parts.timeline import MARK, belong
from domain.decisions import CaseOrigin, Sighting
from domain.errors import KeyReused
from domain.reports.report import (
    FiledReport,
    IncomingReport,
    KnownRebuttal,
    Match,
    PendingHandover,
    Report,
    ReportReceipt,
)
from domain.runs import RunStatus
from domain.vocabulary import Level

JOINED = (Match.EXACT, Match.KNOWN)

_STORED = select(reports, cases.c.number, cases.c.claim, cases.c.level.label("case_level"), cases.c.running).join(
    cases, cases.c.case_id == reports.c.case_id
)
_BY_KEY = _STORED.where(reports.c.key == bindparam("key"))
_BY_ID = _STORED.where(reports.c.report_id == bindparam("report_id"))
_ANSWERS = and_(cursors.c.run == RunStatus.RUNNING, cursors.c.problem.is_(None))
_BY_UNITS = reports.c.channel != "public"
_URGENT = reports.c.level == Level.RED
_IN_TURN = func.row_number().over(partition_by=(reports.c.channel, reports.c.level), order_by=reports.c.position)
_OWED = (
    _STORED.outerjoin(cursors, cursors.c.case_id == reports.c.case_id)
    .where(reports.c.owed)
    .order_by(_ANSWERS.desc(), _IN_TURN, _BY_UNITS.desc(), _URGENT.desc(), reports.c.position)
)
"""Round by round one of each channel and level, units and red ones first: whoever sends much delays only the own.

Those of cases that do not answer come last.
"""
_TOLD = update(reports).where(reports.c.report_id == bindparam("of_report"), reports.c.owed).values(owed=false())
_STORE = insert(reports)
_OWE_OPENING = update(reports).where(reports.c.case_id == bindparam("of_case"), reports.c.opens).values(owed=true())


class ReportPart(RegisterPart):
    """The store of reports, and of which of them are still to be handed over to their case."""

    async def file(self, filing: IncomingReport) -> FiledReport:
        """Store a report, match it and assign its case, in one transaction.

        Raises:
            KeyReused: the key is known with another body.

        """
        return await self._writer.run(partial(_file, filing))

    async def pending(self, limit: int) -> list[PendingHandover]:
        """Return the reports still to be handed over, in turn by channel and level, and the oldest of each first.

        Those of cases that do not answer come last.
        """
        rows = await self._reader.rows(_OWED.limit(limit))
        return [_handover_of(row) for row in rows]

    async def handed_over(self, report_id: str, chain: str = "") -> None:
        """Record that the case has got a report; it is then asked what has become of it."""
        await self._writer.run(partial(_handed_over, report_id, chain))

    async def owe_opening(self, case_id: str) -> None:
        """Have the first report of a case handed over once more: nothing has been heard of the case since."""
        await self._writer.run(lambda transaction: transaction.execute(_OWE_OPENING, {"of_case": case_id}))

    async def reassign(self, report_id: str, case_id: str, year: int, now: datetime) -> PendingHandover | None:
        """Assign a new case to a report whose case was over when the report reached it.

        Return None if there is nothing left to hand over: the report was handed over already, or its claim has a
        published answer. A report that another process has rehomed meanwhile is not moved again. If the claim has got a
        new running case, the report joins that one.

        Raises:
            LookupError: no such report is stored.

        """
        return await self._writer.run(partial(_reassign, report_id, case_id, year, now))

    async def report(self, report_id: str) -> tuple[IncomingReport, str] | None:
        """Return a stored report and the id of its case, or None.

        The case may differ from the one first offered for the report.
        """
        row = await self._reader.first(select(reports).where(reports.c.report_id == report_id))
        return None if row is None else (_filing(row), row.case_id)


def _file(filing: IncomingReport, transaction: Connection) -> FiledReport:
    stored = transaction.execute(_BY_KEY, {"key": filing.key}).first()
    if stored is not None:
        return _again(stored, filing)
    assigned = find_case(transaction, filing.claim_key) or open_case_of(transaction, filing)
    spread = count_report(transaction, assigned.case_id, filing.report.place, filing.report.channel)
    owed = assigned.match is not Match.KNOWN and spread.reaches_case
    transaction.execute(_STORE, _columns(filing) | _place_in(assigned, spread) | {"owed": owed, "rehomed": False})
    row = transaction.execute(_BY_ID, {"report_id": filing.report_id}).one()
    return FiledReport(receipt=_receipt(row), handover=_handover_of(row) if owed else None)


def _handed_over(report_id: str, chain: str, transaction: Connection) -> None:
    if transaction.execute(_TOLD, {"of_report": report_id}).rowcount:
        case_id = transaction.execute(_BY_ID, {"report_id": report_id}).one().case_id
        transaction.execute(MARK, {"of_case": case_id})
        if chain:
            belong(case_id, chain, transaction)


def _again(stored: Row[Any], filing: IncomingReport) -> FiledReport:
    if stored.body_digest != filing.body_digest:
        raise KeyReused(f"the key of report {stored.report_id} came back with another body")
    return FiledReport(receipt=_receipt(stored), handover=_handover_of(stored) if stored.owed else None, repeated=True)


def _reassign(
    report_id: str, case_id: str, year: int, now: datetime, transaction: Connection
) -> PendingHandover | None:
    row = transaction.execute(_BY_ID, {"report_id": report_id}).first()
    if row is None:
        raise LookupError(f"no report {report_id} in the register")
    if not row.owed:
        return None
    if row.opens or (row.rehomed and row.running):
        return _handover_of(row)
    leave_case(transaction, row.case_id, report_id)
    moved = _filing(row).model_copy(update={"case_id": case_id, "year": year, "accepted_at": now})
    assigned = find_case(transaction, row.claim_key) or open_case_of(transaction, moved)
    spread = count_report(transaction, assigned.case_id, row.place, row.channel)
    owed = assigned.match is not Match.KNOWN
    place = _place_in(assigned, spread) | {"owed": owed, "rehomed": True}
    transaction.execute(update(reports).where(reports.c.report_id == report_id).values(place))
    return _handover_of(transaction.execute(_BY_ID, {"report_id": report_id}).one()) if owed else None


def _columns(filing: IncomingReport) -> dict[str, object]:
    report = filing.report
    return {
        **filing.model_dump(exclude={"report", "case_id"}),
        **report.model_dump(exclude={"url"}),
        "url": str(report.url) if report.url else None,
    }


def _place_in(assigned: AssignedCase, spread: SightingCounts) -> dict[str, object]:
    return {
        "case_id": assigned.case_id,
        "match": assigned.match,
        "opens": assigned.match not in JOINED,
        "known": assigned.known.model_dump_json() if assigned.known else None,
        "count": spread.count,
        "districts": spread.districts,
        "channels": spread.channels,
    }


def _receipt(row: Row[Any]) -> ReportReceipt:
    match = Match(row.match)
    return ReportReceipt(
        report_id=row.report_id,
        case_id=row.case_id,
        joined=match in JOINED,
        match=match,
        known_rebuttal=KnownRebuttal.model_validate_json(row.known) if row.known else None,
    )


def _handover_of(row: Row[Any]) -> PendingHandover:
    origin = CaseOrigin(
        report_id=row.report_id,
        case_id=row.case_id,
        number=row.number,
        claim=row.claim,
        level=row.case_level,
        channel=row.channel,
        place=row.place,
        reported_at=row.at,
    )
    sighting = Sighting(count=row._mapping["count"], districts=row.districts, channels=row.channels)
    return PendingHandover(origin=origin, sighting=sighting, opens=row.opens, accepted_at=row.accepted_at)


def _filing(row: Row[Any]) -> IncomingReport:
    return IncomingReport(
        report_id=row.report_id,
        key=row.key,
        body_digest=row.body_digest,
        report=Report(text=row.text, at=row.at, place=row.place, channel=row.channel, url=row.url),
        claim_key=row.claim_key,
        level=row.level,
        case_id=row.case_id,
        year=row.year,
        accepted_at=row.accepted_at,
    )
