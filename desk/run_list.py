"""The list of workflows as Temporal shows it: which cases run, and which were stopped."""

from __future__ import annotations

from datetime import datetime

from temporalio.client import Client
from temporalio.service import RPCError

from desk.case_starter import CALL
from domain.errors import Unavailable
from workflows import names

STOPPED = "', '".join(("Terminated", "Canceled", "Failed", "TimedOut"))


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
        found = self._client.list_workflows(f"{self._ours} AND {wanted}", page_size=1000, rpc_timeout=CALL)
        try:
            return [names.case_id(one.id) async for one in found]
        except (RPCError, RuntimeError) as problem:
            raise Unavailable("temporal: no list") from problem
