"""Starts and Updates under seal: the desk's side, and who stands behind the Update that is being handled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from temporalio import client

from domain.decisions import CONSOLE, Proven
from temporal.converter import sent_digest
from temporal.proofs import START, UPDATE, only, with_proof
from temporal.seal_keys import SealKeys

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


class SealedCalls(client.OutboundInterceptor):
    """The link of a client that seals starts, and Updates inside `sealed_as`."""

    def __init__(self, next: client.OutboundInterceptor, keys: SealKeys) -> None:
        super().__init__(next)
        self._keys = keys

    async def start_workflow(self, input: client.StartWorkflowInput) -> client.WorkflowHandle[Any, Any]:
        """Start a workflow with its argument under seal."""
        mac = self._keys.mac(START, input.id, sent_digest(only(input.args)))
        input.headers = with_proof(input.headers, mac=mac, key=self._keys.name)
        return await super().start_workflow(input)

    async def start_workflow_update(self, input: client.StartWorkflowUpdateInput) -> Any:
        """Send an Update with its sender under seal, if there is one."""
        proven = _speaking.get(None)
        if proven is not None and input.update_id:
            text = proven.model_dump_json()
            mac = self._keys.mac(UPDATE, input.id, input.update, input.update_id, text, sent_digest(input.args[0]))
            input.headers = with_proof(input.headers, proven=text, mac=mac, key=self._keys.name)
        return await super().start_workflow_update(input)
