"""The actor proof: the desk seals who speaks into an Update's header, the worker refuses an Update without it.

Whoever reaches Temporal or its UI can send an Update; without the seal's key only `escalate` passes, marked as coming
from the console. The SDK asks the validator hook only for Updates that have a validator: every kind has one. On replay
no validator runs, so replaying needs no key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel
from temporalio import client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter
from temporalio.exceptions import ApplicationError, FailureError

from domain.decisions import CONSOLE, Proven
from domain.errors import NotPermitted, Refused
from texts.refusals import refusal_sentence

HEADER = "piyao-proof"
CONSOLE_MAY = ("escalate",)

_speaking: ContextVar[Proven] = ContextVar("piyao_speaking")


@contextmanager
def sealed_as(proven: Proven) -> Iterator[None]:
    """Let the Updates sent inside carry `proven` under seal."""
    token = _speaking.set(proven)
    try:
        yield
    finally:
        _speaking.reset(token)


def current_sender() -> Proven:
    """Return who speaks in the Update being handled; the console when nothing is proven."""
    return _speaking.get(Proven(actor=CONSOLE))


def mac_of(key: bytes, *, workflow_id: str, kind: str, update_id: str, proven: str, decision: BaseModel) -> str:
    """Return the proof over everything that must not be exchanged: case, kind, update id, actor, body."""
    body = hashlib.sha256(decision.model_dump_json().encode()).hexdigest()
    message = "\n".join((workflow_id, kind, update_id, proven, body))
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


class Seal(client.Interceptor, worker.Interceptor):
    """Seal outgoing Updates with `key` and check incoming ones; one object serves client and worker."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        """Put the sealing link into the client's chain."""
        return _Sealing(next, self.key)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,
    ) -> type[worker.WorkflowInboundInterceptor]:
        """Return the checking link, bound to this key."""

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
                decision=input.args[0],
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
        else:
            expected = mac_of(
                self.key,
                workflow_id=workflow.info().workflow_id,
                kind=input.update,
                update_id=input.id,
                proven=text,
                decision=input.args[0],
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
            except Exception as bug:  # a plain exception would stall the whole case
                raise ApplicationError(f"{input.update}: {bug!r}", type="HandlerBug") from bug


def refused(refusal: Refused) -> ApplicationError:
    """Turn a refusal into the error an Update may end with; type, code and values come back at the desk."""
    message = refusal_sentence(refusal.code, refusal.values)
    return ApplicationError(message, refusal.code, refusal.values, type=type(refusal).__name__)


def _proof(headers: Mapping[str, Payload]) -> tuple[str | None, str]:
    if (payload := headers.get(HEADER)) is None:
        return None, ""
    proof: dict[str, str] = PayloadConverter.default.from_payload(payload, dict)
    return proof.get("proven", ""), proof.get("mac", "")


def _proven(text: str | None) -> Proven:
    return Proven.model_validate_json(text) if text else Proven(actor=CONSOLE)
