"""Which run is that of a case while none is known: the one that carries what the desk chose for its start, no other."""

from __future__ import annotations

import pytest
from temporalio.common import RawValue, WorkflowIDReusePolicy
from temporalio.testing import WorkflowEnvironment

from domain.case.summary import Record, RecordQuery
from domain.decisions import Note
from domain.errors import Refused
from domain.runs import RunStatus
from temporal.sealed_updates import asking
from tests.attack.loot import loot_of
from tests.attack.rogue import Captured
from tests.office_env import World, client_of, eventually
from tests.workflows.test_lost_runs import administrator, found, stopped
from wiring.storage import make_seal
from workflows import names

NOTE = Note(text="请加快")


async def test_a_start_from_before_is_not_named_while_a_restored_case_has_no_run_yet(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    await world.worker_goes()  # nothing is heard of the case
    case = (await world.report()).case_id
    start = loot_of(await world.history(case)).start
    await stopped(world, case, "delete")
    await found(world, case, RunStatus.MISSING)
    await world.desk.restore(case, by=administrator(world))

    await (await client_of(server, Captured(start.headers))).start_workflow(
        names.WORKFLOW,
        RawValue(start.given),
        id=names.workflow_id(case),
        task_queue=world.settings.task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    await world.worker_comes()
    await world.desk.sweep()
    await eventually(lambda: waits(world, case), "the foreign run asked for nothing")
    await world.register.mark(case)
    await world.desk.follow()
    with pytest.raises(Refused):
        await world.decide(case, NOTE, "wxb", "duty")

    cursor = await world.register.cursor(case)
    assert cursor is not None
    assert (cursor.chain, cursor.run, cursor.position.seq) == ("", RunStatus.FOREIGN, 0)
    assert all("/run/lost/" in line["key"] for line in world.outbox())

    await world.desk.restore(case, by=administrator(world))
    await world.desk.sweep()
    await world.quiet(case)
    await world.decide(case, NOTE, "wxb", "duty")
    assert await world.events(case, "notified")


async def waits(world: World, case: str) -> bool:
    pending = (await world.handle(case).describe()).raw_description.pending_activities
    return any("OtherRun" in one.last_failure.application_failure_info.type for one in pending)


async def test_a_decision_that_comes_before_the_first_run_is_known_is_taken_in_the_chosen_one(
    warm_world: World,
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    nonce = (await record_of(world, case)).nonce
    assert nonce
    await world.register._set(case, chain="", nonce=nonce)

    await world.decide(case, NOTE, "wxb", "duty")

    await world.register._set(case, chain="", nonce="another")
    with pytest.raises(Refused):
        await world.decide(case, NOTE, "wxb", "duty")
    assert len(await world.events(case, "noted")) == 1
    await world.register._set(case, chain="", nonce=nonce)
    await world.desk.follow()


async def record_of(world: World, case: str) -> Record:
    with asking() as asked:
        record: Record = await world.handle(case).query(names.RECORD, RecordQuery(), result_type=Record)
    assert make_seal(world.settings).fits(names.workflow_id(case), record, asked)
    return record
