"""The rows of stored reports: as they were handed in, as senders are answered, and as cases hear of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, exists, func, select

from adapters.register.engine.claim_tables import baskets, splits
from adapters.register.engine.tables import cases, reports
from domain.decisions import CaseOrigin, RuleJoin, Sighting, SplitFrom
from domain.reports.report import IncomingReport, KnownRebuttal, Match, PendingHandover, Report, ReportReceipt

JOINED = (Match.EXACT, Match.KNOWN, Match.NEAR, Match.BASKET, Match.MOVED)

_named = reports.alias("named")
_JOINS_NAMED = (
    select(func.json_group_array(func.json(_named.c.joined_by)))
    .where(_named.c.named_with == reports.c.report_id, _named.c.split.is_(None))
    .scalar_subquery()
    .label("joins")
)
_split, _left, _first = splits.alias(), cases.alias(), reports.alias("first")
_MOVES = select(func.coalesce(func.sum(baskets.c.moves), 0)).where(baskets.c.case_id == reports.c.case_id)
_SPLITS = (
    select(func.count()).where(splits.c.from_case == reports.c.case_id, splits.c.made).scalar_subquery()
    + _MOVES.scalar_subquery()
).label("splits")
_IN_BASKET = exists().where(baskets.c.case_id == reports.c.case_id).label("basket")
STORED = (
    select(
        reports,
        cases.c.number,
        cases.c.claim,
        cases.c.level.label("case_level"),
        cases.c.running,
        _JOINS_NAMED,
        _SPLITS,
        _IN_BASKET,
        _split.c.from_case,
        _split.c.reason,
        _split.c.asked_at,
        _left.c.number.label("left_number"),
        _first.c.accepted_at.label("promised_at"),
    )
    .join(cases, cases.c.case_id == reports.c.case_id)
    .outerjoin(_split, (_split.c.to_case == reports.c.case_id) & _split.c.made)
    .outerjoin(_left, _left.c.case_id == _split.c.from_case)
    .outerjoin(_first, _first.c.report_id == _split.c.report_id)
)
"""A report with its case, the joins it names, and the case that one was taken out of, if it was."""


def receipt_of(row: Row[Any]) -> ReportReceipt:
    """Return the answer to a stored report."""
    match = Match(row.match)
    return ReportReceipt(
        report_id=row.report_id,
        case_id=row.case_id,
        joined=match in JOINED,
        match=match,
        known_rebuttal=KnownRebuttal.model_validate_json(row.known) if row.known else None,
    )


def handover_of(row: Row[Any]) -> PendingHandover:
    """Return what a stored report has to tell its case, which it may have to start.

    One that was taken out of another case waits for its own since then.
    """
    origin = CaseOrigin(
        report_id=row.report_id,
        case_id=row.case_id,
        number=row.number,
        claim=row.claim,
        level=row.case_level,
        channel=row.channel,
        place=row.place,
        reported_at=row.at,
        split=_split_from(row),
        basket=row.basket,
    )
    joins = tuple(RuleJoin.model_validate(one) for one in json.loads(row.joins))
    spread = {name: getattr(row, name) for name in ("districts", "channels", "sources", "heat")}
    since = row.asked_at if row.split == row.case_id and row.asked_at else row.accepted_at
    sighting = Sighting(count=row._mapping["count"], joins=joins, splits=row.splits, **spread)
    return PendingHandover(origin=origin, sighting=sighting, opens=row.opens, accepted_at=since)


def _split_from(row: Row[Any]) -> SplitFrom | None:
    if row.from_case is None:
        return None
    waited = max(row.asked_at - (row.promised_at or row.asked_at), timedelta())
    return SplitFrom(case_id=row.from_case, number=row.left_number or "", reason=row.reason, waited=waited)


def filing_of(row: Row[Any]) -> IncomingReport:
    """Return a stored report as it was handed in."""
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
