"""The case a report belongs to: the running one of its claim, an answered one, or a new one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    Connection,
    Select,
    bindparam,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from adapters.register.engine.tables import INTERIM, cases, cursors, numbers, publications, reports
from adapters.register.intake.counting import spread_of
from adapters.register.intake.sources import ReportSource, leave_source
from domain.case_number import CaseNumber
from domain.events.chain import first_hash
from domain.reports.report import IncomingReport, KnownRebuttal, Match
from domain.runs import RunStatus
from domain.visible_text import JOINERS, TAGS
from domain.vocabulary import Stage
from texts.disarming import visible
from texts.headlines import truncate

CLAIM_LENGTH = 200
"""The most characters of a claim a case shows."""

IS_ANSWER = publications.c.version > INTERIM
_ANSWERED = exists().where(publications.c.case_id == cases.c.case_id, IS_ANSWER)
_OF_CLAIM = (
    select(cases.c.case_id, cases.c.running)
    .where(cases.c.claim_key == bindparam("claim_key"), cases.c.running | _ANSWERED)
    .order_by(cases.c.running.desc(), cases.c.position.desc())
    .limit(1)
)
_MERGED = (
    select(cases.c.case_id)
    .where(cases.c.claim_key == bindparam("claim_key"), cases.c.merged_into.is_not(None))
    .order_by(cases.c.position.desc())
    .limit(1)
)


def originals(of_cases: Select[Any]) -> CTE:
    """Return the ids of some cases and of all they were merged into, however many; a circle ends where it began."""
    found = select(of_cases.subquery().c.case_id).cte("originals", recursive=True)
    further = select(cases.c.merged_into).join(found, cases.c.case_id == found.c.case_id)
    return found.union(further.where(cases.c.merged_into.is_not(None)))


def duplicates(of_cases: Select[Any]) -> CTE:
    """Return the ids of some cases and of all that were merged into them, however many."""
    found = select(of_cases.subquery().c.case_id).cte("duplicates", recursive=True)
    return found.union(select(cases.c.case_id).join(found, cases.c.merged_into == found.c.case_id))


_CHAIN = originals(_MERGED)
_ORIGINAL = (
    select(cases.c.case_id, cases.c.running)
    .join(_CHAIN, _CHAIN.c.case_id == cases.c.case_id)
    .where(cases.c.running | _ANSWERED)
    .order_by(cases.c.running.desc(), cases.c.position.desc())
    .limit(1)
)
_FROM_LIKE = originals(select(cases.c.case_id).where(cases.c.case_id == bindparam("like")))
_LIKE = (
    select(cases.c.case_id, cases.c.running)
    .join(_FROM_LIKE, _FROM_LIKE.c.case_id == cases.c.case_id)
    .where(cases.c.running | _ANSWERED)
    .order_by((cases.c.case_id == bindparam("like")).desc(), cases.c.running.desc(), cases.c.position.desc())
    .limit(1)
)
_NEWEST_ANSWER = (
    select(publications.c.title, publications.c.published_at, cases.c.number)
    .join(cases, cases.c.case_id == publications.c.case_id)
    .where(publications.c.case_id == bindparam("of_case"), IS_ANSWER)
    .order_by(publications.c.version.desc(), publications.c.position.desc())
    .limit(1)
)

BEGIN = insert(cursors).values(epoch=1, seq=0, marks=0, tries=0, run=RunStatus.RUNNING)


@dataclass(frozen=True)
class AssignedCase:
    """The case a report goes to; `known` is its newest answer, if it has one: an interim notice is none.

    `over`: no workflow hears of the report.
    """

    case_id: str
    match: Match
    known: KnownRebuttal | None = None
    over: bool = False


def case_like(transaction: Connection, filing: IncomingReport) -> AssignedCase | None:
    """Return the case that a report in other words joins by rule, or the one that was merged into; None without one.

    A report that joins one with an answer alone gets the answer.
    """
    if filing.like is None:
        return None
    found = standing_case(transaction, filing.like.case_id)
    if found is None:
        return None
    match = Match.NEAR if found.running else Match.KNOWN
    return AssignedCase(found.case_id, match, known_rebuttal(transaction, found.case_id), not found.running)


class StandingCase(NamedTuple):
    """A case that runs or is answered."""

    case_id: str
    running: bool


def standing_case(transaction: Connection, case_id: str) -> StandingCase | None:
    """Return a case if it runs or is answered, else the one at the end of its merges if that does; None without one."""
    found = transaction.execute(_LIKE, {"like": case_id}).first()
    return None if found is None else StandingCase(found.case_id, found.running)


def find_case(transaction: Connection, claim_key: str | None) -> AssignedCase | None:
    """Return the running case of a claim, else the newest closed one whose answer is public, else None.

    A person may have merged the newest case of the claim into another, and that one into a third: then it is the one at
    the end, if it runs or is answered.
    """
    if claim_key is None:
        return None
    of_claim = {"claim_key": claim_key}
    found = transaction.execute(_OF_CLAIM, of_claim).first() or transaction.execute(_ORIGINAL, of_claim).first()
    if found is None:
        return None
    match = Match.EXACT if found.running else Match.KNOWN
    return AssignedCase(found.case_id, match, known_rebuttal(transaction, found.case_id), not found.running)


def known_rebuttal(transaction: Connection, case_id: str) -> KnownRebuttal | None:
    """Return the newest answer of a case as reporters are shown it, or None."""
    page = transaction.execute(_NEWEST_ANSWER, {"of_case": case_id}).first()
    if page is None:
        return None
    return KnownRebuttal(
        case_id=case_id,
        number=page.number,
        title=page.title,
        url=f"/bulletin/{case_id}",
        published_at=page.published_at,
    )


_OPEN = insert(cases)
_NUMBER = (
    sqlite_insert(numbers)
    .on_conflict_do_update(index_elements=[numbers.c.year], set_={numbers.c.last: numbers.c.last + 1})
    .returning(numbers.c.last)
)


def new_nonce() -> str:
    """Return what is chosen for one start of a case, and for no other."""
    return secrets.token_hex(16)


def open_case_of(transaction: Connection, filing: IncomingReport, number: str | None = None) -> AssignedCase:
    """Open a case for a report and return it; it has the next number of the year, unless one was chosen for it."""
    transaction.execute(
        _OPEN,
        {
            "case_id": filing.case_id,
            "number": number or next_number(transaction, filing.year),
            "claim": presentable(filing.report.text),
            "claim_key": filing.claim_key,
            "running": True,
            "opened_at": filing.accepted_at,
            "sightings": 0,
            "districts": 0,
            "channels": 0,
            "sources": 0,
            "surge_at": filing.surge_at,
            "epoch": 0,
            "seq": 0,
            "stage": Stage.REPORT,
            "level": filing.level,
            "overdue": False,
            "units": "[]",
            "owners": "[]",
        },
    )
    begun = {"case_id": filing.case_id, "head": first_hash(filing.case_id), "ask_at": filing.accepted_at}
    transaction.execute(BEGIN, begun | {"nonce": new_nonce()})
    return AssignedCase(filing.case_id, Match.SHORT if filing.claim_key is None else Match.NEW)


def leave_case(transaction: Connection, case_id: str, report_id: str, now: datetime) -> ReportSource:
    """Remove one report from a case that was over before the report came, and free its claim for another case.

    Return its source as the other case counts it.
    """
    others = (reports.c.case_id == case_id) & (reports.c.report_id != report_id)
    source, last = leave_source(transaction, case_id, report_id, now)
    left = {**spread_of(others), "sources": cases.c.sources - int(last)}
    transaction.execute(update(cases).where(cases.c.case_id == case_id).values(running=False, **left))
    return source


def next_number(transaction: Connection, year: int) -> str:
    """Take the next number of a year."""
    last = transaction.execute(_NUMBER, {"year": year, "last": 1}).scalar_one()
    return stored_number(CaseNumber(year, last))


def stored_number(number: CaseNumber) -> str:
    """Return a number as the register has it and letters write it."""
    return f"辟〔{number.year}〕{number.serial:04d}"


def presentable(text: str) -> str:
    """Return a report's text as one line to be shown, cut at 200 characters."""
    # Invisible marks (zero width, writing direction) could make a claim look different from what it holds.
    shown = (mark for mark in visible(text) if mark.isprintable() or mark in JOINERS or ord(mark) in TAGS)
    return truncate("".join(shown), CLAIM_LENGTH)
