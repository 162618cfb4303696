"""The intake of reports: each is stored, matched and counted in one transaction, and pending until handed over."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, false, func, insert, select, true, update

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cursors, reports
from adapters.register.intake.baskets import find_basket, open_basket
from adapters.register.intake.case_assignment import (
    AssignedCase,
    case_like,
    find_case,
    leave_case,
    open_case_of,
)
from adapters.register.intake.claim_index import add_claim, digest_of
from adapters.register.intake.counting import SightingCounts, count_report
from adapters.register.intake.report_rows import JOINED, STORED, filing_of, handover_of, receipt_of
from adapters.register.intake.sources import ReportSource
from adapters.register.intake.splits import compared_anew
from adapters.register.parts.timeline import CLOSE, MARK, belong
from domain.decisions import RuleJoin
from domain.decisions.reports import MOST_JOINS
from domain.errors import KeyReused
from domain.reports.report import (
    FiledReport,
    IncomingReport,
    Match,
    PendingHandover,
)
from domain.runs import RunStatus
from domain.vocabulary import Level

_BY_KEY = STORED.where(reports.c.key == bindparam("key"))
_BY_ID = STORED.where(reports.c.report_id == bindparam("report_id"))
_BY_RULE = reports.c.joined_by.is_not(None) & reports.c.split.is_(None)
_ANSWERS = and_(cursors.c.run == RunStatus.RUNNING, cursors.c.problem.is_(None))
_BY_UNITS = reports.c.channel != "public"
_URGENT = reports.c.level == Level.RED
_IN_TURN = func.row_number().over(partition_by=(reports.c.channel, reports.c.level), order_by=reports.c.position)
_OWED = (
    STORED.outerjoin(cursors, cursors.c.case_id == reports.c.case_id)
    .where(reports.c.owed)
    .order_by(_ANSWERS.desc(), _IN_TURN, _BY_UNITS.desc(), _URGENT.desc(), reports.c.position)
)
"""Round by round one of each channel and level, units and red ones first: whoever sends much delays only the own.

