"""The sweep: it finishes what a crash left between two steps, and sends every case a newer calendar."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from desk.case_client import CaseClient, NoSuchRun
from desk.decisions import DecisionSubmitter, hashed
from desk.report_handover import ReportHandover
from domain.case.summary import Record, Summary
from domain.decisions import SYSTEM, AnyDecision, Decision, Proven, Recount
from domain.errors import Refused, Unavailable
from domain.office.office import Office
from domain.ports.register import CaseFilter, CaseRow, DecisionRow, Register
from domain.vocabulary import Stage
from workflows import names

UNSETTLED = timedelta(seconds=30)
"""How long a decision is without an outcome before it counts as left behind by a process that died."""

WAKING = timedelta(seconds=5)
"""How long after its time a case may take to ring."""

AT_A_TIME = 200
"""How many rows of each kind one round handles."""

ENOUGH = 3
"""How many cases in a row that do not answer mean that none would now."""

FEW = 5
"""How many open cases one round queries at random."""

_ANY: TypeAdapter[Decision] = TypeAdapter(AnyDecision)


async def refreshed(register: Register, client: CaseClient, row: CaseRow, known: int | None = None) -> Summary | None:
    """Query the case itself and store what the register lacks; return its summary, None if it does not answer.

    `known` is how many entries the register has, from a caller who has read them: its row may be ahead of its timeline
    for as long as an effect takes. None: as many as the row says.
    """
    record = await client.read(row.case_id)
    if record is None:
        return None
    if known is None:
        known = row.summary.seq if row.summary else 0
    await store_missing(register, record, known=known)
    return record.summary


async def store_missing(register: Register, record: Record, *, known: int) -> bool:
    """Store the entries of a case that the register lacks; return whether there were any.

    `known` is how many entries the register has. A register that cannot be written must not keep a reader from an
    answer. A record without entries has nothing to store: what the register lacks is in an answer on its way.
    """
    if not record.entries or record.summary.seq <= known:
        return False
    with suppress(Unavailable):
        await register.append(record)
    return True


class Sweep:
    """The rounds of the sweep; safe at any time and from several processes, as every step is idempotent."""

    def __init__(
        self,
        register: Register,
        office: Office,
        client: CaseClient,
        submitter: DecisionSubmitter,
        handover: ReportHandover,
    ) -> None:
        self._register, self._office, self._client = register, office, client
        self._submitter, self._handover = submitter, handover

    async def once(self, now: datetime) -> tuple[int, int]:
        """Run one round; return the numbers of hand-overs delivered and of decisions settled."""
        handed_over, settled = await self._handover_of(now), await self._settle(now)
        for behind in await self._register.cases(CaseFilter(stage=Stage.REBUTTAL, limit=AT_A_TIME)):
            if behind.published:  # no effect after the first receipt could have stored its entry
                await refreshed(self._register, self._client, behind)
        await self._ask_who_woke(now)
        await self._ask_some()
        await self._recount(now)
        return handed_over, settled

    async def _handover_of(self, now: datetime) -> int:
        done = 0
        for handover in await self._register.pending(limit=AT_A_TIME):
            try:
                await self._handover.deliver(handover, now)
            except Unavailable:
                break
            done += 1
        return done

    async def _settle(self, now: datetime) -> int:
        """Send decisions without a stored outcome again, those of one case in their order."""
        done = silent = 0
        left: dict[str, list[DecisionRow]] = {}
        for row in await self._register.unfinished(before=now - UNSETTLED, limit=AT_A_TIME):
            left.setdefault(row.case_id, []).append(row)
        for rows in left.values():
            settled = await self._settle_case(rows)
            done, silent = done + settled, 0 if settled else silent + 1
            if silent == ENOUGH:
                break
        return done

    async def _settle_case(self, rows: list[DecisionRow]) -> int:
        done = 0
        for row in sorted(rows, key=lambda row: row.created_at):
            try:
                await self._submitter.submit(row, _ANY.validate_json(row.body))
            except Refused:
                pass
            except Unavailable:
                break
            done += 1
        return done

    async def _ask_some(self) -> None:
        """Query a few random open cases: nothing else may carry the last entries of a case that never wakes again.

        With 5,000 open cases it takes some eight hours, on average, until a case is queried.
        """
        for row in await self._register.past_wake(before=None, limit=FEW):
            await refreshed(self._register, self._client, row, known=len(await self._register.timeline(row.case_id)))

    async def _ask_who_woke(self, now: datetime) -> None:
        """Query cases whose next wake has passed: a rung sends letters but stores no entries (docs/decisions/0013)."""
        silent = 0
        for behind in await self._register.past_wake(before=now - WAKING, limit=AT_A_TIME):
            silent = 0 if await refreshed(self._register, self._client, behind) else silent + 1
            if silent == ENOUGH:
                break

    async def _recount(self, now: datetime) -> None:
        """Send the office's calendar to cases that count by another version; each takes it once."""
        version = self._office.working.version
        for case in await self._register.on_other_calendar(version, limit=AT_A_TIME):
            decision = Recount(time=self._office.working.part(now))
            # By its last entry, too: the office may go back to a calendar the case had before.
            key = hashed(case.case_id, names.RECOUNT, version, str(case.summary.seq if case.summary else 0))
            try:
                await self._client.send(
                    case.case_id, names.RECOUNT, decision, update_id=key, proven=Proven(actor=SYSTEM)
                )
            except NoSuchRun:
                continue
            except Refused:
                pass  # it counts by this one already, and the register does not have that yet
            except Unavailable:
                break
            await refreshed(self._register, self._client, case)
