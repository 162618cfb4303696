"""The register 台账 as the program needs it: report store, decisions, and the projection of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import ConfigDict, Field

from domain.access.reading import ReadingRight
from domain.case.answer import Answer
from domain.case.summary import Record, Summary
from domain.decisions import Actor
from domain.events import Event, UnknownEvent
from domain.ports.access import FileReaders, Sessions, SigningCodes
from domain.ports.delivery import Bulletin, Published, Receipts, UndeliveredStore
from domain.ports.passkeys import PasskeyStore
from domain.reports.report import FiledReport, IncomingReport, PendingHandover
from domain.runs import RunAlarm, RunStatus
from domain.values import Frozen, TimelinePosition
from domain.vocabulary import Level, Stage


class DecisionRow(Frozen):
    """A decision as the register has it: stored whole before its Update, its outcome after.

    `body` is its JSON, `body_digest` the SHA-256 (hex) of that. `outcome` is None while unknown, `done`, or the class
    name of the refusal. `seq` is the number the case answered with, None without an answer. `second_factor` is true if
    a code sent by another channel came with it.
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
    """A case as the register has it.

    `summary` is the latest one, None before the workflow has reported any. `published` is whether the bulletin has a
    page of it, an interim notice only while the case runs. `run` is how its workflow stands. `district` is the one
    triage gave it, None without one. `asked` are the units it asks or ever asked (`domain.access.reading`).
    """

    case_id: str
    number: str
    claim: str
    level: Level
    opened_at: datetime
    sightings: int
    district: str | None = None
    asked: tuple[str, ...] = ()
    summary: Summary | None
    published: bool
    run: RunStatus = RunStatus.RUNNING


class CaseCursor(Frozen):
    """How far the register has the timeline of a case.

    `marks` counts what has moved the case. `tries` is how often in a row it was asked in vain, and `problem` why it did
    not answer, None if it did. `run` is how its workflow stands. `alarm` is why people are still to be called, if so.
    `settled` is true if nothing is known to be missing.
    """

    case_id: str
    position: TimelinePosition
    marks: int
    tries: int = 0
    problem: str | None = None
    run: RunStatus = RunStatus.RUNNING
    alarm: RunAlarm | None = None
    settled: bool = False


class KeptState(Frozen):
    """The whole state of a case at one entry of its timeline, as JSON of the model of that version."""

    case_id: str
    epoch: int
    seq: int
    version: int
    state: str
    at: datetime


class BegunDecision(Frozen):
    """A decision that is about to be sent.

    `earlier` is the stored one if its id is known, else None. `recorded` is where the timeline of its case ends in the
    register, None if the register does not know the case.
    """

    earlier: DecisionRow | None = None
    recorded: TimelinePosition | None = None


class TimelineEntry(Frozen):
    """One entry as the register has it: an `Entry` of `domain.events`, with the epoch it belongs to.

    `epoch` is 1 until the case goes on from an earlier state. One entry that a newer or older version wrote keeps
    nobody from the others.
    """

    epoch: int
    seq: int
    at: datetime
    by: Actor | None = None
    event: Annotated[Event | UnknownEvent, Field(union_mode="left_to_right")]
    previous: str


