"""Triage baskets: the one case in which reports of one form wait together while its window is open.

What officers do with a basket is done in the transaction that appends the case's entry of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, false, insert, not_, select, true, update

from adapters.matching.claim_key import claim_key
from adapters.matching.folded_claim import folded_claim
from adapters.register.engine.claim_tables import baskets
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, reports
from adapters.register.intake.case_assignment import (
    AssignedCase,
    known_rebuttal,
    open_case_of,
    presentable,
    standing_case,
)
from adapters.register.intake.claim_index import add_claim
from adapters.register.intake.counting import move_sources, recount, spread_of
from domain.decisions import Original, SplitCase
from domain.events import ClaimWorded, Entry, ReportsMoved
from domain.ports.baskets import BasketReport
from domain.reports.report import IncomingReport, Match

_OF_FORM = and_(baskets.c.form == bindparam("of_form"), baskets.c.current)
_CURRENT = select(baskets.c.case_id).where(_OF_FORM, baskets.c.until > bindparam("now", type_=baskets.c.until.type))
_REPLACE = update(baskets).where(_OF_FORM).values(current=false())
_LISTED = (
    select(
        *(reports.c[name] for name in ("report_id", "position", "text", "place", "channel", "accepted_at")),
        reports.c.opens.label("first"),
    )
    .where(reports.c.case_id == bindparam("of_case"))
    .order_by(reports.c.position.desc())
    .limit(bindparam("most"))
)
_WORDED = update(baskets).where(baskets.c.case_id == bindparam("of_case"), ~baskets.c.worded).values(worded=true())
_MOVES = update(baskets).where(baskets.c.case_id == bindparam("of_case")).values(moves=baskets.c.moves + 1)
_TAKEN = select(cases.c.number).where(
    cases.c.claim_key == bindparam("key"), cases.c.running, cases.c.case_id != bindparam("besides")
)


def waits_in_basket(case_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a case is a basket of which nobody has said what its claim is."""
    return exists().where(baskets.c.case_id == case_id, not_(baskets.c.worded))


class BasketPart(RegisterPart):
    """The store of triage baskets."""

    async def basket_reports(self, case_id: str, most: int, before: int | None = None) -> list[BasketReport]:
        """Return reports of a case, the newest first, `most` at most; those before a position if one is given."""
        listed = _LISTED if before is None else _LISTED.where(reports.c.position < before)
        rows = await self._reader.rows(listed, {"of_case": case_id, "most": most})
        return [BasketReport.model_validate({**row._mapping, "text": presentable(row.text)}) for row in rows]

    async def leaving(self, case_id: str, reports: Sequence[str], into: Original) -> SplitCase | None:
        """Return what a basket still counts if some of its reports go to another case.

        None: one of them is not of that case, or has opened it.
        """
        return await self._writer.run(lambda transaction: _leaving(transaction, case_id, reports, into))

    async def case_of_wording(self, claim: str, besides: str) -> str | None:
        """Return the number of the running case whose claim is that to the letter, not `besides`; None without one."""
        row = await self._reader.first(_TAKEN, {"key": claim_key(claim), "besides": besides})
        return None if row is None else str(row.number)


def find_basket(transaction: Connection, filing: IncomingReport) -> AssignedCase | None:
    """Return the case in which reports of a form wait now, or the one they were merged into; None without one.

    What its officers have decided stands for the whole window: a closed one takes further reports, and hears of none.
    """
    if not filing.form:
        return None
    basket = transaction.scalar(_CURRENT, {"of_form": filing.form, "now": filing.accepted_at})
    if basket is None:
        return None
    found = standing_case(transaction, basket)
    if found is None:
        return AssignedCase(basket, Match.BASKET, over=True)
    match = Match.BASKET if found.case_id == basket else Match.MOVED
    return AssignedCase(found.case_id, match, known_rebuttal(transaction, found.case_id), over=not found.running)


def open_basket(transaction: Connection, filing: IncomingReport) -> AssignedCase | None:
    """Open the basket of a form with its first report; None if the report says enough for a case of its own.

    It has no key of a claim, and no figure of a surge: however many say so little, it rings once.
    """
    if filing.basket_until is None:
        return None
    transaction.execute(_REPLACE, {"of_form": filing.form})
    assigned = open_case_of(transaction, filing.model_copy(update={"claim_key": None, "surge_at": None}))
    row = {"form": filing.form, "until": filing.basket_until, "current": True, "worded": False, "moves": 0}
    transaction.execute(insert(baskets), {"case_id": assigned.case_id, **row})
    return assigned


def take_entry(transaction: Connection, case_id: str, entry: Entry) -> None:
    """Do what an entry of a basket tells of, unless it has been done: the entry is appended with it."""
    match entry.event:
        case ClaimWorded() as worded:
            _word(transaction, case_id, worded.claim, entry.at)
        case ReportsMoved() as moved:
            _move(transaction, case_id, moved, entry.at)


def _word(transaction: Connection, case_id: str, claim: str, at: datetime) -> None:
    """Make a basket the case of a claim; where that has a running case meanwhile, that keeps its key."""
    key = claim_key(claim)
    taken = transaction.scalar(_TAKEN, {"key": key, "besides": case_id}) is not None
    own = {"claim": presentable(claim), "claim_key": None if taken else key}
    transaction.execute(update(cases).where(cases.c.case_id == case_id).values(own))
    transaction.execute(_WORDED, {"of_case": case_id})
    if folded := folded_claim(claim):
        add_claim(transaction, case_id, folded, at)


def _leaving(transaction: Connection, case_id: str, named: Sequence[str], into: Original) -> SplitCase | None:
    chosen = (reports.c.case_id == case_id) & reports.c.report_id.in_(named)
    leaving = transaction.scalars(select(reports.c.report_id).where(chosen, ~reports.c.opens)).all()
    if set(leaving) != set(named):
        return None
    staying = spread_of((reports.c.case_id == case_id) & ~chosen)
    left = transaction.execute(select(*(one.label(name) for name, one in staying.items()))).one()
    return SplitCase(
        case_id=into.case_id,
        number=into.number,
        reports=tuple(dict.fromkeys(named)),
        moved=len(leaving),
        count=left.sightings,
        districts=left.districts,
        channels=left.channels,
    )


def _move(transaction: Connection, case_id: str, event: ReportsMoved, at: datetime) -> None:
    """Bring reports to another case, or the one it was merged into; that hears of them if it runs."""
    found = standing_case(transaction, event.into.case_id)
    to_case, runs = (found.case_id, found.running) if found else (event.into.case_id, False)
    moved = (reports.c.case_id == case_id) & reports.c.report_id.in_(event.reports) & ~reports.c.opens
    going = transaction.scalars(select(reports.c.report_id).where(moved).order_by(reports.c.position)).all()
    if not going or to_case == case_id:
        return
    known = known_rebuttal(transaction, to_case)
    move_sources(transaction, case_id, to_case, moved, at)
    into = {"case_id": to_case, "match": Match.MOVED, "known": known.model_dump_json() if known else None}
    transaction.execute(update(reports).where(moved).values(into | {"owed": False}))
    transaction.execute(update(reports).where(reports.c.report_id == going[-1]).values(owed=runs))
    transaction.execute(_MOVES, {"of_case": case_id})
    for one in (case_id, to_case):
        recount(transaction, one)
