"""The reports of a case with how they came to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, select

from adapters.register.engine.claim_tables import claim_texts, splits
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, publications, reports
from adapters.register.intake.case_assignment import IS_ANSWER, presentable
from domain.decisions import RuleJoin, SplitFrom
from domain.reports.explanation import PlacedReport
from domain.reports.near_claims import KnownClaim

_LIKE = (
    select(claim_texts.c.folded)
    .where(claim_texts.c.digest == reports.c.like_wording)
    .limit(1)
    .scalar_subquery()
    .label("like_text")
)
_other = reports.alias("other")
_ALIKE = (
    select(func.count())
    .where(_other.c.case_id == reports.c.case_id, _other.c.wording == reports.c.wording)
    .scalar_subquery()
    .label("alike")
)
_left = cases.alias("left_case")
_PLACED = (
    select(
        *(reports.c[name] for name in ("report_id", "case_id", "text", "accepted_at", "match", "joined_by")),
        cases.c.number,
        splits.c.from_case,
        splits.c.reason,
        splits.c.asked_at,
        _left.c.number.label("left_number"),
        _LIKE,
        _ALIKE,
    )
    .join(cases, cases.c.case_id == reports.c.case_id)
    .outerjoin(splits, splits.c.to_case == reports.c.split)
    .outerjoin(_left, _left.c.case_id == splits.c.from_case)
)
_ONE = _PLACED.where(reports.c.report_id == bindparam("of_report"))
_FIRST = _PLACED.where(reports.c.case_id == bindparam("of_case"), reports.c.opens).order_by(reports.c.position).limit(1)
_newer = reports.alias("newer")
_LAST_OF_WORDING = ~exists().where(
    _newer.c.case_id == reports.c.case_id,
    _newer.c.wording == reports.c.wording,
    _newer.c.position > reports.c.position,
)
_BY_RULE = (
    reports.c.case_id == bindparam("of_case"),
    reports.c.joined_by.is_not(None),
    reports.c.split.is_(None),
    _LAST_OF_WORDING,
)
_JOINED = _PLACED.where(*_BY_RULE).order_by(reports.c.position.desc()).limit(bindparam("most"))
_HOW_MANY = select(func.count()).select_from(reports).where(*_BY_RULE)
_ANSWER = (
    select(publications.c.title)
    .where(publications.c.case_id == cases.c.case_id, IS_ANSWER)
    .order_by(publications.c.version.desc(), publications.c.position.desc())
    .limit(1)
    .scalar_subquery()
    .label("title")
)
_CLAIMS = select(
    *(cases.c[name] for name in ("case_id", "number", "claim", "running")),
    func.json_extract(cases.c.summary, "$.verdict").label("verdict"),
    _ANSWER,
).where(cases.c.case_id.in_(bindparam("found", expanding=True)))


class PlacedReportPart(RegisterPart):
    """The store of how reports came to their cases."""

    async def placed(self, report_id: str) -> PlacedReport | None:
        """Return a report with how it came to its case; None if there is none."""
        row = await self._reader.first(_ONE, {"of_report": report_id})
        return None if row is None else _placed(row)

    async def first_of(self, case_id: str) -> PlacedReport | None:
        """Return the report that opened a case."""
        row = await self._reader.first(_FIRST, {"of_case": case_id})
        return None if row is None else _placed(row)

    async def joined_by_rule(self, case_id: str, most: int) -> tuple[list[PlacedReport], int]:
        """Return the reports a rule has joined to a case, one of each wording and the newest first; and how many."""
        rows = await self._reader.rows(_JOINED, {"of_case": case_id, "most": most})
        count = await self._reader.rows(_HOW_MANY, {"of_case": case_id})
        return [_placed(row) for row in rows], count[0][0]

    async def claims_of(self, found: Sequence[str]) -> dict[str, KnownClaim]:
        """Return cases as they are compared, however they stand."""
        rows = await self._reader.rows(_CLAIMS, {"found": list(found)}) if found else []
        return {row.case_id: _claim(row) for row in rows}


def _claim(row: Row[Any]) -> KnownClaim:
    path = f"/bulletin/{row.case_id}" if row.title is not None else None
    return KnownClaim.model_validate({**row._mapping, "path": path})


def _placed(row: Row[Any]) -> PlacedReport:
    split = None
    if row.from_case is not None:
        waited = row.asked_at - row.accepted_at
        split = SplitFrom(case_id=row.from_case, number=row.left_number or "", reason=row.reason, waited=waited)
    return PlacedReport(
        report_id=row.report_id,
        case_id=row.case_id,
        number=row.number,
        text=row.text,
        shown=presentable(row.text),
        accepted_at=row.accepted_at,
        match=row.match,
        joined_by=RuleJoin.model_validate_json(row.joined_by) if row.joined_by else None,
        like=row.like_text,
        split=split,
        alike=max(row.alike, 1),
    )
