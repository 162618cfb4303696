"""The sweep: it finishes what a crash left between two steps, and sends every case a newer calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from pydantic import TypeAdapter, ValidationError

from desk.call_failures import NoSuchRun
from desk.case_client import CaseClient
from desk.decisions import DecisionSubmitter, hashed
from desk.intake.report_handover import ReportHandover
from desk.projection import Projector
from domain.decisions import SYSTEM, AnyDecision, Decision, Proven, Recount, Reseal
from domain.errors import Fault, Refused, Unavailable
from domain.office.office import Office
from domain.ports.register import Register
from domain.ports.rows import CaseRow, DecisionRow
from domain.runs import RunStatus
from workflows import names

UNSETTLED = timedelta(seconds=30)
"""How long a decision is without an outcome before it counts as left behind by a process that died."""

REMEMBERED = timedelta(days=30)
"""For how long the register keeps what became of a letter: it is tried for a day, and a worker may be down for long."""

AT_A_TIME = 200
"""How many rows of each kind one round handles."""

ENOUGH = 3
"""How many cases in a row that do not answer mean that none would now."""

log = structlog.get_logger(__name__)

_ANY: TypeAdapter[Decision] = TypeAdapter(AnyDecision)


class Sweep:
    """The rounds of the sweep; safe at any time and from several processes, as every step is idempotent."""

    def __init__(
        self,
        register: Register,
        office: Office,
        client: CaseClient,
        submitter: DecisionSubmitter,
        handover: ReportHandover,
        projector: Projector,
    ) -> None:
        self._register, self._office, self._client = register, office, client
        self._submitter, self._handover, self._projector = submitter, handover, projector
        self._put_in_force = False

    async def once(self, now: datetime) -> tuple[int, int]:
        """Run one round; return the numbers of hand-overs delivered and of decisions settled."""
        handed_over, settled = await self._handover_of(now), await self._settle(now)
        await self._projector.once(now)
        await self._recount(now)
        await self._reseal()
        await self._register.forget_letters(now - REMEMBERED)
        return handed_over, settled

    async def _handover_of(self, now: datetime) -> int:
        done = silent = 0
        for handover in await self._register.pending(limit=AT_A_TIME):
            try:
                await self._handover.deliver(handover, now)
            except Unavailable:
                silent += 1
                if silent == ENOUGH and not done:
                    break
            except Exception:  # one row stops no other
                log.exception("sweep.report_failed", report_id=handover.origin.report_id)
            else:
                done += 1
        return done

    async def _settle(self, now: datetime) -> int:
        """Send decisions without a stored outcome again, those of one case in their order."""
        done = silent = 0
        left: dict[str, list[DecisionRow]] = {}
        for row in await self._register.unfinished(before=now - UNSETTLED, limit=AT_A_TIME):
            left.setdefault(row.case_id, []).append(row)
        for rows in left.values():
            settled = await self._settle_case(rows, now)
            done, silent = done + settled, 0 if settled else silent + 1
            if silent == ENOUGH:
                break
        return done

    async def _settle_case(self, rows: list[DecisionRow], now: datetime) -> int:
        done = 0
        cursor = await self._register.cursor(rows[0].case_id)
        chain, run = (cursor.runs_in, cursor.run) if cursor else ("", RunStatus.RUNNING)
        for row in sorted(rows, key=lambda row: row.created_at):
            try:
                as_of_now = self._submitter.as_of_now(row, now)
                said = _ANY.validate_json(row.body)
                await self._submitter.submit(as_of_now, said, now, chain=chain, recorded=None, run=run)
            except Refused:
                pass
            except ValidationError:  # written by another version: it cannot be sent, and would stop all behind it
                log.exception("sweep.decision_unreadable", update_id=row.update_id, case_id=row.case_id)
                await self._register.finish(row.update_id, Fault.__name__, None)
            except Unavailable:
                break
            done += 1
        return done

    async def _reseal(self) -> None:
        """Let cases opened before effects were sealed ask for them anew, once; their chain of runs is then known."""
        for case_id in await self._register.of_no_chain(AT_A_TIME):
            try:
                chain = await self._client.first_run(case_id)
                await self._client.send(
                    case_id,
                    names.RESEAL,
                    Reseal(),
                    update_id=hashed(case_id, names.RESEAL),
                    proven=Proven(actor=SYSTEM, chain=chain),
                )
                await self._register.admits(case_id, chain, "")
            except (NoSuchRun, Refused, Unavailable) as problem:
                log.warning("sweep.not_resealed", case_id=case_id, reason=str(problem))

    async def _recount(self, now: datetime) -> None:
        """Send the office's calendar to cases that count by another version; each takes it once.

        The calendar of the API that started last is in force; an API with another one sends nothing, or two of them
        would send every case back and forth.
        """
        version, silent = self._office.working.version, 0
        if not self._put_in_force:
            await self._register.put_in_force(version, now)
            self._put_in_force = True
        elif await self._register.calendar_in_force() != version:
            log.warning("sweep.other_calendar", own=version)
            return
        for case in await self._register.on_other_calendar(version, limit=AT_A_TIME):
            silent = 0 if await self._recount_one(case, version, now) else silent + 1
            if silent == ENOUGH:
                return

    async def _recount_one(self, case: CaseRow, version: str, now: datetime) -> bool:
        """Send one case the calendar; return whether it answered."""
        decision = Recount(time=self._office.working.part(now))
        # By its last entry, too: the office may go back to a calendar the case had before.
        key = hashed(case.case_id, names.RECOUNT, version, str(case.summary.seq if case.summary else 0))
        try:
            cursor = await self._register.cursor(case.case_id)
            proven = Proven(actor=SYSTEM, chain=cursor.runs_in if cursor else "")
            await self._client.send(case.case_id, names.RECOUNT, decision, update_id=key, proven=proven)
        except Unavailable:
            return False
        except (NoSuchRun, Refused):
            pass  # it is stopped, or counts by this one already, and the register does not have that yet
        await self._register.mark(case.case_id)
        return True
