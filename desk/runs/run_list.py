"""The list of workflows as Temporal shows it: which cases run, and which were stopped."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError

from desk.case_starter import CALL
from domain.errors import Unavailable
from workflows import names

STOPPED = "', '".join(("Terminated", "Canceled", "Failed", "TimedOut"))


class CompletedRun(NamedTuple):
    """A run of a case that has come to its end, and when it was started: by a reset, after the case had closed."""

    case_id: str
    run_id: str
    started: datetime


class RunList:
    """What lists the workflows of the cases of one task queue; Temporal shows a change a moment later."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._ours = f"WorkflowType = '{names.WORKFLOW}' AND TaskQueue = '{task_queue}'"

    async def stopped(self, since: datetime) -> list[str]:
        """Return the ids of cases whose workflow has been stopped in Temporal since an instant (aware UTC).

        Raises:
            Unavailable: Temporal does not answer.

        """
        return await self._ids(f"ExecutionStatus IN ('{STOPPED}') AND CloseTime > '{since.isoformat()}'")

    async def running(self) -> list[str]:
        """Return the ids of all cases whose workflow runs.

        Raises:
            Unavailable: Temporal does not answer.

        """
        return await self._ids("ExecutionStatus = 'Running'")

    async def completed(self, since: datetime) -> list[CompletedRun]:
        """Return the runs that have come to their end since an instant (aware UTC).

        Raises:
            Unavailable: Temporal does not answer.

        """
        found = await self._found(f"ExecutionStatus = 'Completed' AND CloseTime > '{since.isoformat()}'")
        return [CompletedRun(names.case_id(one.id), one.run_id, one.start_time) for one in found]

    async def count_running(self) -> int:
        """Return how many workflows of cases run.

        Raises:
            Unavailable: Temporal does not answer.

        """
        try:
            found = await self._client.count_workflows(
                f"{self._ours} AND ExecutionStatus = 'Running'", rpc_timeout=CALL
            )
        except (RPCError, RuntimeError) as problem:
            raise Unavailable("temporal: no list") from problem
        return found.count

    async def _ids(self, wanted: str) -> list[str]:
        return [names.case_id(one.id) for one in await self._found(wanted)]

    async def _found(self, wanted: str) -> list[WorkflowExecution]:
        found = self._client.list_workflows(f"{self._ours} AND {wanted}", page_size=1000, rpc_timeout=CALL)
        try:
            return [one async for one in found]
        except (RPCError, RuntimeError) as problem:
            raise Unavailable("temporal: no list") from problem
