"""Activities under seal: none runs that no case of ours has asked for."""

from __future__ import annotations

import asyncio
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
from temporal.proofs import ACTIVITY, ASK, only, proof_in, unproven
from temporal.seal_keys import SealKeys
from temporal.sealed_results import signed_result
from texts.catalogue import current

log = structlog.get_logger(__name__)

LATER = timedelta(minutes=1)
"""When an effect without proof is tried again: its key may be back by then, or the case has asked for it anew."""

LOOKS, BETWEEN = 10, 0.05
"""How often the register is asked for a run, and how many seconds apart: one just started is not written down yet."""

_run: ContextVar[tuple[str, str]] = ContextVar("piyao_run")
"""The first run of the chain that asks, and what its start carried."""


class SealedActivities(worker.ActivityInboundInterceptor):
    """The link that runs an activity only if its input is sealed by a case, for the case it belongs to."""

    def __init__(self, next: worker.ActivityInboundInterceptor, keys: SealKeys) -> None:
        super().__init__(next)
        self._keys = keys

    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:
        """Run an activity whose input is proven.

        Raises:
            ApplicationError: it is not. One of no workflow, or without any proof, is not tried again.

        """
        info, proof = activity.info(), proof_in(input.headers)
        if not info.workflow_id:
            log.error("seal.activity_unproven", activity=info.activity_type, workflow=None)
            raise unproven()
        chain, number = proof.get("chain", ""), proof.get("ask", "")
        said = (info.workflow_id, chain, info.activity_type)
        if not self._is_asked(proof, *said, received_digest(only(input.args))):
            log.error("seal.activity_unproven", activity=info.activity_type, workflow=info.workflow_id)
            if not proof:  # asked for by a version that signed nothing, or by nobody of ours: a case asks anew
                raise unproven()
            raise ApplicationError("no valid proof of who asked for this", type="Unproven", next_retry_delay=LATER)
        token = _run.set((chain, proof.get("nonce", "")))
        try:
            result = await super().execute_activity(input)
        finally:
            _run.reset(token)
        return signed_result(self._keys, result, *said, number) if number else result

    def _is_asked(self, proof: dict[str, str], *said: str | bytes) -> bool:
        """Return whether a case has signed an ask; one of an earlier version has no number."""
        mac, number, nonce = proof.get("mac", ""), proof.get("ask", ""), proof.get("nonce", "")
        if not self._keys.fits(mac, ACTIVITY, *said):
            return False
        return not (number or nonce) or self._keys.fits(proof.get("bound", ""), ASK, mac, number, nonce)


class OwnRuns(worker.Interceptor):
    """The interceptor, behind the seal, that runs activities only for the chain of runs the register knows of a case.

    A start that was sealed once can be sent again after the case has ended. Nothing comes of such a run. `case_of`
    returns the case of a workflow id.
    """

    def __init__(self, entries: EntryStore, case_of: Callable[[str], str]) -> None:
        self.entries, self.case_of = entries, case_of

    async def admits(self, case_id: str, chain: str, nonce: str) -> bool:
        """Return whether a case the register knows belongs to a chain of runs.

        Raises:
            Unavailable: the register does not answer.

        """
        for _ in range(LOOKS):
            if (admitted := await self.entries.admits(case_id, chain, nonce)) is not False:
                return bool(admitted)
            await asyncio.sleep(BETWEEN)
        return False

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
            admitted = await self._own.admits(self._own.case_of(workflow_id), *_run.get(("", "")))
        except Unavailable as problem:
            raise ApplicationError(str(problem), type="Unavailable", category=ApplicationErrorCategory.BENIGN) from None
        if not admitted:  # the run of a case that was started again a moment ago may not be known yet
            log.error("seal.other_run", workflow=workflow_id)
            raise ApplicationError(
                current().phrase("effect", "other_run"), type="OtherRun", category=ApplicationErrorCategory.BENIGN
            )
        return await super().execute_activity(input)
