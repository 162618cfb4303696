"""The actor proof: what it binds, and what is refused without it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Interceptor, OutboundInterceptor, StartWorkflowUpdateInput, WorkflowUpdateFailedError
from temporalio.converter import PayloadConverter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.decisions import CONSOLE, Actor, Decision, Escalate, Note, Proven
from domain.vocabulary import Seat
from temporal.converter import sent_digest
from temporal.proofs import HEADER, UPDATE, came_with
from tests.office_env import World, client_of
from wiring.storage import make_seal
from workflows import names

DUTY = Proven(actor=Actor(person="wxb-duty", unit="wxb", short="市委网信办", seats=(Seat.DUTY,)))
NOTE = Note(text="请加快")


class Forging(Interceptor):
    """An interceptor that sends Updates with a header of its own making."""

    def __init__(self, proof: object) -> None:
        self.header: Mapping[str, Payload] = {HEADER: PayloadConverter.default.to_payload(proof)}

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        header = self.header

        class Link(OutboundInterceptor):
            async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> Any:
                input.headers = {**input.headers, **header}
                return await super().start_workflow_update(input)

        return Link(next)


async def test_a_seal_fits_one_case_one_kind_one_update_one_actor_one_body_and_one_chain_of_runs(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    case, other = (await world.report()).case_id, (await world.report("另一条说法：明天全市学校停课一周")).case_id
    await world.quiet(case)
    before = (await world.length(case), (await world.view(case)).seq)
    head = DUTY.model_copy(
        update={"actor": DUTY.actor.model_copy(update={"person": "wxb-head", "seats": (Seat.HEAD,)})}
    )

    async def refused(decision: Note = NOTE, update: str = "u1", proven: Proven = DUTY, **moved: Any) -> None:
        proof = await proof_of(world, **({"case": case} | moved))
        if proven is not DUTY:
            proof["proven"] = (await proof_of(world, case=case, proven=proven))["proven"]
        await not_permitted(server, case, proof, decision, update)

    await refused(case=other, chain_of=case)
    await refused(chain_of=other)
    await refused(kind="escalate")
    await refused(update="u2")
    await refused(proven=head)
    await refused(decision=Note(text="另一句话"))
    assert (await world.length(case), (await world.view(case)).seq) == before

    await speak(server, case, await proof_of(world, case=case), NOTE, "u1")
    assert (await world.view(case)).seq == before[1] + 1


async def test_what_came_with_a_start_counts_in_no_run_that_another_start_has_begun(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    case = (await warm_world.report()).case_id
    await warm_world.quiet(case)
    before = await warm_world.length(case)

    for start in (b"", hashlib.sha256(b"another start").digest()):
        proof = await proof_of(warm_world, case=case, chain=came_with(start))
        await not_permitted(server, case, proof, NOTE, "u1")

    assert await warm_world.length(case) == before


async def test_a_forged_proof_is_refused_even_for_what_needed_none_before(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    case = (await warm_world.report()).case_id
    await warm_world.quiet(case)
    before = await warm_world.length(case)
    console = DUTY.model_copy(update={"actor": CONSOLE}).model_dump_json()
    tables = [{}, {"proven": "", "mac": ""}, {"proven": "{}", "mac": "00"}, {"mac": "00"}, {"proven": console}]
    nonsense = [["no", "table"], "text", 7, None, {"proven": 5, "mac": "00"}, {"proven": "{}", "mac": "章"}]

    for proof in tables:
        await not_permitted(server, case, proof, Escalate(expected_level=0, reason="试试"), "u1")
    for proof in nonsense:
        with pytest.raises(WorkflowUpdateFailedError):
            await speak(server, case, proof, Escalate(expected_level=0, reason="试试"), "u1")

    assert await warm_world.length(case) == before


async def proof_of(
    world: World,
    *,
    case: str,
    kind: str = "note",
    update: str = "u1",
    proven: Proven = DUTY,
    decision: Decision = NOTE,
    chain_of: str | None = None,
    chain: str | None = None,
) -> dict[str, str]:
    """What the desk would seal, with the office's own key, in the chain of runs of a case."""
    chain = chain or await first_run(world, chain_of or case)
    text = proven.model_copy(update={"chain": chain}).model_dump_json()
    mac = make_seal(world.settings).keys.mac(UPDATE, names.workflow_id(case), kind, update, text, sent_digest(decision))
    return {"proven": text, "mac": mac}


async def first_run(world: World, case: str) -> str:
    description = await world.handle(case).describe()
    return str(description.raw_description.workflow_execution_info.first_run_id)


async def speak(server: WorkflowEnvironment, case: str, proof: object, said: Note | Escalate, update: str) -> None:
    client = await client_of(server, Forging(proof))
    await client.get_workflow_handle(names.workflow_id(case)).execute_update(said.kind, said, id=update)


async def not_permitted(
    server: WorkflowEnvironment, case: str, proof: object, said: Note | Escalate, update: str
) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await speak(server, case, proof, said, update)
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "NotPermitted"