class CaseFilter(Frozen):
    """The conditions of a list of cases; every field that is not None must hold.

    `unit` is the code of a unit that is asked, `owner` that of a unit that owes a running clock. `stopped` is whether
    the workflow was stopped. `limit` is the largest number of cases. It is asked by people and never stored, so it has
    no other fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage | None = None
    level: Level | None = None
    unit: str | None = None
    topic: str | None = None
    district: str | None = None
    owner: str | None = None
    overdue: bool | None = None
    stopped: bool | None = None
    limit: int = 100


class EntryStore(Protocol):
    """The store of the timelines and summaries of cases."""

    async def append(self, record: Record) -> TimelinePosition:
        """Add the entries that follow the timeline and move the case's row forward, never back; return where it ends.

        Entries the register has are ignored. If some are missing in between, or others stand in their place, none is
        added, and the case is marked to be asked.
        """

    async def expect(self, case_id: str, effects: Sequence[str]) -> TimelinePosition | None:
        """Have a case asked until it has taken the results of some effects; return where its timeline ends here.

        None: the register does not know the case.
        """


class Cursors(EntryStore, Protocol):
    """The store of the cursors and states of cases."""

    async def cursor(self, case_id: str) -> CaseCursor | None:
        """Return the cursor of a case; None if there is no such case."""

    async def due(self, now: datetime, limit: int) -> list[CaseCursor]:
        """Return the cursors of cases that are to be asked at `now`, those that have waited longest first."""

    async def mark(self, case_id: str) -> None:
        """Have a case asked as soon as possible: something has moved it."""

    async def project(
        self, record: Record, asked: CaseCursor, again: datetime, kept: KeptState | None = None
    ) -> TimelinePosition:
        """Append what a case answered, keep its state if it came, and drop what was expected of it and has come.

        `asked` is the cursor as it was before the question. If something is still missing, the case is asked again at
        `again`, and at its next wake in any case.
        """

    async def unanswered(self, asked: CaseCursor, problem: str, again: datetime) -> None:
        """Record that a case gave no answer, and why; it is asked again at `again`, or when something marks it."""

    async def stands(self, case_id: str, run: RunStatus, heard: int | None = None) -> bool:
        """Record how the workflow of a case stands; return whether that is news. A lost one raises an alarm.

        `heard` are the marks of the cursor up to which it has said all it will; one that does not run is then asked no
        more, unless something has marked it since. None: it may have more to say.
        """

    async def raise_alarm(self, case_id: str, alarm: RunAlarm) -> None:
        """Record that people are to be called about the workflow of a case."""

    async def alarms(self) -> list[CaseCursor]:
        """Return the cursors of cases about whose workflow nobody has been called yet."""

    async def alarm_rung(self, case_id: str) -> None:
        """Record that people have been called."""

    async def open_runs(self) -> list[str]:
        """Return the ids of all cases whose workflow has answered and should run, also of those that are over."""

    async def has_entry(self, case_id: str, seq: int, entry_hash: str) -> bool:
        """Return whether some epoch of a case has exactly that entry."""

    async def run_again(self, case_id: str) -> None:
        """Record that the workflow of a case was started again."""

    async def keep_state(self, kept: KeptState) -> None:
        """Store the whole state of a case in place of an older one of its epoch."""

    async def kept_state(self, case_id: str) -> KeptState | None:
        """Return the newest state of a case; None if none is stored."""


class Register(
    Cursors, Receipts, UndeliveredStore, Bulletin, SigningCodes, Sessions, PasskeyStore, FileReaders, Protocol
):
    """The office's 台账: the store of reports and decisions, and the projection of the cases."""

    async def file(self, filing: IncomingReport) -> FiledReport:
        """Store a report and find or open its case, in one transaction.

        Raises:
            KeyReused: the key is known with another body.

        """

    async def pending(self, limit: int) -> list[PendingHandover]:
        """Return the hand-overs that are still to be delivered to a workflow, oldest first."""

    async def handed_over(self, report_id: str) -> None:
        """Record that the hand-over of a report was delivered."""

    async def reassign(self, report_id: str, case_id: str, year: int, now: datetime) -> PendingHandover | None:
        """Open a new case for a report whose case was over before the hand-over; None if that case has a page."""

    async def begin(self, decision: DecisionRow) -> BegunDecision:
        """Store a decision before its Update, unless its id is known.

        Raises:
            KeyReused: the id is known with another body.

        """

    async def finish(self, update_id: str, outcome: str, answer: Answer | None) -> None:
        """Store a decision's outcome; with an answer, append its entries in the same transaction."""

    async def unfinished(self, before: datetime, limit: int) -> list[DecisionRow]:
        """Return decisions without outcome, begun before an instant, in no order, so that none holds up the others."""

    async def report(self, report_id: str) -> tuple[IncomingReport, str] | None:
        """Return a stored report and the id of its case; None if there is no such report."""

    async def case(self, case_id: str) -> CaseRow | None:
        """Return one case; None if there is none of that id."""

    async def cases(self, where: CaseFilter, right: ReadingRight) -> list[CaseRow]:
        """Return the cases that may be read by a right and that a filter lets through, newest first."""

    async def on_other_calendar(self, calendar: str, limit: int) -> list[CaseRow]:
        """Return open cases that count by another version of the calendar than the given one, in random order."""

    async def calendar_in_force(self) -> str | None:
        """Return the version of the calendar that was put into force last; None before any was."""

    async def put_in_force(self, calendar: str, now: datetime) -> None:
        """Put a version of the calendar into force; nothing changes if it is."""

    async def timeline(self, case_id: str) -> list[TimelineEntry]:
        """Return the entries of a case in order; empty if there is no such case."""

    async def page(self, case_id: str) -> Published | None:
        """Return the newest page of a case in the bulletin; None if it has none."""

    async def pages(self, limit: int) -> list[Published]:
        """Return the newest page of each case, newest first."""

    async def ping(self) -> None:
        """Return if the store answers and can be written.

        Raises:
            Unavailable: it does not answer, or cannot be written.

        """
