"""What a case sends, under seal: what it asks of activities, and what it hands on to its next run."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NoReturn, cast

import structlog
from temporalio import worker, workflow
from temporalio.common import RawValue
from temporalio.exceptions import FailureError

from temporal.converter import sent_digest
from temporal.proofs import ACTIVITY, ASK, CONTINUE, CONTINUED, UnknownKey, only, proof_in, with_proof
from temporal.seal_keys import SealKeys
from temporal.sealed_results import ProvenResult, ResultProof, result_fits

log = structlog.get_logger(__name__)


class SealedAsks(worker.WorkflowOutboundInterceptor):
    """The link that signs what a case asks for, and takes no result that is not proven.

    `proven` is whether all that has led here was proven; what a case asks for is signed only then.
    """

    proven = True

    def __init__(self, next: worker.WorkflowOutboundInterceptor, keys: SealKeys) -> None:
        super().__init__(next)
        self._keys = keys

    @cached_property
    def nonce(self) -> str:
        """What the desk chose for the start that has led here; empty in a case of an earlier version.

        It is read without a check: a run whose start does not fit ends in its first task.
        """
        return proof_in(workflow.info().headers).get("nonce", "")

    def start_activity(self, input: worker.StartActivityInput) -> workflow.ActivityHandle[Any]:
        """Ask an activity for something, as often as it takes until a worker of ours has answered."""
        expected, input.ret_type = input.ret_type, RawValue

        def ask() -> tuple[workflow.ActivityHandle[Any], str]:
            number = self._sign(input)
            return super(SealedAsks, self).start_activity(input), number

        return cast(workflow.ActivityHandle[Any], ProvenResult(ask, self, input.activity, expected))

    def start_local_activity(self, input: worker.StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        """Ask an activity for something inside the task; whoever asks goes another way if that comes to nothing."""
        expected, input.ret_type = input.ret_type, RawValue

        def ask() -> tuple[workflow.ActivityHandle[Any], str]:
            number = self._sign(input)
            return super(SealedAsks, self).start_local_activity(input), number

        return cast(workflow.ActivityHandle[Any], ProvenResult(ask, self, input.activity, expected, once=True))

    def _sign(self, input: worker.StartActivityInput | worker.StartLocalActivityInput) -> str:
        """Sign what is asked of an activity, and return the number only this ask has; in a replay nobody looks at it.

        An earlier worker checks the first signature only.
        """
        number = str(workflow.uuid4())
        if workflow.unsafe.is_replaying() or not self.proven:
            return number
        info = workflow.info()
        chain = info.first_execution_run_id
        mac = self._keys.mac(ACTIVITY, info.workflow_id, chain, input.activity, sent_digest(only(input.args)))
        bound = self._keys.mac(ASK, mac, number, self.nonce)
        input.headers = with_proof(input.headers, chain=chain, mac=mac, ask=number, nonce=self.nonce, bound=bound)
        return number

    def takes(self, activity: str, number: str, came: RawValue | FailureError | None) -> bool:
        """Return whether the case takes what came of an ask; what it does not take is marked in the history.

        So a replay does the same, with whatever keys. What was taken there without a proof, by the worker of somebody
        else, cannot be undone; from then on nothing of the run is signed. A case of an earlier version has taken
        results without proof.

        Raises:
            UnknownKey: it was taken, and this worker cannot judge it.

        """
        mark, proof = f"unproven-{number}", ResultProof.of(came)
        replaying = workflow.unsafe.is_replaying()
        if replaying and workflow.patched(mark):
            return False
        if replaying and not self.nonce:
            return True
        info = workflow.info()
        fits = result_fits(self._keys, proof, info.workflow_id, info.first_execution_run_id, activity, number)
        if not replaying and not fits:
            log.error("seal.result_unproven", activity=activity, workflow=info.workflow_id)
            workflow.patched(mark)
        elif not fits:
            if proof.mac and not self._keys.knows(proof.key):
                raise UnknownKey(f"result of {activity} in {info.workflow_id}")
            self.proven = False
        return fits or replaying

    def continue_as_new(self, input: worker.ContinueAsNewInput) -> NoReturn:
        """Hand the case on to its next run, under seal."""
        if not workflow.unsafe.is_replaying() and self.proven:
            info = workflow.info()
            mac = self._keys.mac(CONTINUE, info.workflow_id, info.first_execution_run_id, sent_digest(only(input.args)))
            proof = {"mac": mac, "key": self._keys.name}
            if self.nonce:
                proof |= {"nonce": self.nonce, "bound": self._keys.mac(CONTINUED, mac, self.nonce)}
            input.headers = with_proof(input.headers, **proof)
        super().continue_as_new(input)
