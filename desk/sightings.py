"""How a case that runs learns of further reports of its claim, and whether it has taken one."""

from __future__ import annotations

from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from desk.case_client import CALL, CaseIsOver
from domain.case.summary import Summary
from domain.decisions import Sighting
from domain.errors import Unavailable
from workflows import names


class SightingClient:
    """What tells cases of sightings over one Temporal client; it starts none."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def tell(self, case_id: str, sighting: Sighting) -> None:
        """Tell a case of a sighting; the same call again has no second effect.

        Raises:
            CaseIsOver: no workflow of the case runs.
            Unavailable: Temporal does not answer.

        """
        handle = self._client.get_workflow_handle(names.workflow_id(case_id))
        try:
            await handle.signal(names.SIGHTED, sighting, rpc_timeout=CALL)
        except (RPCError, RuntimeError) as problem:  # RuntimeError: a lazy client that cannot connect
            raise _fault(case_id, problem) from problem

    async def has_taken(self, case_id: str, sighting: Sighting) -> bool:
        """Return whether a case counts a sighting it may have been told of; a workflow that has ended answers, too.

        Raises:
            CaseIsOver: it was closed before it was told, or Temporal has no workflow of it.
            Unavailable: the case does not answer.

        """
        handle = self._client.get_workflow_handle(names.workflow_id(case_id))
        try:
            summary: Summary = await handle.query(names.VIEW, result_type=Summary, rpc_timeout=CALL)
        except (RPCError, RuntimeError, WorkflowQueryFailedError) as problem:
            raise _fault(case_id, problem) from problem
        if summary.sightings < sighting.count and summary.closed_at is not None:
            raise CaseIsOver(case_id)
        return summary.sightings >= sighting.count


def _fault(case_id: str, problem: Exception) -> Exception:
    if isinstance(problem, RPCError) and problem.status is RPCStatusCode.NOT_FOUND:
        return CaseIsOver(case_id)
    return Unavailable(f"the case cannot be told: {type(problem).__name__}")
