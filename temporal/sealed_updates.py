"""Starts and Updates under seal: the desk's side, and who stands behind the Update that is being handled."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from temporalio import client

from domain.decisions import CONSOLE, Proven
from temporal.converter import sent_digest
from temporal.proofs import START, STARTED, UPDATE, came_with, of_query, only, with_proof
from temporal.seal_keys import SealKeys

_speaking: ContextVar[Proven] = ContextVar("piyao_speaking")
_asking: ContextVar[str] = ContextVar("piyao_asking")
_starting: ContextVar[str] = ContextVar("piyao_starting")


@contextmanager
def starting_with(nonce: str) -> Iterator[None]:
    """Send the starts inside the block with what was chosen for them under seal; nothing was in an earlier version."""
    token = _starting.set(nonce)
    try:
        yield
    finally:
        _starting.reset(token)


@contextmanager
def asking() -> Iterator[str]:
    """Ask the queries inside the block under a number of their own; yield what their signed answers are bound to."""
    number = secrets.token_hex(16)
    token = _asking.set(number)
    try:
        yield of_query(number)
    finally:
        _asking.reset(token)


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
        input.headers = with_proof(input.headers, **self._begins(input.id, sent_digest(only(input.args))))
        return await super().start_workflow(input)

    def _begins(self, workflow_id: str, digest: bytes) -> dict[str, str]:
        """Return the proof of a start; an earlier worker checks its first signature only."""
        mac, nonce = self._keys.mac(START, workflow_id, digest), _starting.get("")
        proof = {"mac": mac, "key": self._keys.name}
        return proof | {"nonce": nonce, "bound": self._keys.mac(STARTED, mac, nonce)} if nonce else proof

    async def start_update_with_start_workflow(self, input: client.StartWorkflowUpdateWithStartInput) -> Any:
        """Send a start and the Update that comes with it, each under seal; the Update counts in no other run."""
        start, update = input.start_workflow_input, input.update_workflow_input
        digest = sent_digest(only(start.args))
        start.headers = with_proof(start.headers, **self._begins(start.id, digest))
        proven = _speaking.get(None)
        if proven is not None and update.update_id:
            text = proven.model_copy(update={"chain": came_with(digest)}).model_dump_json()
            said = (update.update, update.update_id, text, sent_digest(update.args[0]))
            mac = self._keys.mac(UPDATE, start.id, *said)
            update.headers = with_proof(update.headers, proven=text, mac=mac, key=self._keys.name, fresh="1")
        return await super().start_update_with_start_workflow(input)

    async def start_workflow_update(self, input: client.StartWorkflowUpdateInput) -> Any:
        """Send an Update with its sender under seal, if there is one."""
        proven = _speaking.get(None)
        if proven is not None and input.update_id:
            text = proven.model_dump_json()
            mac = self._keys.mac(UPDATE, input.id, input.update, input.update_id, text, sent_digest(input.args[0]))
            input.headers = with_proof(input.headers, proven=text, mac=mac, key=self._keys.name, fresh="1")
        return await super().start_workflow_update(input)

    async def query_workflow(self, input: client.QueryWorkflowInput) -> Any:
        """Ask a workflow, with the number the answer has to repeat."""
        if number := _asking.get(""):
            input.headers = with_proof(input.headers, asked=number)
        return await super().query_workflow(input)
