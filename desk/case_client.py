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
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import QueryRejectCondition
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from desk.case_starter import CALL, CaseStarter
from domain.case.answer import Answer, Outcome
from domain.case.clock_report import ClockReport
from domain.case.summary import Record, RecordQuery
from domain.decisions import Actor, Decision, Proven
from domain.errors import REFUSALS, Fault, Unavailable
from domain.runs import RunStatus
from domain.tasks.brief import Brief
from temporal.proofs import UNKNOWN_KEY
from temporal.seal import Seal, seal_of
from temporal.sealed_updates import sealed_as
from workflows import names

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=2)
"""How long a reader waits for the case itself before the register answers instead."""

AGAIN = 0.2
"""Seconds until a workflow that refused to answer is asked once more (docs/decisions/0020)."""


class NoSuchRun(Exception):
    """Raised when a decision is sent and no workflow of the case runs: it has ended, or has not been started yet."""


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


ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"
"""The type of the SDK's error for an Update whose workflow ended before it had answered."""

UNPROCESSED = "UnprocessedUpdate"
"""The type of the server's error for an Update that a worker's answer passed over: the case has not heard it."""

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

    async def send(self, case_id: str, kind: str, decision: Decision, *, update_id: str, proven: Proven) -> Answer:
        """Send one decision under seal and return the case's answer; the same id again has no second effect.

        It counts in the chain of runs that `proven` names only; if that is not known yet, in the one that runs.

        Raises:
            Refused: the case refuses it.
            NoSuchRun: no workflow of the case runs.
            Unavailable: the outcome is not known.

        """
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        try:
            if not proven.chain:
                proven = proven.model_copy(update={"chain": await _first_run(handle)})
            with sealed_as(proven):
                answer: Answer = await handle.execute_update(
                    kind, decision, id=update_id, result_type=Answer, rpc_timeout=CALL
                )
        except WorkflowUpdateFailedError as failed:
            raise _refusal(failed) from None
        except WorkflowUpdateRPCTimeoutOrCancelledError as late:
            raise Unavailable("temporal: no answer in time") from late
        except RPCError as problem:
            if problem.status is RPCStatusCode.NOT_FOUND:
                raise NoSuchRun(case_id) from problem
            raise Unavailable(f"temporal: {problem.status.name}") from problem
        except RuntimeError as problem:  # what the SDK raises when a lazy client cannot connect
            raise Unavailable("temporal: no connection") from problem
        self._check(case_id, answer.record)
        return answer

    def _check(self, case_id: str, record: Record) -> None:
        """Refuse a record that no worker of ours has signed: whoever polls the queue of the cases could make one up.

        Raises:
            Unavailable: it is none of ours.

        """
        if self._seal is None or not self._seal.fits(names.workflow_id(case_id), record):
            log.error("seal.answer_unproven", case_id=case_id)
            raise Unavailable("an answer without proof")

    async def first_run(self, case_id: str) -> str:
        """Return the id of the first run of the chain that a case runs in.

        Raises:
            NoSuchRun: Temporal has no workflow of it.
            Unavailable: Temporal does not answer.

        """
        try:
            return await _first_run(self.client.get_workflow_handle(names.workflow_id(case_id)))
        except RPCError as problem:
            if problem.status is RPCStatusCode.NOT_FOUND:
                raise NoSuchRun(case_id) from problem
            raise Unavailable(f"temporal: {problem.status.name}") from problem
        except RuntimeError as problem:  # what the SDK raises when a lazy client cannot connect
            raise Unavailable("temporal: no connection") from problem

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
            if (last := outcome.last_record()) is None:
                return None
            self._check(case_id, last)
            return outcome.whole_record()
        except (RPCError, RuntimeError, WorkflowFailureError, ValueError):  # then it is asked all the same
            return None

    async def _record(self, case_id: str, query: RecordQuery, reject: QueryRejectCondition | None) -> Record | None:
        """Ask the workflow; return None if Temporal has none of that id."""
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        try:
            record: Record = await _answer(
                handle, names.RECORD, query, result_type=Record, reject_condition=reject, rpc_timeout=LOOK
            )
        except RPCError as problem:
            if problem.status is RPCStatusCode.NOT_FOUND:
                return None
            raise Unavailable(f"temporal: {problem.status.name}") from problem
        except WorkflowQueryFailedError as problem:
            raise Mute("the case cannot answer: its history does not fit this worker") from problem
        except RuntimeError as problem:  # what the SDK raises when a lazy client cannot connect
            raise Unavailable("temporal: no connection") from problem
        self._check(case_id, record)
        return record

    async def brief(self, case_id: str, actor: Actor) -> Brief | None:
        """Return how a running case looks to `actor`, with the decisions open to them; None if it does not answer."""
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        try:
            brief: Brief | None = await _answer(handle, names.BRIEF, actor, result_type=Brief, rpc_timeout=LOOK)
        except (RPCError, RuntimeError, WorkflowQueryFailedError):  # the last: a worker of before the query
            return None
        if brief and (self._seal is None or not self._seal.fits_brief(names.workflow_id(case_id), brief)):
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


def _refusal(failed: WorkflowUpdateFailedError) -> Exception:
    """Return the refusal behind an Update's failure, by its type; a fault if it is none: it would fail again."""
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type == ENDED_MEANWHILE:
        return Unavailable("the case ended while it took the decision")
    if isinstance(cause, ApplicationError) and cause.type in (UNKNOWN_KEY, UNPROCESSED):
        return Unavailable("the worker that answered has another key, or passed the decision over")
    if not isinstance(cause, ApplicationError) or cause.type not in REFUSALS:
        log.error("decision.fault", fault=getattr(cause, "type", type(cause).__name__))
        return Fault("fault")
    code, values = cause.details
    return REFUSALS[cause.type](code, **values)
