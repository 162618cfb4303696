"""How a case is reached over Temporal: started, informed of sightings, sent a decision, read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import structlog
from temporalio.client import (
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.common import QueryRejectCondition
from temporalio.service import RPCError

from desk.call_failures import NoSuchRun, failures_by_type
from desk.case_starter import CALL, CaseStarter
from domain.case.answer import Answer, Outcome
from domain.case.case import Case
from domain.case.clock_report import ClockReport
from domain.case.summary import Record, RecordQuery
from domain.decisions import Actor, Decision, OpenEpoch, Proven
from domain.errors import Unavailable
from domain.runs import RunStatus
from domain.tasks.brief import Brief
from temporal.seal import Seal, seal_of
from temporal.sealed_updates import asking, sealed_as, starting_with
from workflows import names

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=2)
"""How long a reader waits for the case itself before the register answers instead."""

AGAIN = 0.2
"""Seconds until a workflow that refused to answer is asked once more (docs/decisions/0020)."""


class Mute(Unavailable):
    """Raised when a worker has tried to let a case answer, and could not: its history does not fit that version."""


@dataclass(frozen=True)
class CaseReading:
    """What a case answered (None: nothing), and how its workflow stands.

    `mute` is whether it has ended and cannot answer, whoever else does.
    """

    record: Record | None
    run: RunStatus
    mute: bool = False


ENDED = {
    WorkflowExecutionStatus.COMPLETED: RunStatus.COMPLETED,
    WorkflowExecutionStatus.CANCELED: RunStatus.CANCELLED,
    WorkflowExecutionStatus.TERMINATED: RunStatus.TERMINATED,
    WorkflowExecutionStatus.TIMED_OUT: RunStatus.TIMED_OUT,
}
"""How a workflow that has ended stands; every other status counts as failed."""


class CaseClient(CaseStarter):
    """What reaches cases over one Temporal client."""

    @cached_property
    def _seal(self) -> Seal | None:
        return seal_of(self.client)

    async def send(
        self,
        case_id: str,
        kind: str,
        decision: Decision,
        *,
        update_id: str,
        proven: Proven,
        start: tuple[Case, OpenEpoch, str] | None = None,
    ) -> Answer:
        """Send one decision under seal and return the case's answer; the same id again has no second effect.

        It counts in the chain of runs that `proven` names only; if that is not known yet, in the one that runs. With
        `start` the case is started from its state in a new epoch, with what was chosen for that start, and it counts in
        what has begun so.

        Raises:
            Refused: the case refuses it.
            NoSuchRun: no workflow of the case runs.
            Unavailable: the outcome is not known.

        """
        with failures_by_type(case_id):
            answer = await self._updated(case_id, kind, decision, update_id, proven, start)
        if self._seal is None or not self._seal.fits_answer(names.workflow_id(case_id), answer.record, update_id):
            raise _unproven(case_id)
        return answer

    async def _updated(
        self,
        case_id: str,
        kind: str,
        decision: Decision,
        update_id: str,
        proven: Proven,
        start: tuple[Case, OpenEpoch, str] | None,
    ) -> Answer:
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        if not proven.chain and start is None:
            proven = proven.model_copy(update={"chain": await _first_run(handle)})
        how: dict[str, Any] = {"id": update_id, "result_type": Answer, "rpc_timeout": CALL}
        with sealed_as(proven):
            if start is None:
                answer: Answer = await handle.execute_update(kind, decision, **how)
                return answer
            case, epoch, nonce = start
            with starting_with(nonce):
                answer = await self.client.execute_update_with_start_workflow(
                    kind, decision, start_workflow_operation=self.start_in(case, epoch), **how
                )
        return answer

    async def first_run(self, case_id: str) -> str:
        """Return the id of the first run of the chain that a case runs in.

        Raises:
            NoSuchRun: Temporal has no workflow of it.
            Unavailable: Temporal does not answer.

        """
        with failures_by_type(case_id):
            return await _first_run(self.client.get_workflow_handle(names.workflow_id(case_id)))

    async def read(self, case_id: str, query: RecordQuery) -> CaseReading:
        """Return how a case stands, with the entries the register may lack, and how its workflow stands.

        A workflow that has ended answers, too, for as long as Temporal keeps its history.

        Raises:
            Unavailable: neither the case nor Temporal says how it stands.

        """
        try:
            record = await self._record(case_id, query, QueryRejectCondition.NOT_OPEN)
        except WorkflowQueryRejectedError as ended:
            run = ENDED.get(ended.status, RunStatus.FAILED) if ended.status else RunStatus.FAILED
            if run is RunStatus.COMPLETED and (last := await self._last_record(case_id)) is not None:
                return CaseReading(last, run)
            try:
                return CaseReading(await self._record(case_id, query, None), run)
            except Unavailable as silent:  # its history may fit the worker no longer, or be gone meanwhile
                return CaseReading(None, run, mute=isinstance(silent, Mute))
        return CaseReading(record, RunStatus.RUNNING if record else RunStatus.MISSING)

    async def _last_record(self, case_id: str) -> Record | None:
        """Return the record in the result of a finished case, which Temporal itself has; None if it has none.

        To ask the workflow would cost a replay of its whole history.
        """
        handle = self.client.get_workflow_handle(names.workflow_id(case_id), result_type=Outcome)
        try:
            outcome: Outcome = await handle.result(rpc_timeout=LOOK)
            last = outcome.last_record()
            if last is None or self._seal is None or not self._seal.fits(names.workflow_id(case_id), last):
                return None
            return outcome.whole_record()
        except (RPCError, RuntimeError, WorkflowFailureError, ValueError):  # then it is asked all the same
            return None

    async def _record(self, case_id: str, query: RecordQuery, reject: QueryRejectCondition | None) -> Record | None:
        """Ask the workflow; return None if Temporal has none of that id."""
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        try:
            with failures_by_type(case_id), asking() as asked:
                record: Record = await _answer(
                    handle, names.RECORD, query, result_type=Record, reject_condition=reject, rpc_timeout=LOOK
                )
        except NoSuchRun:
            return None
        except WorkflowQueryFailedError as problem:
            raise Mute("the case cannot answer: its history does not fit this worker") from problem
        if self._seal is None or not self._seal.fits(names.workflow_id(case_id), record, asked):
            raise _unproven(case_id)
        return record

    async def brief(self, case_id: str, actor: Actor) -> Brief | None:
        """Return how a running case looks to `actor`, with the decisions open to them; None if it does not answer."""
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        try:
            with asking() as asked:
                brief: Brief | None = await _answer(handle, names.BRIEF, actor, result_type=Brief, rpc_timeout=LOOK)
        except (RPCError, RuntimeError, WorkflowQueryFailedError):  # the last: a worker of before the query
            return None
        if brief and (self._seal is None or not self._seal.fits_brief(names.workflow_id(case_id), brief, asked)):
            log.error("seal.answer_unproven", case_id=case_id)
            return None
        return brief

    async def clocks(self, case_id: str, at: datetime) -> ClockReport:
        """Return every clock of a case with its account as of `at` (aware UTC).

        Raises:
            Unavailable: the case does not answer.

        """
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        try:
            found: ClockReport = await _answer(handle, names.CLOCKS, at, result_type=ClockReport, rpc_timeout=LOOK)
        except (RPCError, RuntimeError, WorkflowQueryFailedError) as problem:
            raise Unavailable("the case does not answer") from problem
        return found

    async def answers(self) -> bool:
        """Return whether Temporal answers."""
        try:
            return await self.client.service_client.check_health(timeout=LOOK)
        except (RPCError, RuntimeError):  # RuntimeError: a lazy client that cannot connect
            return False


def _unproven(case_id: str) -> Unavailable:
    """Return what is said of an answer that no worker of ours has signed, or for another question.

    Whoever polls the queue of the cases could make one up, or give an old one again.
    """
    log.error("seal.answer_unproven", case_id=case_id)
    return Unavailable("an answer without proof")


async def _first_run(handle: WorkflowHandle[Any, Any]) -> str:
    description = await handle.describe(rpc_timeout=CALL)
    return str(description.raw_description.workflow_execution_info.first_run_id)


async def _answer(handle: WorkflowHandle[Any, Any], *asked: Any, **how: Any) -> Any:
    """Return the answer of a workflow; one that refused because a result waited for its task is asked once more.

    Raises:
        WorkflowQueryFailedError: it refuses again.
        RPCError: Temporal or the worker does not answer.

    """
    try:
        return await handle.query(*asked, **how)
    except WorkflowQueryFailedError:
        await asyncio.sleep(AGAIN)
        return await handle.query(*asked, **how)
