"""The register 台账 as the program needs it: report store, decisions, and the projection of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.access.signing_codes import CapReached, Code, CodeTry
from domain.case.answer import Answer
from domain.case.summary import Record, Summary
from domain.decisions import Actor
from domain.events import Entry
from domain.ports.delivery import Bulletin, Published, Receipts
from domain.reports.report import FiledReport, IncomingReport, PendingHandover
from domain.values import Frozen
from domain.vocabulary import Level, Stage


class DecisionRow(Frozen):
    """Be a decision kept whole: written before its Update, its outcome after.

    `outcome` is None while unknown, `done`, or the class name of the refusal; `second_factor` tells that a code sent
    by another channel came with it.
    """

    update_id: str
    case_id: str
    kind: str
    body: str
    body_digest: str
    actor: Actor
    created_at: datetime
    outcome: str | None = None
    seq: int | None = None
    second_factor: bool = False


class CaseRow(Frozen):
    """Be a case as the register knows it: the claim and the latest summary (None before the workflow spoke)."""

    case_id: str
    number: str
    claim: str
    level: Level
    opened_at: datetime
    sightings: int
    summary: Summary | None
    published: bool


class TimelineEntry(Entry):
    """One entry as the register has it; `epoch` grows when a case is restored."""

    epoch: int


class CaseFilter(Frozen):
    """Narrow a list of cases; every field that is set must hold. `owner` is a unit that owes a running clock."""

    stage: Stage | None = None
    level: Level | None = None
    unit: str | None = None
    topic: str | None = None
    district: str | None = None
    owner: str | None = None
    overdue: bool | None = None
    limit: int = 100


class EntryStore(Protocol):
    """Keep what cases tell."""

    async def append(self, record: Record) -> None:
        """Add entries (insert or ignore by case, epoch, sequence) and move the case's row forward, never back."""


class Register(EntryStore, Receipts, Bulletin, Protocol):
    """Be the office's 台账: report store and projection of the cases."""

    async def file(self, filing: IncomingReport) -> FiledReport:
        """Store a report, match it and name its case, in one transaction.

        Raises:
            KeyReused: the key is known with another body.

        """

    async def pending(self, limit: int) -> list[PendingHandover]:
        """Return reports the workflow has not heard of though it should, oldest first."""

    async def handed_over(self, report_id: str) -> None:
        """Note that the workflow has heard of a report."""

    async def reassign(self, report_id: str, case_id: str, year: int, now: datetime) -> PendingHandover | None:
        """Open a new case for a report whose case was over by the time it was told; None if it is published."""

    async def begin(self, decision: DecisionRow) -> DecisionRow | None:
        """Write a decision before its Update; return the stored one when the id is known.

        Raises:
            KeyReused: the id is known with another body.

        """

    async def finish(self, update_id: str, outcome: str, answer: Answer | None) -> None:
        """Write a decision's outcome; with an answer, append its entries in the same transaction."""

    async def unfinished(self, before: datetime, limit: int) -> list[DecisionRow]:
        """Return decisions without outcome, begun before an instant, in no order: none holds up the others."""

    async def keep_code(self, code: Code) -> Code | CapReached:
        """Keep a code and count it, in place of the person's last; return it, or the one that was just made.

        Where a cap is reached, return when it opens; nothing was changed.
        """

    async def code_sent(self, code: Code) -> None:
        """Note that the channel took a code."""

    async def drop_code(self, code: Code) -> None:
        """Take back a code whose sending failed, and its count."""

    async def spend_code(
        self, case_id: str, person: str, digest: str, now: datetime, update_id: str
    ) -> CodeTry | CapReached:
        """Try a code for a decision: the right one is spent on it, a wrong one costs one of its tries and is counted.

        Where the cap of wrong tries is reached, return when it opens; the code was not looked at.
        """

    async def report(self, report_id: str) -> tuple[IncomingReport, str] | None:
        """Return a stored report and the case it belongs to."""

    async def case(self, case_id: str) -> CaseRow | None:
        """Return one case."""

    async def cases(self, where: CaseFilter) -> list[CaseRow]:
        """Return cases, newest first."""

    async def past_wake(self, before: datetime | None, limit: int) -> Sequence[CaseRow]:
        """Return open cases that were to wake before an instant and have not told what they did then; None: any."""

    async def on_other_calendar(self, calendar: str, limit: int) -> list[CaseRow]:
        """Return open cases that count by another calendar than the one named, oldest first."""

    async def timeline(self, case_id: str) -> list[TimelineEntry]:
        """Return the entries of a case in order; empty where there is no such case."""

    async def page(self, case_id: str) -> Published | None:
        """Return the newest page of a case in the bulletin."""

    async def pages(self, limit: int) -> list[Published]:
        """Return the newest page of each case, newest first."""

    async def ping(self) -> None:
        """Raise Unavailable unless the store answers and can be written."""
