"""How a case is reached over Temporal: started, informed of sightings, sent a decision, read."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import QueryRejectCondition, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.bounds import SUMMARY
from domain.case.answer import Answer, Outcome
from domain.case.case import Case
from domain.case.clock_report import ClockReport
from domain.case.summary import Record, RecordQuery
from domain.decisions import Actor, Decision, OpenEpoch, Opening, Proven, Sighting
from domain.errors import REFUSALS, Fault, Unavailable
from domain.runs import RunStatus
from domain.tasks.brief import Brief
from domain.vocabulary import Level
from temporal.seal import sealed_as
from texts.catalogue import current
from workflows import names
from workflows.case.operator_view import at_start
from workflows.rumor_case import RumorCase, Start

log = structlog.get_logger(__name__)

CALL = timedelta(seconds=5)
"""How long a caller waits for Temporal before it gets `Unavailable`."""

LOOK = timedelta(seconds=2)
"""How long a reader waits for the case itself before the register answers instead."""

AGAIN = 0.2
"""Seconds until a workflow that refused to answer is asked once more (docs/decisions/0020)."""

TASK = timedelta(seconds=5)
"""How long a workflow task may take, and so how long one that a killed worker held is missing."""


class CaseIsOver(Exception):
    """Raised when a case is to be started whose workflow has ended."""


class NoSuchRun(Exception):
    """Raised when a decision is sent and no workflow of the case runs: it has ended, or has not been started yet."""


@dataclass(frozen=True)
class CaseReading:
    """What a case answered (None: nothing), and how its workflow stands."""

    record: Record | None
    run: RunStatus


ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"
"""The type of the SDK's error for an Update whose workflow ended before it had answered."""

ENDED = {
    WorkflowExecutionStatus.COMPLETED: RunStatus.COMPLETED,
    WorkflowExecutionStatus.CANCELED: RunStatus.CANCELLED,
    WorkflowExecutionStatus.TERMINATED: RunStatus.TERMINATED,
    WorkflowExecutionStatus.TIMED_OUT: RunStatus.TIMED_OUT,
}
"""How a workflow that has ended stands; every other status counts as failed."""


class CaseClient:
    """What reaches cases over one Temporal client."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self.client, self._task_queue = client, task_queue

    async def start(self, opening: Opening, sighting: Sighting | None = None) -> None:
        """Start a case, or inform the running one of a sighting; the same call again has no second effect.

        Raises:
            CaseIsOver: the case has ended.
            Unavailable: Temporal does not answer.

        """
        signal: dict[str, Any] = {"start_signal": names.SIGHTED, "start_signal_args": [sighting]} if sighting else {}
        try:
            await self.client.start_workflow(
                RumorCase.run,
                Start(opening=opening),
                id=names.workflow_id(opening.case_id),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                task_timeout=TASK,
                rpc_timeout=CALL,
                static_summary=_title(opening.level, opening.claim),
                search_attributes=at_start(opening, _now()),
                **signal,
            )
        except WorkflowAlreadyStartedError as ended:
            raise CaseIsOver(opening.case_id) from ended
        except RPCError as problem:
            if problem.status is RPCStatusCode.ALREADY_EXISTS:
                raise CaseIsOver(opening.case_id) from problem
            raise Unavailable(f"temporal: {problem.status.name}") from problem
        except RuntimeError as problem:  # what the SDK raises when a lazy client cannot connect
            raise Unavailable("temporal: no connection") from problem

    async def start_again(self, case: Case, epoch: OpenEpoch) -> None:
        """Start a case from its state, in a new epoch of its timeline.

        Raises:
            CaseIsOver: a workflow of the case runs.
            Unavailable: Temporal does not answer.

        """
        try:
            await self.client.start_workflow(
                RumorCase.run,
                Start(carried=case, epoch=epoch),
                id=names.workflow_id(case.opening.case_id),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                task_timeout=TASK,
                rpc_timeout=CALL,
                static_summary=_title(case.level, case.opening.claim),
            )
        except WorkflowAlreadyStartedError as running:
            raise CaseIsOver(case.opening.case_id) from running
        except RPCError as problem:
            if problem.status is RPCStatusCode.ALREADY_EXISTS:
                raise CaseIsOver(case.opening.case_id) from problem
            raise Unavailable(f"temporal: {problem.status.name}") from problem
        except RuntimeError as problem:  # what the SDK raises when a lazy client cannot connect
            raise Unavailable("temporal: no connection") from problem

    async def send(self, case_id: str, kind: str, decision: Decision, *, update_id: str, proven: Proven) -> Answer:
        """Send one decision under seal and return the case's answer; the same id again has no second effect.

        Raises:
            Refused: the case refuses it.
            NoSuchRun: no workflow of the case runs.
            Unavailable: the outcome is not known.

        """
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        try:
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
        return answer

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
            with suppress(Unavailable):  # its history may fit the worker no longer, or be gone meanwhile
                return CaseReading(await self._record(case_id, query, None), run)
            return CaseReading(None, run)
        return CaseReading(record, RunStatus.RUNNING if record else RunStatus.MISSING)

    async def _last_record(self, case_id: str) -> Record | None:
        """Return the record in the result of a finished case, which Temporal itself has; None if it has none.

        To ask the workflow would cost a replay of its whole history.
        """
        handle = self.client.get_workflow_handle(names.workflow_id(case_id), result_type=Outcome)
        try:
            outcome: Outcome = await handle.result(rpc_timeout=LOOK)
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
        except (RuntimeError, WorkflowQueryFailedError) as problem:  # the last: its history does not fit the worker
            raise Unavailable(f"the case does not answer: {type(problem).__name__}") from problem
        return record

    async def brief(self, case_id: str, actor: Actor) -> Brief | None:
        """Return how a running case looks to `actor`, with the decisions open to them; None if it does not answer."""
        handle = self.client.get_workflow_handle(names.workflow_id(case_id))
        try:
            brief: Brief | None = await _answer(handle, names.BRIEF, actor, result_type=Brief, rpc_timeout=LOOK)
        except (RPCError, RuntimeError, WorkflowQueryFailedError):  # the last: a worker of before the query
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


def _title(level: Level, claim: str) -> str:
    return SUMMARY.cut(current().say("title", level=level, claim=claim))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (what a case is found by until its first own upsert)


def _refusal(failed: WorkflowUpdateFailedError) -> Exception:
    """Return the refusal behind an Update's failure, by its type; a fault if it is none: it would fail again."""
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type == ENDED_MEANWHILE:
        return Unavailable("the case ended while it took the decision")
    if not isinstance(cause, ApplicationError) or cause.type not in REFUSALS:
        log.error("decision.fault", fault=getattr(cause, "type", type(cause).__name__))
        return Fault("fault")
    code, values = cause.details
    return REFUSALS[cause.type](code, **values)
