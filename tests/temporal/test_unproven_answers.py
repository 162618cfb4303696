"""What somebody else's worker answers for a case, made up or true once: the register believes none of it."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio import worker
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.access.reading import EVERYTHING
from domain.case.answer import Answer
from domain.case.summary import Record, RecordQuery
from domain.decisions import Note
from domain.errors import Unavailable
from domain.events import Entry, Noted
from domain.events.chain import hash_of
from temporal.converter import data_converter
from temporal.seal import Seal
from temporal.seal_keys import NoKeys
from temporal.sealed_updates import asking
from tests.attack.rogue import Captured
from tests.office_env import World, client_of
from wiring.storage import make_seal
from wiring.worker import workflow_runner
from workflows import names
from workflows.rumor_case import RumorCase

NOTE = Note(text="请加快")


class _Lying(worker.WorkflowInboundInterceptor):
    async def handle_query(self, input: worker.HandleQueryInput) -> Any:
        LIED.append(input.query)
        return RawValue(LIES[0])

    async def handle_update_handler(self, input: worker.HandleUpdateInput) -> Any:
        await super().handle_update_handler(input)
        LIED.append(input.update)
        return RawValue(Payload(metadata=LIES[0].metadata, data=LIES[1]))


class Lying(worker.Interceptor):
    """An interceptor of somebody else's worker, which runs our cases without a key, and answers for them."""

    def workflow_interceptor_class(
        self, input: worker.WorkflowInterceptorClassInput
    ) -> type[worker.WorkflowInboundInterceptor]:
        return _Lying


async def lying(server: WorkflowEnvironment, world: World) -> Worker:
    """The liar's worker."""
    return Worker(
        await client_of(server),
        task_queue=world.settings.task_queue,
        workflows=[RumorCase],
        workflow_runner=workflow_runner(),
        interceptors=[Lying(), Seal(NoKeys())],
    )


LIED: list[str] = []
"""What the liar was asked."""
LIES: list[Any] = []
"""What the liar answers: a record, and the answer to an Update as bytes."""


async def test_the_register_believes_no_answer_that_no_worker_of_ours_has_signed(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    await world.desk.timeline(case, EVERYTHING)
    record = (await world.desk._client.read(case, RecordQuery(with_state=True))).record
    assert record is not None
    timeline, row = await world.register.timeline(case), await world.register.case(case)
    forged = record.summary.model_copy(update={"closed_at": record.summary.opened_at, "seq": record.summary.seq + 1})
    entry = Entry(seq=forged.seq, at=forged.opened_at, event=Noted(text="伪造"), previous=record.head)
    lie = record.model_copy(
        update={"summary": forged, "entries": (*record.entries, entry), "head": hash_of(entry.stored)}
    )
    answer = Answer(case_id=case, seq=forged.seq, since=record.summary.seq, record=lie)
    told = data_converter.payload_converter.to_payload(lie)
    LIES[:] = [told, data_converter.payload_converter.to_payload(answer).data]

    await world.worker_goes()
    async with await lying(server, world):
        LIED.clear()
        with pytest.raises(Unavailable, match="without proof"):
            await world.desk._client.read(case, RecordQuery())
        with pytest.raises(Unavailable, match="without proof"):
            await world.decide(case, NOTE, "wxb", "duty")
        assert set(LIED) == {names.RECORD, "note"}
        await world.register.mark(case)
        await world.desk.follow()

    assert await world.register.timeline(case) == timeline
    assert await world.register.case(case) == row
    await world.handle(case).terminate("a liar has answered for it")
    await world.worker_comes()


async def test_an_answer_that_was_true_once_is_believed_for_no_other_question(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    spy = await client_of(server, Captured({}))  # whoever reads histories and asks by himself has whole answers
    handle = spy.get_workflow_handle(names.workflow_id(case))
    old: RawValue = await handle.query(names.RECORD, RecordQuery(with_state=True), result_type=RawValue)
    await world.decide(case, NOTE, "wxb", "duty")
    LIES[:] = [old.payload, await last_answer(world, case)]
    before, timeline = await world.register.cursor(case), await world.register.timeline(case)

    await world.worker_goes()
    async with await lying(server, world):
        LIED.clear()
        with pytest.raises(Unavailable, match="without proof"):
            await world.desk._client.read(case, RecordQuery())
        await world.register.mark(case)
        await world.desk.follow()
        with pytest.raises(Unavailable, match="without proof"):
            await world.decide(case, NOTE, "wxb", "duty")
        assert set(LIED) == {names.RECORD, "note"}

    after = await world.register.cursor(case)
    assert before is not None
    assert after is not None
    assert (after.position, after.alarm, after.run) == (before.position, None, before.run)
    assert await world.register.timeline(case) == timeline
    await world.handle(case).terminate("a liar has answered for it")
    await world.worker_comes()


async def last_answer(world: World, case: str) -> bytes:
    """What the case last answered to an Update, as its history has it."""
    events = (await world.history(case)).events
    told = [event.workflow_execution_update_completed_event_attributes for event in events]
    return [one.outcome.success.payloads[0].data for one in told if one.outcome.success.payloads][-1]


@pytest.mark.parametrize(
    "change",
    [
        {"head": "0" * 64},
        {"entries": ()},
        {"version": 2},
        {"state": "{}"},
        {"pending_effects": ("k",)},
        {"chain": "another"},
        {"nonce": "another"},
        {"proof": ""},
        {"proof": "00" * 32},
    ],
    ids=str,
)
async def test_a_proof_binds_every_part_of_an_answer(warm_world: World, change: dict[str, Any]) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    with asking() as asked:
        record = await world.handle(case).query(names.RECORD, RecordQuery(), result_type=Record)
    seal = make_seal(world.settings)
    assert seal.fits(names.workflow_id(case), record, asked)
    assert not seal.fits(names.workflow_id("k7m2p9x4qa"), record, asked)
    assert not seal.fits(names.workflow_id(case), record, "query:another")
    assert not seal.fits_answer(names.workflow_id(case), record, "an update")

    changed = record.model_copy(update=change)
    assert seal.fits(names.workflow_id(case), changed, asked) is (change == {"entries": ()})
    moved = record.summary.model_copy(update={"sightings": 99})
    assert not seal.fits(names.workflow_id(case), record.model_copy(update={"summary": moved}), asked)
    if record.entries:
        other = record.entries[-1].model_copy(update={"event": Noted(text="别的话")})
        entries = (*record.entries[:-1], other)
        assert not seal.fits(names.workflow_id(case), record.model_copy(update={"entries": entries}), asked)
