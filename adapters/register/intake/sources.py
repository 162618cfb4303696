"""The sources of a claim: counted once each while their mark is kept, and within the hour as its heat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, literal_column, select, update

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.source_tables import case_sources
from domain.reports.sources import HEAT, KEPT, is_of_public

AT_ONCE = 1000
"""How many marks are dropped in one transaction: others wait for it."""

_OF_CASE = case_sources.c.case_id == bindparam("of_case")
_KNOWN = select(case_sources.c.mark).where(_OF_CASE, case_sources.c.mark.in_(bindparam("marks", expanding=True)))
_ADD = insert(case_sources)
_SEEN_AGAIN = (
    update(case_sources)
    .where(_OF_CASE, case_sources.c.mark == bindparam("of_mark"))
    .values(
        mark=bindparam("newest"),
        last_at=func.max(case_sources.c.last_at, bindparam("at", type_=case_sources.c.last_at.type)),
        last_report=bindparam("report"),
        reports=case_sources.c.reports + 1,
        forget_at=bindparam("until"),
    )
)
_WITHIN = select(case_sources.c.mark).where(_OF_CASE, case_sources.c.last_at > bindparam("since"))
_HEAT = select(func.count()).select_from(_WITHIN.subquery())
_HEAT_UP_TO = select(func.count()).select_from(_WITHIN.limit(bindparam("most")).subquery())
_BY_REPORT = select(case_sources).where(_OF_CASE, case_sources.c.last_report == bindparam("report"))
_GONE = case_sources.c.forget_at <= bindparam("now", type_=case_sources.c.forget_at.type)
_ANY_GONE = select(case_sources.c.mark).where(_GONE).limit(1)
_ROW: ColumnElement[int] = literal_column("case_sources.rowid")
_DROP = delete(case_sources).where(
    _ROW.in_(select(_ROW).select_from(case_sources).where(_GONE).limit(bindparam("most")))
)


@dataclass(frozen=True)
class ReportSource:
    """The source of one report: its marks under the keys in use, the newest first; none if it is not known."""

    marks: tuple[str, ...]
    report_id: str
    at: datetime
    forget_at: datetime | None = None

    @classmethod
    def of(cls, marks: tuple[str, ...], report_id: str, at: datetime) -> ReportSource:
        """Return the source of a report that has just come in."""
        public = bool(marks) and is_of_public(marks[0])
        return cls(marks, report_id, at, at + KEPT if public else None)


class SourcePart(RegisterPart):
    """The store of the marks of sources."""

    async def heat(self, case_id: str, now: datetime) -> int:
        """Return how many different sources have reported the claim of a case within the hour before."""
        row = await self._reader.first(_HEAT, {"of_case": case_id, "since": now - HEAT})
        return 0 if row is None else int(row[0])

    async def forget_sources(self, now: datetime) -> None:
        """Drop the marks that have been kept for long enough; what they were counted for stays."""
        while await self._reader.first(_ANY_GONE, {"now": now}) is not None:
            await self._writer.run(partial(_drop, now))


def _drop(now: datetime, transaction: Connection) -> None:
    transaction.execute(_DROP, {"now": now, "most": AT_ONCE})


def is_new_source(transaction: Connection, case_id: str, source: ReportSource) -> bool:
    """Remember the source of a report; return whether no report of the case has come from it before.

    A source that is known under an earlier key is remembered under today's.
    """
    if not source.marks:
        return False
    newest, kept = source.marks[0], {"at": source.at, "report": source.report_id, "until": source.forget_at}
    known = set(transaction.scalars(_KNOWN, {"of_case": case_id, "marks": source.marks}))
    mark = next((one for one in source.marks if one in known), None)
    if mark is not None:
        transaction.execute(_SEEN_AGAIN, {"of_case": case_id, "of_mark": mark, "newest": newest, **kept})
        return False
    row = {"last_at": source.at, "last_report": source.report_id, "reports": 1, "forget_at": source.forget_at}
    transaction.execute(_ADD, {"case_id": case_id, "mark": newest, **row})
    return True


def heat_of(transaction: Connection, case_id: str, at: datetime, most: int | None = None) -> int:
    """Return how many different sources have reported a claim within the hour before; at most `most` are counted."""
    asked = {"of_case": case_id, "since": at - HEAT}
    if most is None:
        return transaction.scalar(_HEAT, asked) or 0
    return transaction.scalar(_HEAT_UP_TO, asked | {"most": most}) or 0


def leave_source(transaction: Connection, case_id: str, report_id: str, at: datetime) -> tuple[ReportSource, bool]:
    """Take a report that leaves its case out of the counts of its source.

    Return the source as the next case counts it, and whether the case has no report of it any more. It is not known if
    its mark was dropped, or if the source has reported again since.
    """
    row = transaction.execute(_BY_REPORT, {"of_case": case_id, "report": report_id}).first()
    if row is None:
        return ReportSource((), report_id, at), False
    own = (case_sources.c.case_id == case_id) & (case_sources.c.mark == row.mark)
    last = row.reports == 1
    gone = delete(case_sources).where(own) if last else update(case_sources).where(own).values(reports=row.reports - 1)
    transaction.execute(gone)
    return ReportSource((row.mark,), report_id, at, row.forget_at), last
