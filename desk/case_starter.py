"""How a case is started over Temporal: from its first report, or again from its state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.bounds import SUMMARY
from domain.case.answer import Outcome
from domain.case.case import Case
from domain.decisions import OpenEpoch, Opening
from domain.errors import Unavailable
from domain.vocabulary import Level
from temporal.sealed_updates import starting_with
from texts.catalogue import current
from workflows import names
from workflows.case.operator_view import at_start
from workflows.rumor_case import RumorCase, Start

CALL = timedelta(seconds=5)
"""How long a caller waits for Temporal before it gets `Unavailable`."""

TASK = timedelta(seconds=5)
"""How long a workflow task may take, and so how long one that a killed worker held is missing."""


class CaseIsOver(Exception):
    """Raised when a case is to be started whose workflow has ended."""


class CaseStarter:
    """What starts cases over one Temporal client."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self.client, self._task_queue = client, task_queue

    async def start(self, opening: Opening, waited: timedelta, nonce: str) -> str:
        """Start a case and return the id of the run; the same call again has no second effect.

        `waited` is how long the report that opens it has waited for this, `nonce` what was chosen for the start. If the
        case runs already, the id is empty: what runs there says by its nonce whether it is ours. One that was stopped
        before it was heard of is started once more.

        Raises:
            CaseIsOver: the case has ended.
            Unavailable: Temporal does not answer.

        """
        try:
            with starting_with(nonce):
                handle = await self.client.start_workflow(
                    RumorCase.run,
                    Start(opening=opening, waited=waited),
                    id=names.workflow_id(opening.case_id),
                    task_queue=self._task_queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                    task_timeout=TASK,
                    rpc_timeout=CALL,
                    static_summary=_title(opening.level, opening.claim),
                    search_attributes=at_start(opening, _now() - waited),
                )
        except WorkflowAlreadyStartedError as there:
            if await self._runs(there):
                return ""
            raise CaseIsOver(opening.case_id) from there
        except RPCError as problem:
            if problem.status is RPCStatusCode.ALREADY_EXISTS:
                raise CaseIsOver(opening.case_id) from problem
            raise Unavailable(f"temporal: {problem.status.name}") from problem
        except RuntimeError as problem:  # what the SDK raises when a lazy client cannot connect
            raise Unavailable("temporal: no connection") from problem
        return handle.first_execution_run_id or ""

    async def _runs(self, there: WorkflowAlreadyStartedError) -> bool:
        """Return whether a workflow that is there runs.

        Raises:
            Unavailable: Temporal does not answer.

        """
        try:
            found = await self.client.get_workflow_handle(there.workflow_id).describe(rpc_timeout=CALL)
        except RPCError as problem:
            raise Unavailable(f"temporal: {problem.status.name}") from problem
        return found.status is WorkflowExecutionStatus.RUNNING

    async def start_again(self, case: Case, epoch: OpenEpoch, nonce: str, *, replacing: bool = False) -> str:
        """Start a case from its state, in a new epoch of its timeline; return the id of the run.

        `nonce` is what was chosen for the start. `replacing` is whether a workflow that runs under its id is not ours,
        and is ended.

        Raises:
            CaseIsOver: a workflow of the case runs.
            Unavailable: Temporal does not answer.

        """
        try:
            with starting_with(nonce):
                handle = await self.client.start_workflow(
                    RumorCase.run,
                    Start(carried=case, epoch=epoch),
                    id=names.workflow_id(case.opening.case_id),
                    task_queue=self._task_queue,
                    id_conflict_policy=(
                        WorkflowIDConflictPolicy.TERMINATE_EXISTING if replacing else WorkflowIDConflictPolicy.FAIL
                    ),
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    task_timeout=TASK,
                    rpc_timeout=CALL,
                    static_summary=_title(case.level, case.claim),
                )
        except WorkflowAlreadyStartedError as running:
            raise CaseIsOver(case.opening.case_id) from running
        except RPCError as problem:
            if problem.status is RPCStatusCode.ALREADY_EXISTS:
                raise CaseIsOver(case.opening.case_id) from problem
            raise Unavailable(f"temporal: {problem.status.name}") from problem
        except RuntimeError as problem:  # what the SDK raises when a lazy client cannot connect
            raise Unavailable("temporal: no connection") from problem
        return handle.first_execution_run_id or ""

    def start_in(self, case: Case, epoch: OpenEpoch) -> WithStartWorkflowOperation[RumorCase, Outcome]:
        """Return the start of a case in a new epoch, to be sent together with the Update it is started for.

        If the case runs by then, the Update goes there; it counts only if the very same start has begun that run.
        """
        return WithStartWorkflowOperation(
            RumorCase.run,
            Start(carried=case, epoch=epoch),
            id=names.workflow_id(case.opening.case_id),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            task_timeout=TASK,
            static_summary=_title(case.level, case.claim),
        )

    async def end(self, case_id: str, chain: str) -> None:
        """End a run that is not that of the case, and of which nothing has gone out; the present one without `chain`.

        Raises:
            Unavailable: Temporal does not answer.

        """
        handle = self.client.get_workflow_handle(names.workflow_id(case_id), first_execution_run_id=chain or None)
        try:
            await handle.terminate(reason="not the run of the case", rpc_timeout=CALL)
        except RPCError as problem:
            if problem.status is not RPCStatusCode.NOT_FOUND:
                raise Unavailable(f"temporal: {problem.status.name}") from problem


def _title(level: Level, claim: str) -> str:
    return SUMMARY.cut(current().say("title", level=level, claim=claim))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (what a case is found by until its first own upsert)
