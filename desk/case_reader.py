"""The reading half of the desk: cases as people see them, read from the case itself while it runs and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import structlog

from desk.access.case_access import CaseAccess, right_of
from desk.case_client import CaseClient
from desk.case_views import CaseAnswer, CaseView, TaskView
from desk.closed.closed_cases import ClosedCases
from desk.draft_proposals import DraftProposal, propose
from desk.intake.claim_matching import ClaimMatching
from desk.intake.explanations import Explanations
from desk.projection import Projector
from domain.access.reading import ReadingRight, one_case, without_internal
from domain.case.clock_report import ClockReport, with_rings
from domain.case.summary import Summary
from domain.errors import NotPermitted, Unavailable, Unfit, Unknown
from domain.events import RungRang
from domain.office.office import Office, Person
from domain.ports.baskets import BasketReport
from domain.ports.delivery import Published
from domain.ports.figures import TriageFigures
from domain.ports.register import Register
from domain.ports.rows import CaseFilter, CaseRow, TimelineEntry
from domain.reports.near_claims import NearClaim, near_claims
from domain.reports.outcome import ReportOutcome, outcome_of
from domain.reports.report import IncomingReport
from domain.vocabulary import PublicationKind

log = structlog.get_logger(__name__)


class CaseReader:
    """What reads cases, over one register and one Temporal client."""

    def __init__(
        self, *, register: Register, client: CaseClient, office: Office, base_url: str, fold: Callable[[str], str]
    ) -> None:
        self.register, self.office, self.base_url = register, office, base_url
        self._matching, self.explanations = ClaimMatching(register, fold), Explanations(register, fold)
        self._client, self._projector = client, Projector(register, client)
        self._access = CaseAccess(register, self._projector)
        self._closed_cases = ClosedCases(register, client, self._projector, self.now)

    def right_of(self, person: Person) -> ReadingRight:
        """Return what a person may read by, as the office stands now."""
        return right_of(person, self.office)

    async def answer_of(self, view: CaseView) -> CaseAnswer:
        """Return what the reporters of a case are answered: of a duplicate, with the case at the end of its merges.

        Where these go round in a circle, as they could in an earlier version, or to a case that is not known here, the
        outcome says so.
        """
        at, passed = view, {view.case_id}
        while at.bulletin is None and at.summary is not None and (original := at.summary.original) is not None:
            further = None if original.case_id in passed else await self._view_of(original.case_id)
            if further is None:
                log.error("case.merged_nowhere", case_id=view.case_id, into=original.case_id)
                return CaseAnswer(view=view, outcome=ReportOutcome.LOST)
            at, passed = further, {*passed, further.case_id}
        return await self._ended(at)

    async def _ended(self, view: CaseView) -> CaseAnswer:
        if view.summary is None:
            return CaseAnswer(view=view, outcome=ReportOutcome.OPEN)
        closed, page = view.summary.closed_at is not None, view.bulletin is not None
        entries = await self.register.timeline(view.case_id) if closed and not page else ()
        events = [one.event for one in entries]
        outcome, why = outcome_of(view.summary.publication, events, closed=closed, page=page)
        return CaseAnswer(view=view, outcome=outcome, exit=why)

    async def _view_of(self, case: str) -> CaseView | None:
        try:
            return await self.view(case, one_case(case))
        except Unknown:  # the register was restored from a copy that is older than this case
            return None

    async def near(self, case: str, claim: str) -> Sequence[NearClaim]:
        """Return the cases nearest to the claim of one, that run or have a public answer.

        Raises:
            Unavailable: the register does not answer.

        """
        folded = self._matching.fold(claim)
        others = [one for one in await self._matching.likest(folded) if one.case_id != case]
        known = await self.register.known_claims([one.case_id for one in others])
        return near_claims(folded, others, {found: one for found, one in known.items() if one.case_id != case})

    async def waiting_reports(self, case: str, most: int, before: int | None = None) -> Sequence[BasketReport]:
        """Return the reports that wait in a basket, the newest first; those before a position if one is given.

        Raises:
            Unavailable: the register does not answer.

        """
        return await self.register.basket_reports(case, most, before)

    async def view(self, case: str, right: ReadingRight) -> CaseView:
        """Return one case as it stands now, or as the register has it if the case does not answer.

        Raises:
            Unknown: there is no such case, or whoever asks may not know of it.
            Unavailable: the register does not answer.

        """
        row = await self._access.row(case, right)
        record = None if _closed(row) else await self._projector.ask(case)
        return self._view(row, record.summary if record else None)

    async def task_view(self, case: str, person: Person) -> TaskView:
        """Return the case of a link as `person`, whom the link was sent to, needs it; by one query of the case.

        Raises:
            Unknown: there is no such case.
            Unavailable: the register does not answer.

        """
        row = await self._access.row(case, one_case(case))
        cursor = await self.register.cursor(case)
        actor, brief = self.office.actor(person), None
        actor = actor.model_copy(update={"vacant": self.office.standing_in(actor, self.now())})
        if _closed(row):
            brief = await self._closed_cases.brief(case, actor)
        elif not row.run.lost:
            brief = await self._client.brief(case, actor)
        if brief is not None and brief.proof and cursor is not None:
            await self._projector.store(cursor, brief.record)
        entries = _readable(self.right_of(person), await self.register.timeline(case))
        view = self._view(row, brief.summary if brief else None)
        page_at = f"{self.base_url}/bulletin/{case}"
        merged = view.summary is not None and view.summary.original is not None
        return TaskView(
            **dict(view),
            page_at=page_at,
            brief=brief,
            entries=tuple(entries),
            answer=await self.answer_of(view) if merged else None,
            merged_here=tuple(await self.register.merged_here(case)),
            heat=0 if _closed(row) else await self.register.heat(case, self.now()),
        )

    async def clocks(self, case: str, right: ReadingRight) -> ClockReport:
        """Return every clock of a case, from the case itself, with the instants at which its rungs rang.

        Raises:
            Unknown: there is no such case, or whoever asks may not know of it.
            Unavailable: the case or the register does not answer.

        """
        await self._access.row(case, right)
        report = await self._client.clocks(case, self.now())
        return with_rings(report, _rings(await self.timeline(case, right)))

    async def proposed_draft(
        self, case: str, right: ReadingRight, kind: PublicationKind | None = None
    ) -> DraftProposal:
        """Return a text an editor may begin with; see `draft_from`.

        Raises:
            Unknown: there is no such case, or whoever asks may not know of it.
            Unfit: there is no verdict yet, or no such text is drafted.

        """
        view = await self.view(case, right)
        if view.summary is None:
            raise Unfit("no_verdict_yet")
        return self.draft_from(view.summary, view.claim, await self.register.timeline(case), kind)

    def draft_from(
        self, summary: Summary, claim: str, entries: Iterable[TimelineEntry], kind: PublicationKind | None = None
    ) -> DraftProposal:
        """Return a proposed text from the findings among `entries`, of the verdict's usual kind if `kind` is None.

        Raises:
            Unfit: there is no verdict yet, or no such text is drafted.

        """
        shorts = {code: unit.short for code, unit in self.office.units.items()}
        return propose(summary, claim, entries, shorts, kind, self.now())

    async def list(self, where: CaseFilter, right: ReadingRight) -> Sequence[CaseRow]:
        """Return the cases that may be read by a right, from the register, newest first."""
        return await self.register.cases(where, right)

    async def triage_figures(self, right: ReadingRight) -> TriageFigures:
        """Return how triage took what was proposed, over all cases.

        Raises:
            NotPermitted: whoever asks may not read all cases.

        """
        if not right.whole:
            raise NotPermitted("figures_of_all_cases")
        return await self.register.triage_figures()

    async def timeline(self, case: str, right: ReadingRight) -> Sequence[TimelineEntry]:
        """Return the entries of a case in order; a running case is queried for what the register lacks.

        Raises:
            Unknown: there is no such case, or whoever asks may not know of it.

        """
        row, cursor = await self._access.row(case, right), await self.register.cursor(case)
        if not (_closed(row) and cursor and cursor.settled):
            await self._projector.ask(case)
        return _readable(right, await self.register.timeline(case))

    async def report_of(self, report_id: str) -> tuple[IncomingReport, str]:
        """Return a stored report and the id of its case.

        Raises:
            Unknown: there is no such report.

        """
        stored = await self.register.report(report_id)
        if stored is None:
            raise Unknown("unknown_report", report=report_id)
        return stored

    async def page(self, case: str) -> Published:
        """Return the published page of a case.

        Raises:
            Unknown: nothing of this case is published.

        """
        page = await self.register.page(case)
        if page is None:
            raise Unknown("unknown_page", case=case)
        return page

    async def pages(self, limit: int = 50, skip: int = 0) -> Sequence[Published]:
        """Return the newest page of each case in the bulletin, newest first, after the first `skip`."""
        return await self.register.pages(limit, skip)

    async def ready(self) -> dict[str, bool]:
        """Return whether the register and Temporal answer now, by name."""
        register = True
        try:
            await self.register.ping()
        except Unavailable:
            register = False
        return {"register": register, "temporal": await self._client.answers()}

    def now(self) -> datetime:
        """Return the present time (aware UTC), as used for links, sessions and pages."""
        return datetime.now(UTC)  # noqa: TID251  (the desk stamps acceptance; rules get time as an argument)

    def _view(self, row: CaseRow, live: Summary | None) -> CaseView:
        return CaseView(
            case_id=row.case_id,
            number=row.number,
            claim=row.claim,
            sightings=row.sightings,
            sources=row.sources,
            summary=live or row.summary,
            live=live is not None,
            bulletin=f"{self.base_url}/bulletin/{row.case_id}" if row.published else None,
            run=row.run,
        )


def _readable(right: ReadingRight, entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Return entries as whoever holds a right may read them."""
    return [one.model_copy(update={"event": without_internal(right, one.event)}) for one in entries]


def _closed(row: CaseRow) -> bool:
    return row.summary is not None and row.summary.ended


def _rings(entries: Iterable[TimelineEntry]) -> dict[tuple[str, str, int], list[datetime]]:
    """Return the instants at which rungs rang, by clock, unit and number of the rung."""
    found: dict[tuple[str, str, int], list[datetime]] = {}
    for entry in entries:
        match entry.event:
            case RungRang() as rang:
                found.setdefault((rang.clock, rang.unit, rang.n), []).append(entry.at)
    return found
