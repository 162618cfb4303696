"""Activities under seal: none runs that no case of ours has asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import structlog
from temporalio import activity, worker
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.errors import Unavailable
from domain.ports.register import EntryStore
from temporal.converter import received_digest
from temporal.proofs import ACTIVITY, only, proof_in, unproven
from temporal.seal_keys import SealKeys
from texts.catalogue import current

log = structlog.get_logger(__name__)

LATER = timedelta(minutes=1)
"""When an effect without proof is tried again: its key may be back by then, or the case has asked for it anew."""

_chain: ContextVar[str] = ContextVar("piyao_chain")


class SealedActivities(worker.ActivityInboundInterceptor):
    """The link that runs an activity only if its input is sealed by a case, for the case it belongs to."""

    def __init__(self, next: worker.ActivityInboundInterceptor, keys: SealKeys) -> None:
        super().__init__(next)
        self._keys = keys

    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:
        """Run an activity whose input is proven.

        Raises:
            ApplicationError: it is not. One that belongs to no workflow is not tried again.

        """
        info, proof = activity.info(), proof_in(input.headers)
        if not info.workflow_id:
            log.error("seal.activity_unproven", activity=info.activity_type, workflow=None)
            raise unproven()
        chain = proof.get("chain", "")
        digest = received_digest(only(input.args))
        if not self._keys.fits(proof.get("mac", ""), ACTIVITY, info.workflow_id, chain, info.activity_type, digest):
            log.error("seal.activity_unproven", activity=info.activity_type, workflow=info.workflow_id)
            raise ApplicationError("no valid proof of who asked for this", type="Unproven", next_retry_delay=LATER)
        token = _chain.set(chain)
        try:
            return await super().execute_activity(input)
        finally:
            _chain.reset(token)


class OwnRuns(worker.Interceptor):
    """The interceptor, behind the seal, that runs activities only for the chain of runs the register knows of a case.

    A start that was sealed once can be sent again after the case has ended. Nothing comes of such a run. `case_of`
    returns the case of a workflow id.
    """

    def __init__(self, entries: EntryStore, case_of: Callable[[str], str]) -> None:
        self.entries, self.case_of = entries, case_of

    async def admits(self, case_id: str, chain: str) -> bool:
        """Return whether a case the register knows belongs to a chain of runs.

        Raises:
            Unavailable: the register does not answer.

        """
        return bool(await self.entries.admits(case_id, chain))

    def intercept_activity(self, next: worker.ActivityInboundInterceptor) -> worker.ActivityInboundInterceptor:
        """Return the activities' chain with the check in front."""
        return _OwnRun(next, self)


class _OwnRun(worker.ActivityInboundInterceptor):
    def __init__(self, next: worker.ActivityInboundInterceptor, own: OwnRuns) -> None:
        super().__init__(next)
        self._own = own

    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:
        workflow_id = activity.info().workflow_id or ""
        try:
            admitted = await self._own.admits(self._own.case_of(workflow_id), _chain.get(""))
        except Unavailable as problem:
            raise ApplicationError(str(problem), type="Unavailable", category=ApplicationErrorCategory.BENIGN) from None
        if not admitted:  # the run of a case that was started again a moment ago may not be known yet
            log.error("seal.other_run", workflow=workflow_id)
            raise ApplicationError(
                current().phrase("effect", "other_run"), type="OtherRun", category=ApplicationErrorCategory.BENIGN
            )
        return await super().execute_activity(input)