Those of cases that do not answer come last.
"""
_OWED_OF = (
    STORED.where(reports.c.owed, reports.c.case_id == bindparam("of_case"))
    .order_by(reports.c.opens.desc(), reports.c.position)
    .limit(10)
)
_TOLD = update(reports).where(reports.c.report_id == bindparam("of_report"), reports.c.owed).values(owed=false())
_STORE = insert(reports)
_OWE_OPENING = update(reports).where(reports.c.case_id == bindparam("of_case"), reports.c.opens).values(owed=true())


BY_FORM = (Match.BASKET, Match.MOVED)
"""How reports came to their case by what officers decide about a basket; they stay with it."""
NO_COLUMNS = {
    *("report", "case_id", "folded", "compared", "like", "like_wording", "form", "basket_until", "source", "surge_at"),
}
"""What of a filing is no column of its report."""
FIRST_JOINS = 5
"""How many joins by rule reach a case at once; it hears of further ones at the milestones of its reports."""
_JOINS = select(func.count()).select_from(reports).where(reports.c.case_id == bindparam("of_case"), _BY_RULE)
_UNNAMED = (
    select(reports.c.report_id)
    .where(reports.c.case_id == bindparam("of_case"), _BY_RULE, reports.c.named_with.is_(None))
    .order_by(reports.c.position)
    .limit(MOST_JOINS)
)
_NAME_JOINS = update(reports).where(reports.c.report_id.in_(_UNNAMED)).values(named_with=bindparam("with_report"))


class ReportPart(RegisterPart):
    """The store of reports, and of which of them are still to be handed over to their case."""

    async def file(self, filing: IncomingReport) -> FiledReport | None:
        """Store a report, match it and assign its case, in one transaction.

        Return None, with nothing stored, if its claim is not known to the letter and it has not been compared yet.

        Raises:
            KeyReused: the key is known with another body.

        """
        return await self._writer.run(partial(_file, filing))

    async def pending(self, limit: int) -> list[PendingHandover]:
        """Return the reports still to be handed over, in turn by channel and level, and the oldest of each first.

        Those of cases that do not answer come last.
        """
        rows = await self._reader.rows(_OWED.limit(limit))
        return [handover_of(row) for row in rows]

    async def handed_over(self, report_id: str, chain: str = "") -> None:
        """Record that the case has got a report; it is then asked what has become of it."""
        await self._writer.run(partial(_handed_over, report_id, chain))

    async def owe_opening(self, case_id: str) -> None:
        """Have the first report of a case handed over once more: nothing has been heard of the case since."""
        await self._writer.run(lambda transaction: transaction.execute(_OWE_OPENING, {"of_case": case_id}))

    async def reassign(
        self, report_id: str, case_id: str, year: int, now: datetime, surge_at: int | None = None
    ) -> PendingHandover | None:
        """Assign a new case to a report whose case was over when the report reached it.

        Return None if there is nothing left to hand over: the report was handed over already, or its claim has a
        published answer. A report that another process has rehomed meanwhile is not moved again. If the claim has got a
        new running case, the report joins that one. `surge_at` is as in `IncomingReport`.

        Raises:
            LookupError: no such report is stored.

        """
        return await self._writer.run(partial(_reassign, report_id, case_id, year, now, surge_at))

    async def report(self, report_id: str) -> tuple[IncomingReport, str] | None:
        """Return a stored report and the id of its case, or None.

        The case may differ from the one first offered for the report.
        """
        row = await self._reader.first(select(reports).where(reports.c.report_id == report_id))
        return None if row is None else (filing_of(row), row.case_id)

    async def owed_of(self, case_id: str) -> list[PendingHandover]:
        """Return what is still to be handed over to one case, what starts it first."""
        rows = await self._reader.rows(_OWED_OF, {"of_case": case_id})
        return [handover_of(row) for row in rows]


def _file(filing: IncomingReport, transaction: Connection) -> FiledReport | None:
    stored = transaction.execute(_BY_KEY, {"key": filing.key}).first()
    if stored is not None:
        return _again(stored, filing)
    assigned = find_case(transaction, filing.claim_key) or find_basket(transaction, filing)
    assigned = assigned or open_basket(transaction, filing)
    if assigned is None and not filing.compared:
        return None
    by_rule = assigned is None
    filing = compared_anew(transaction, filing) if by_rule else filing
    assigned = assigned or case_like(transaction, filing) or open_case_of(transaction, filing)
    joined_by = filing.like if by_rule and assigned.match in JOINED else None
    if filing.folded and not (filing.basket_until or assigned.match in BY_FORM):
        add_claim(transaction, assigned.case_id, filing.folded, filing.accepted_at)
    source = ReportSource.of(filing.source, filing.report_id, filing.accepted_at)
    spread = count_report(transaction, assigned.case_id, filing.report.place, filing.report.channel, source)
    reaches = spread.reaches_case or _is_first_join(transaction, assigned, joined_by)
    owed = reaches and not assigned.over
    stored_join = {
        "joined_by": joined_by.model_dump_json() if joined_by else None,
        "like_wording": filing.like_wording if joined_by else None,
    }
    place = _place_in(assigned, spread) | stored_join | {"owed": owed, "rehomed": False}
    transaction.execute(_STORE, _columns(filing) | place)
    if owed:
        transaction.execute(_NAME_JOINS, {"of_case": assigned.case_id, "with_report": filing.report_id})
    row = transaction.execute(_BY_ID, {"report_id": filing.report_id}).one()
    return FiledReport(receipt=receipt_of(row), handover=handover_of(row) if owed else None)


def _is_first_join(transaction: Connection, assigned: AssignedCase, joined_by: RuleJoin | None) -> bool:
    """Return whether a join by rule is one of the first of its case, which reach it at once; later ones wait."""
    if joined_by is None:
        return False
    return transaction.execute(_JOINS, {"of_case": assigned.case_id}).scalar_one() < FIRST_JOINS


def _handed_over(report_id: str, chain: str, transaction: Connection) -> None:
    if transaction.execute(_TOLD, {"of_report": report_id}).rowcount:
        case_id = transaction.execute(_BY_ID, {"report_id": report_id}).one().case_id
        transaction.execute(MARK, {"of_case": case_id})
        if chain:
            belong(case_id, chain, transaction)


def _again(stored: Row[Any], filing: IncomingReport) -> FiledReport:
    if stored.body_digest != filing.body_digest:
        raise KeyReused(f"the key of report {stored.report_id} came back with another body")
    return FiledReport(receipt=receipt_of(stored), handover=handover_of(stored) if stored.owed else None, repeated=True)


def _reassign(
    report_id: str, case_id: str, year: int, now: datetime, surge_at: int | None, transaction: Connection
) -> PendingHandover | None:
    row = transaction.execute(_BY_ID, {"report_id": report_id}).first()
    if row is None:
        raise LookupError(f"no report {report_id} in the register")
    if not row.owed:
        return None
    if row.opens or (row.rehomed and row.running):
        return handover_of(row)
    if row.match in BY_FORM:  # whatever was decided about its basket holds for it
        transaction.execute(CLOSE, {"of_case": row.case_id})
        return None
    source = leave_case(transaction, row.case_id, report_id, now)
    anew = {"case_id": case_id, "year": year, "accepted_at": now, "surge_at": surge_at}
    moved = filing_of(row).model_copy(update=anew)
    assigned = find_case(transaction, row.claim_key) or open_case_of(transaction, moved)
    spread = count_report(transaction, assigned.case_id, row.place, row.channel, source)
    owed = not assigned.over
    place = _place_in(assigned, spread) | {"owed": owed, "rehomed": True}
    transaction.execute(update(reports).where(reports.c.report_id == report_id).values(place))
    return handover_of(transaction.execute(_BY_ID, {"report_id": report_id}).one()) if owed else None


def _columns(filing: IncomingReport) -> dict[str, object]:
    report = filing.report
    return {
        **filing.model_dump(exclude=NO_COLUMNS),
        "wording": digest_of(filing.folded) if filing.folded else None,
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
        "sources": spread.sources,
        "heat": spread.heat,
    }
