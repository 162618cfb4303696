"""Runs under seal: what reaches a case is checked, and what it asks of activities and of its next run is signed."""

from __future__ import annotations

from typing import Any, NoReturn

from pydantic import ValidationError
from temporalio import worker, workflow
from temporalio.exceptions import ApplicationError, FailureError

from domain.case.answer import Answer, Outcome
from domain.case.summary import Record
from domain.decisions import CONSOLE, Decision, Proven, Reseal
from domain.errors import NotPermitted, Refused
from domain.tasks.brief import Brief
from temporal.converter import received_bytes, received_digest, sent_digest
from temporal.proofs import (
    ACTIVITY,
    BRIEF,
    CONTINUE,
    HEADER,
    RECORD,
    START,
    UNKNOWN_KEY,
    UPDATE,
    UnknownKey,
    only,
    proof_in,
    refused,
    unknown_key,
    unproven,
    with_proof,
)
from temporal.seal_keys import SealKeys
from temporal.sealed_updates import sealed_as

CONSOLE_MAY = ("escalate",)
"""The kinds of decision that pass without a seal."""


def run_checks(keys: SealKeys) -> type[worker.WorkflowInboundInterceptor]:
    """Return the class of the link that checks what reaches a case, bound to the keys."""

    class Checking(_Checking):
        seal_keys = keys

    return Checking


class _Checking(worker.WorkflowInboundInterceptor):
    seal_keys: SealKeys

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        self._outbound = _Signing(outbound, self.seal_keys)
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
        """Answer a question, with a proof that the case's own worker did."""
        return self._signed(await super().handle_query(input))

    def _signed(self, answer: Any) -> Any:
        """Return an answer whose record, if there is one, is signed: whoever polls the queue could make one up."""
        if not self._outbound.proven:
            return answer
        if isinstance(answer, Record):
            info = workflow.info()
            record = answer.model_copy(update={"chain": info.first_execution_run_id})
            return record.model_copy(update={"proof": self.seal_keys.mac(RECORD, info.workflow_id, *record.claims())})
        if isinstance(answer, Answer):
            return answer.model_copy(update={"record": self._signed(answer.record)})
        if isinstance(answer, Outcome) and (last := answer.last_record()) is not None:
            return answer.model_copy(update={"record": self._signed(last).model_copy(update={"state": None})})
        if isinstance(answer, Brief):
            brief = answer.model_copy(update={"record": self._signed(answer.record)})
            mac = self.seal_keys.mac(BRIEF, workflow.info().workflow_id, brief.claims())
            return brief.model_copy(update={"proof": mac})
        return answer

    def _begins_rightly(self, input: worker.ExecuteWorkflowInput, proof: dict[str, str]) -> bool:
        mac, info = proof.get("mac", ""), workflow.info()
        digest = received_digest(only(input.args))
        return self.seal_keys.fits(mac, START, info.workflow_id, digest) or self.seal_keys.fits(
            mac, CONTINUE, info.workflow_id, info.first_execution_run_id, digest
        )

    def handle_update_validator(self, input: worker.HandleUpdateInput) -> None:
        """Refuse an Update whose sender is not proven, and let the rules refuse the rest."""
        proof = proof_in(input.headers)
        sender = _sender(proof)
        if HEADER in input.headers:
            self._check(input, proof, sender)
        elif input.update not in CONSOLE_MAY:
            raise refused(NotPermitted("no_seal", kind=input.update))
        else:
            _strict(input.args[0])
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
        if sender.chain != info.first_execution_run_id:
            raise refused(NotPermitted("other_chain", kind=input.update))

    def _note(self, input: worker.HandleUpdateInput, proof: dict[str, str], sender: Proven) -> None:
        """Let a case go on unsigned that is replayed with an Update nobody has proven; a proven `reseal` ends that.

        A case opened before its start was sealed is unsigned until the sweep has sent it that.
        """
        try:
            if HEADER in input.headers:
                self._check(input, proof, sender)
            elif input.update not in CONSOLE_MAY:
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
                return self._signed(await super().handle_update_handler(input))
            except Refused as refusal:
                raise refused(refusal) from None
            except FailureError:
                raise
            except Exception as bug:  # a plain exception would stall the case
                raise ApplicationError(f"{input.update}: {bug!r}", type="HandlerBug") from bug


class _Signing(worker.WorkflowOutboundInterceptor):
    proven = True
    """Whether all that has led here was proven; what a case asks for is signed only then."""

    def __init__(self, next: worker.WorkflowOutboundInterceptor, keys: SealKeys) -> None:
        super().__init__(next)
        self._keys = keys

    def start_activity(self, input: worker.StartActivityInput) -> workflow.ActivityHandle[Any]:
        self._sign(input)
        return super().start_activity(input)

    def start_local_activity(self, input: worker.StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        self._sign(input)
        return super().start_local_activity(input)

    def _sign(self, input: worker.StartActivityInput | worker.StartLocalActivityInput) -> None:
        """Sign what is asked of an activity: in a replay nobody looks at it."""
        if workflow.unsafe.is_replaying() or not self.proven:
            return
        info = workflow.info()
        chain = info.first_execution_run_id
        mac = self._keys.mac(ACTIVITY, info.workflow_id, chain, input.activity, sent_digest(only(input.args)))
        input.headers = with_proof(input.headers, chain=chain, mac=mac)

    def continue_as_new(self, input: worker.ContinueAsNewInput) -> NoReturn:
        if not workflow.unsafe.is_replaying() and self.proven:
            info = workflow.info()
            mac = self._keys.mac(CONTINUE, info.workflow_id, info.first_execution_run_id, sent_digest(only(input.args)))
            input.headers = with_proof(input.headers, mac=mac, key=self._keys.name)
        super().continue_as_new(input)


def _strict(decision: Decision) -> None:
    """Raise for a field the decision does not have: what the desk seals was read strictly, the console's was not."""
    type(decision).model_validate_json(received_bytes(decision), extra="forbid")


def _sender(proof: dict[str, str]) -> Proven:
    """Return what is proven with an Update, once its seal has been checked; the console if it carries nothing legible.

    No seal fits what is not legible: it is over the very text.
    """
    try:
        return Proven.model_validate_json(proof["proven"])
    except (KeyError, ValidationError):
        return Proven(actor=CONSOLE)
