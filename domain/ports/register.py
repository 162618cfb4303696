"""The register 台账 as the program needs it: report store, decisions, and the projection of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.access.reading import ReadingRight
from domain.case.answer import Answer
from domain.case.summary import Record
from domain.case_number import CaseNumber
from domain.decisions import SplitCase
from domain.matching.candidates import Candidates
from domain.ports.access import FileReaders, Sessions, SigningCodes
from domain.ports.baskets import BasketStore
from domain.ports.delivery import Bulletin, ListLetterStore, Published, Receipts, UndeliveredStore
from domain.ports.figures import FigureStore
from domain.ports.letters_under_way import LettersUnderWay
from domain.ports.passkeys import PasskeyStore
from domain.ports.rows import (
    BegunDecision,
    CaseCursor,
    CaseFilter,
    CaseRow,
    DecisionRow,
    KeptState,
    NumberedCase,
    TimelineEntry,
    UnindexedClaim,
    WantedSplit,
)
from domain.ports.short_links import ShortLinkStore
from domain.ports.sources import SourceStore
from domain.reports.explanation import PlacedReport
from domain.reports.near_claims import KnownClaim
from domain.reports.report import FiledReport, IncomingReport, PendingHandover
from domain.runs import RunAlarm, RunStatus
from domain.values import TimelinePosition


class EntryStore(Protocol):
    """The store of the timelines and summaries of cases."""

    async def append(self, record: Record) -> TimelinePosition:
        """Add the entries that follow the timeline and move the case's row forward, never back; return where it ends.

        If some are missing in between, or others stand in their place, none is added: the case is marked to be asked.
        """

    async def expect(self, case_id: str, effects: Sequence[str]) -> TimelinePosition | None:
        """Have a case asked until it has taken some results; return where its timeline ends, None if it is unknown."""

    async def admits(self, case_id: str, chain: str, nonce: str) -> bool | None:
        """Return whether `chain` is the first run of a case; while none is known, `nonce` says whether this one is.

        None: the case is not known.
        """

    async def decided(self, case_id: str) -> list[DecisionRow]:
        """Return the decisions people have sent to a case, except those it refused."""


class Cursors(EntryStore, Protocol):
    """The store of the cursors and states of cases."""

    async def cursor(self, case_id: str) -> CaseCursor | None:
        """Return the cursor of a case; None if there is no such case."""

    async def due(self, now: datetime, limit: int) -> list[CaseCursor]:
        """Return the cursors of cases that are to be asked at `now`, those that have waited longest first."""

    async def mark(self, case_id: str) -> None:
        """Have a case asked as soon as possible: something has moved it."""

    async def project(
        self,
        record: Record,
        asked: CaseCursor,
        again: datetime,
        kept: KeptState | None = None,
        run: RunStatus = RunStatus.RUNNING,
    ) -> TimelinePosition:
        """Append what a case answered, keep its state if it came, and drop what was expected of it and has come.

        `asked` is the cursor as it was before the question, `run` how the workflow that answered stands. If something
        is still missing, the case is asked again at `again`, and at its next wake in any case.
        """

    async def unanswered(self, asked: CaseCursor, problem: str, again: datetime) -> None:
        """Record that a case gave no answer, and why; it is asked again at `again`, or when something marks it."""

    async def stands(self, asked: CaseCursor, run: RunStatus, *, heard: bool = False) -> bool:
        """Record how the workflow of a case stands; return whether that is news. A lost one raises an alarm.

        `asked` is the cursor before the question: if the case was marked since, nothing changes. `heard`: it said all.
        """

    async def raise_alarm(self, case_id: str, alarm: RunAlarm) -> None:
        """Record that people are to be called about the workflow of a case."""

    async def alarms(self) -> list[CaseCursor]:
        """Return the cursors of cases about whose workflow nobody has been called yet."""

    async def alarm_rung(self, case_id: str) -> None:
        """Record that people have been called."""

    async def open_runs(self) -> list[str]:
        """Return the ids of all cases whose workflow has answered and should run, also of those that are over."""

    async def epoch_of(self, case_id: str, seq: int, entry_hash: str) -> int | None:
        """Return the newest epoch of a case that has exactly that entry; None if none has."""

    async def begins(self, case_id: str) -> dict[int, int]:
        """Return behind which number each epoch of a timeline begins."""

    async def of_no_chain(self, limit: int) -> list[str]:
        """Return running cases whose first run is not known: they were opened before it was kept."""

    async def will_start(self, case_id: str) -> str:
        """Choose and record a nonce for a start of a case, before it is sent; only a run that carries it is taken."""

    async def run_again(self, case_id: str, chain: str, after: str | None = None) -> bool:
        """Record that the workflow of a case was started again, and the first run of its new chain.

        With `after` only if that is the chain known so far, or it is recorded already; return whether it now is.
        """

    async def keep_state(self, kept: KeptState) -> None:
        """Store the whole state of a case in place of an older one of its epoch."""

    async def kept_state(self, case_id: str) -> KeptState | None:
        """Return the newest state of a case; None if none is stored."""


class Register(
    Cursors,
    Receipts,
    LettersUnderWay,
    ListLetterStore,
    UndeliveredStore,
    Bulletin,
    SigningCodes,
    ShortLinkStore,
    Sessions,
    PasskeyStore,
    FileReaders,
    FigureStore,
    SourceStore,
    BasketStore,
    Protocol,
):
    """The office's 台账: the store of reports and decisions, and the projection of the cases."""

    async def lease(self, name: str, holder: str, now: datetime, span: timedelta) -> bool:
        """Return whether `holder` alone may do something until `now` and `span`; it is renewed by asking again."""

    async def file(self, filing: IncomingReport) -> FiledReport | None:
        """Store a report and find or open its case, in one transaction.

        Return None, with nothing stored, if its claim is not known to the letter and it has not been compared yet.

        Raises:
            KeyReused: the key is known with another body.

        """

    async def pending(self, limit: int) -> list[PendingHandover]:
        """Return the hand-overs still to be delivered, oldest first, those of cases that do not answer last."""

    async def owed_of(self, case_id: str) -> list[PendingHandover]:
        """Return what is still to be handed over to one case, what starts it first."""

    async def handed_over(self, report_id: str, chain: str = "") -> None:
        """Record that the hand-over of a report was delivered, and the first run of the case it has started, if so."""

    async def owe_opening(self, case_id: str) -> None:
        """Have the first report of a case handed over once more: nothing has been heard of the case since."""

    async def reassign(
        self, report_id: str, case_id: str, year: int, now: datetime, surge_at: int | None = None
    ) -> PendingHandover | None:
        """Open a new case for a report whose case was over before the hand-over; None if that case has a page."""

    async def begin(self, decision: DecisionRow) -> BegunDecision:
        """Store a decision before its Update, unless its id is known.

        Raises:
            KeyReused: the id is known with another body.

        """

    async def worded(self, update_id: str, digest: str) -> None:
        """Keep the digest of the fixed text a decision is about to be sent with."""

    async def finish(self, update_id: str, outcome: str, answer: Answer | None) -> None:
        """Store a decision's outcome; with an answer, append its entries in the same transaction.

        What was reserved for the decision is free again: a merge that was made is in the row of its case by then.
        """

    async def unfinished(self, before: datetime, limit: int) -> list[DecisionRow]:
        """Return decisions without outcome, begun before an instant, in no order: none holds up the others."""

    async def report(self, report_id: str) -> tuple[IncomingReport, str] | None:
        """Return a stored report and the id of its case; None if there is none."""

    async def case(self, case_id: str) -> CaseRow | None:
        """Return one case; None if there is none of that id."""

    async def numbered(self, number: CaseNumber) -> NumberedCase | None:
        """Return the case of a number, as a duplicate names it; None if there is none."""

    async def merged_here(self, case_id: str) -> list[str]:
        """Return the numbers of the cases whose answer is that of a case: merged into it, or into one that was."""

    async def reserve_merge(self, update_id: str, case_id: str, into: str) -> bool:
        """Reserve, for a decision, that a case is merged into another; return whether no circle closes with it.

        The same decision may ask again. The reservation holds until the outcome of the decision is stored (`finish`).
        """

    async def reserve_split(self, wanted: WantedSplit) -> SplitCase:
        """Reserve that the reports of one wording leave a case; return the case they get. The same may be asked again.

        The entry of the split makes it (`append`); a refusal ends the reservation (`finish`).

        Raises:
            Unknown: the report is not of that case.
            Unfit: it is what the case is about, was taken out before, or is about to be.

        """

    async def split_closed(self, update_id: str) -> None:
        """Make a reserved split of a closed case, whose workflow writes no entry of it; twice has one effect."""

    async def split_to(self, update_id: str) -> str | None:
        """Return the case that the reports of a split have got; None if it was not made."""

    async def placed(self, report_id: str) -> PlacedReport | None:
        """Return a report with how it came to its case; None if there is none."""

    async def first_of(self, case_id: str) -> PlacedReport | None:
        """Return the report that opened a case; None if there is none."""

    async def joined_by_rule(self, case_id: str, most: int) -> tuple[list[PlacedReport], int]:
        """Return the reports a rule has joined to a case, one of each wording and the newest first; and how many."""

    async def claims_of(self, found: Sequence[str]) -> dict[str, KnownClaim]:
        """Return cases as they are compared, however they stand."""

    async def known_claims(self, found: Sequence[str]) -> dict[str, KnownClaim]:
        """Return the cases to show for some that were found: those that run or have a public answer, after merges."""

    async def index_claims(self, claims: Sequence[tuple[str, str]]) -> None:
        """Index wordings of claims, each a case and its folded text; once more changes nothing."""

    async def unindexed_claims(self, after: int, limit: int) -> list[UnindexedClaim]:
        """Return the texts of the reports of cases that have no indexed wording, from a position of the cases on."""

    async def claims_like(self, folded: str) -> Candidates:
        """Return the known wordings that share most with a folded text, weighed by how rare it is, and how rare."""

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

    async def pages(self, limit: int, skip: int = 0) -> list[Published]:
        """Return the newest page of each case, newest first."""

    async def ping(self) -> None:
        """Return if the store answers and can be written; raise Unavailable if not."""
