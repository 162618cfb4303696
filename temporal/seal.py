"""The seal: the desk signs the actor into an Update's header, and the worker refuses an Update without it.

Anyone who reaches Temporal or its UI can send an Update. Without the seal's key only `escalate` passes, marked as
coming from the console (docs/design.md, Persons and proof; docs/decisions/0003). The SDK calls the validator hook only
for Updates that have a validator, so every kind has one. On replay no validator runs, so a replay needs no key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from temporalio import client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter
from temporalio.exceptions import ApplicationError, FailureError

from domain.decisions import CONSOLE, Decision, Proven
from domain.errors import NotPermitted, Refused
from temporal.converter import received_bytes, sent_bytes
from texts.refusals import refusal_sentence

HEADER = "piyao-proof"
CONSOLE_MAY = ("escalate",)
"""The kinds of decision that pass without a seal."""

_speaking: ContextVar[Proven] = ContextVar("piyao_speaking")


@contextmanager
def sealed_as(proven: Proven) -> Iterator[None]:
    """Send the Updates inside the block with `proven` under seal."""
    token = _speaking.set(proven)
    try:
        yield
    finally:
        _speaking.reset(token)


def current_sender() -> Proven:
    """Return what is proven for the Update being handled; the console if it carries no proof."""
    return _speaking.get(Proven(actor=CONSOLE))


def mac_of(key: bytes, *, workflow_id: str, kind: str, update_id: str, proven: str, body: bytes) -> str:
    """Return the MAC (hex) over everything that must not be exchanged: case, kind, update id, actor, body.

    `body` is the payload as it is sent: another version would write the decision it reads from it in another way.
    """
    message = "\n".join((workflow_id, kind, update_id, proven, hashlib.sha256(body).hexdigest()))
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


class Seal(client.Interceptor, worker.Interceptor):
    """The interceptor that seals outgoing Updates with `key` and checks incoming ones; client and worker share one."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        """Return the client's chain with the sealing link in front."""
        return _Sealing(next, self.key)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,
    ) -> type[worker.WorkflowInboundInterceptor]:
        """Return the class of the checking link, bound to this key."""

        class Checking(_Checking):
            key = self.key

        return Checking


class _Sealing(client.OutboundInterceptor):
    def __init__(self, next: client.OutboundInterceptor, key: bytes) -> None:
        super().__init__(next)
        self.key = key

    async def start_workflow_update(self, input: client.StartWorkflowUpdateInput) -> Any:
        proven = _speaking.get(None)
        if proven is not None and input.update_id:
            text = proven.model_dump_json()
            mac = mac_of(
                self.key,
                workflow_id=input.id,
                kind=input.update,
                update_id=input.update_id,
                proven=text,
                body=sent_bytes(input.args[0]),
            )
            proof = PayloadConverter.default.to_payload({"proven": text, "mac": mac})
            input.headers = {**input.headers, HEADER: proof}
        return await super().start_workflow_update(input)


class _Checking(worker.WorkflowInboundInterceptor):
    key: bytes

    def handle_update_validator(self, input: worker.HandleUpdateInput) -> None:
        text, mac = _proof(input.headers)
        if text is None:
            if input.update not in CONSOLE_MAY:
                raise refused(NotPermitted("no_seal", kind=input.update))
            _strict(input.args[0])
        else:
            expected = mac_of(
                self.key,
                workflow_id=workflow.info().workflow_id,
                kind=input.update,
                update_id=input.id,
                proven=text,
                body=received_bytes(input.args[0]),
            )
            if not hmac.compare_digest(expected, mac):
                raise refused(NotPermitted("broken_seal", kind=input.update))
        with sealed_as(_proven(text)):
            try:
                super().handle_update_validator(input)
            except Refused as refusal:
                raise refused(refusal) from None

    async def handle_update_handler(self, input: worker.HandleUpdateInput) -> Any:
        with sealed_as(_proven(_proof(input.headers)[0])):
            try:
                return await super().handle_update_handler(input)
            except Refused as refusal:
                raise refused(refusal) from None
            except FailureError:
                raise
            except Exception as bug:  # a plain exception would stall the case
                raise ApplicationError(f"{input.update}: {bug!r}", type="HandlerBug") from bug


def refused(refusal: Refused) -> ApplicationError:
    """Return a refusal as the error an Update may fail with; the desk restores its type, code and values."""
    message = refusal_sentence(refusal.code, refusal.values)
    return ApplicationError(message, refusal.code, refusal.values, type=type(refusal).__name__)


def _strict(decision: Decision) -> None:
    """Raise for a field the decision does not have: what the desk seals was read strictly, the console's was not."""
    type(decision).model_validate_json(received_bytes(decision), extra="forbid")


def _proof(headers: Mapping[str, Payload]) -> tuple[str | None, str]:
    if (payload := headers.get(HEADER)) is None:
        return None, ""
    proof: dict[str, str] = PayloadConverter.default.from_payload(payload, dict)
    return proof.get("proven", ""), proof.get("mac", "")


def _proven(text: str | None) -> Proven:
    return Proven.model_validate_json(text) if text else Proven(actor=CONSOLE)
