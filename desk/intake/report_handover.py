"""From the register to the workflow: what a stored report still has to start or to tell a case, delivered once."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from desk.call_failures import NoSuchRun
from desk.case_client import CaseClient
from desk.case_starter import CaseIsOver
from desk.decisions import hashed
from desk.intake.assessor import Assessor
from desk.intake.case_ids import new_case_id
from domain.case.summary import RecordQuery
from domain.decisions import SYSTEM, Decision, MoveReports, Opening, Proven, SplitDecision
from domain.errors import CaseOver, Unavailable
from domain.office.office import Office
from domain.ports.register import Register
from domain.ports.rows import CaseCursor
from domain.reports.report import PendingHandover

log = structlog.get_logger(__name__)


class ReportHandover:
    """What delivers hand-overs: it starts the case of a report, or informs the running case of a milestone."""

    def __init__(self, register: Register, office: Office, client: CaseClient, assessor: Assessor) -> None:
        self._register, self._office, self._client, self._assessor = register, office, client, assessor

    async def deliver(self, handover: PendingHandover, now: datetime) -> None:
        """Deliver one hand-over; the same call again has no second effect.

        Raises:
            Unavailable: Temporal, the case or the register does not answer; the sweep tries again.

        """
        chain = ""
        try:
            chain = await self._hand_over(handover, now)
        except CaseIsOver:  # a first report has started it before; a sighting came too late for it
            if await self._lost(handover.origin.case_id):
                raise Unavailable("the case is stopped, and has the report when it is restored") from None
            if not handover.opens:
                await self._reassign(handover, now)
        await self._register.handed_over(handover.origin.report_id, chain)

    async def deliver_left(self, decision: Decision, update_id: str, now: datetime) -> None:
        """Hand over the reports that have left a case by a decision; where that fails, the sweep tries again."""
        try:
            case_id = await self._left_to(decision, update_id)
            for handover in await self._register.owed_of(case_id) if case_id else ():
                await self.deliver(handover, now)
        except Unavailable as problem:
            log.warning("report.hand_over_later", reason=str(problem))

    async def _left_to(self, decision: Decision, update_id: str) -> str | None:
        """Return the case that reports have gone to by a decision; None if none have."""
        match decision:
            case SplitDecision():
                return await self._register.split_to(update_id)
            case MoveReports():
                stored = await self._register.report(decision.reports[0])
                return stored[1] if stored else None
        return None

    async def _lost(self, case_id: str) -> bool:
        """Return whether the workflow of a case has ended though the case is not closed; it is asked how it stands."""
        row, cursor = await self._register.case(case_id), await self._register.cursor(case_id)
        if row is None or cursor is None or (cursor.position.seq == 0 and not cursor.started):
            return False
        if row.summary is not None and row.summary.closed_at is not None:
            return False
        run = (await self._client.read(case_id, RecordQuery())).run
        await self._register.stands(cursor, run)
        await self._register.mark(case_id)  # what it did last may not be here yet
        return run.lost

    async def _reassign(self, handover: PendingHandover, now: datetime) -> None:
        """Open a new case for a report whose case was over before the hand-over, unless that case has an answer."""
        report, year, surge = handover.origin.report_id, self._office.day(now).year, self._office.terms.surge
        figure = surge.sources if surge else None
        anew = await self._register.reassign(report, new_case_id(), year, now, figure)
        if anew is not None:
            await self._hand_over(anew, now)

    async def _hand_over(self, handover: PendingHandover, now: datetime) -> str:
        """Start the case of a first report; tell a case of a further one. Return the first run, if it was started here.

        A case that was started is never started again: if its workflow is gone, another one under its id would begin
        its life anew.
        """
        cursor = await self._register.cursor(handover.origin.case_id)
        chain = ""
        if cursor is None or not (cursor.position.seq > 0 or cursor.started):
            chain = await self._start(handover, now, cursor.nonce if cursor else "")
        if not handover.opens:
            await self._tell(handover, cursor)
        return chain if handover.opens else ""

    async def _tell(self, handover: PendingHandover, cursor: CaseCursor | None) -> None:
        """Tell a case how far its claim has spread; it answers whether it takes that.

        Raises:
            CaseIsOver: it is closed, or no workflow of it runs.
            Unavailable: it does not answer.

        """
        case_id, sighting = handover.origin.case_id, handover.sighting
        update_id = hashed(case_id, sighting.kind, handover.origin.report_id)
        proven = Proven(actor=SYSTEM, chain=cursor.runs_in if cursor else "")
        try:
            await self._client.send(case_id, sighting.kind, sighting, update_id=update_id, proven=proven)
        except (CaseOver, NoSuchRun):
            raise CaseIsOver(case_id) from None

    async def _start(self, handover: PendingHandover, now: datetime, nonce: str) -> str:
        stored = await self._register.report(handover.origin.report_id)
        waited = handover.origin.split.waited if handover.origin.split else timedelta()
        opening = Opening(
            **dict(handover.origin),
            named=self._sender(handover.origin.channel),
            terms=self._office.terms,
            time=self._office.working.part(now - waited),
            assessment=self._assessor.assess(stored[0].report) if stored else None,
        )
        return await self._client.start(opening, max(now - handover.accepted_at, timedelta()), nonce)

    def _sender(self, channel: str) -> dict[str, str]:
        """Return the short name of the unit behind a channel such as `platform:pt1`."""
        return {code: unit.short for code, unit in self._office.refs([channel.partition(":")[2]]).items()}
