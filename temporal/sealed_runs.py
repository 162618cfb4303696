"""Runs under seal: what reaches a case is checked, and what it asks of activities and of its next run is signed."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from temporalio import worker, workflow
from temporalio.exceptions import ApplicationError, FailureError

from domain.case.answer import Answer, Outcome
from domain.case.summary import Record
from domain.decisions import CONSOLE, Proven, Reseal
from domain.errors import NotPermitted, Refused
from domain.runs import begun_with
from domain.tasks.brief import Brief
from temporal.converter import received_digest
from temporal.proofs import (
    BRIEF,
    CONTINUE,
    CONTINUED,
    HEADER,
    RECORD,
    START,
    STARTED,
    UNKNOWN_KEY,
    UPDATE,
    UnknownKey,
    came_with,
    of_query,
    of_update,
    only,
    proof_in,
    refused,
    unknown_key,
    unproven,
)
from temporal.seal_keys import SealKeys
from temporal.sealed_asks import SealedAsks
from temporal.sealed_updates import sealed_as

UNSEALED_BEFORE = ("escalate",)
"""The kinds of decision that passed without a seal in an earlier version, and stand so in its histories."""


def run_checks(keys: SealKeys) -> type[worker.WorkflowInboundInterceptor]:
    """Return the class of the link that checks what reaches a case, bound to the keys."""

    class Checking(_Checking):
        seal_keys = keys

    return Checking


class _Checking(worker.WorkflowInboundInterceptor):
    seal_keys: SealKeys

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        self._outbound = SealedAsks(outbound, self.seal_keys)
        super().init(self._outbound)

    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:
        """Run a case whose start, or whose run before, is proven; another one ends here, without an effect.

        What is replayed has happened, perhaps by the hand of somebody else's worker: it then goes on unsigned.

        Raises:
            UnknownKey: this worker cannot judge; another one will.

        """
        proof = proof_in(input.headers)
        if not self._begins_rightly(input, proof):
            if not self.seal_keys.knows(proof.get("key", "")):
                raise UnknownKey(f"start of {workflow.info().workflow_id}")
            if not workflow.unsafe.is_replaying():
                workflow.logger.error("seal.run_unproven")
                raise unproven()
            self._outbound.proven = False
        return self._signed(await super().execute_workflow(input))

    async def handle_query(self, input: worker.HandleQueryInput) -> Any:
        """Answer a question, with a proof that the case's own worker did, and did so now."""
        return self._signed(await super().handle_query(input), of_query(proof_in(input.headers).get("asked", "")))

    def _signed(self, answer: Any, asked: str = "") -> Any:
        """Return an answer whose record, if there is one, is signed for what was asked.

        Whoever polls the queue could make one up, or give an old one again.
        """
        if not self._outbound.proven:
            return answer
        if isinstance(answer, Record):
            info = workflow.info()
            known = {"chain": info.first_execution_run_id, "nonce": self._outbound.nonce}
            record = answer.model_copy(update=known)
            claims = (*record.claims(), asked) if asked else record.claims()
            return record.model_copy(update={"proof": self.seal_keys.mac(RECORD, info.workflow_id, *claims)})
        if isinstance(answer, Answer):
            return answer.model_copy(update={"record": self._signed(answer.record, asked)})
        if isinstance(answer, Outcome) and (last := answer.last_record()) is not None:
            return answer.model_copy(update={"record": self._signed(last).model_copy(update={"state": None})})
        if isinstance(answer, Brief):
            brief = answer.model_copy(update={"record": self._signed(answer.record, asked)})
            said = (brief.claims(), asked) if asked else (brief.claims(),)
            mac = self.seal_keys.mac(BRIEF, workflow.info().workflow_id, *said)
            return brief.model_copy(update={"proof": mac})
        return answer

    def _begins_rightly(self, input: worker.ExecuteWorkflowInput, proof: dict[str, str]) -> bool:
        """Return whether a run has begun as the desk, or the run before, has signed, with what was chosen for it."""
        mac, info = proof.get("mac", ""), workflow.info()
        digest = received_digest(only(input.args))
        if self.seal_keys.fits(mac, START, info.workflow_id, digest):
            bound = STARTED
        elif self.seal_keys.fits(mac, CONTINUE, info.workflow_id, info.first_execution_run_id, digest):
            bound = CONTINUED
        else:
            return False
        nonce = self._outbound.nonce
        return not nonce or self.seal_keys.fits(proof.get("bound", ""), bound, mac, nonce)

    def handle_update_validator(self, input: worker.HandleUpdateInput) -> None:
        """Refuse an Update whose sender is not proven, and let the rules refuse the rest."""
        proof = proof_in(input.headers)
        sender = _sender(proof)
        if HEADER not in input.headers:
            raise refused(NotPermitted("no_seal", kind=input.update))
        self._check(input, proof, sender)
        with sealed_as(sender):
            try:
                super().handle_update_validator(input)
            except Refused as refusal:
                raise refused(refusal) from None

    def _check(self, input: worker.HandleUpdateInput, proof: dict[str, str], sender: Proven) -> None:
        info, digest = workflow.info(), received_digest(input.args[0])
        text, mac = proof.get("proven", ""), proof.get("mac", "")
        if not self.seal_keys.fits(mac, UPDATE, info.workflow_id, input.update, input.id, text, digest):
            if not self.seal_keys.knows(proof.get("key", "")):
                raise unknown_key()
            raise refused(NotPermitted("broken_seal", kind=input.update))
        if sender.chain not in (info.first_execution_run_id, _began_with(), begun_with(self._outbound.nonce)):
            raise refused(NotPermitted("other_chain", kind=input.update))

    def _note(self, input: worker.HandleUpdateInput, proof: dict[str, str], sender: Proven) -> None:
        """Let a case go on unsigned that is replayed with an Update nobody has proven; a proven `reseal` ends that.

        A case opened before its start was sealed is unsigned until the sweep has sent it that.
        """
        try:
            if HEADER in input.headers:
                self._check(input, proof, sender)
            elif self._outbound.nonce or input.update not in UNSEALED_BEFORE:
                raise unproven()
        except ApplicationError as refusal:
            if refusal.type == UNKNOWN_KEY:
                raise UnknownKey(input.update) from None
            self._outbound.proven = False
        else:
            self._outbound.proven |= isinstance(input.args[0], Reseal)

    async def handle_update_handler(self, input: worker.HandleUpdateInput) -> Any:
        """Apply an Update in the name of its sender."""
        proof = proof_in(input.headers)
        sender = _sender(proof)
        self._note(input, proof, sender)
        with sealed_as(sender):
            try:
                asked = of_update(input.id) if proof.get("fresh") else ""  # a desk of before reads no such proof
                return self._signed(await super().handle_update_handler(input), asked)
            except Refused as refusal:
                raise refused(refusal) from None
            except FailureError:
                raise
            except Exception as bug:  # a plain exception would stall the case
                raise ApplicationError(f"{input.update}: {bug!r}", type="HandlerBug") from bug


def _began_with() -> str:
    """Return what an Update names that has come with the start of this run.

    It is made of the argument itself: the start's own proof is checked after the Updates of the first task.
    """
    return came_with(received_digest(getattr(workflow.instance(), "start", None)))


def _sender(proof: dict[str, str]) -> Proven:
    """Return what is proven with an Update, once its seal has been checked; if nothing, the console of before.

    No seal fits what is not legible: it is over the very text.
    """
    try:
        return Proven.model_validate_json(proof["proven"])
    except (KeyError, ValidationError):
        return Proven(actor=CONSOLE)
