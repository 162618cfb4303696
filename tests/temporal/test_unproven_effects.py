"""What whoever reaches Temporal can send without the key: made up, or captured and sent again. Nothing comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import (
    ActivityFailureError,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue, WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.case.summary import RecordQuery
from domain.decisions import Note
from domain.errors import Refused, Unavailable
from domain.reports.report import Report
from domain.reports.sources import Source
from domain.runs import RunStatus
from domain.vocabulary import Stage
from temporal import sealed_asks, sealed_runs, sealed_updates
from temporal.proofs import START
from tests.activities.factories import issue, wave
from tests.attack.rogue import Captured, Rogue, rogue
from tests.histories import kinds
from tests.office_env import World, client_of, eventually
from tests.workflows import case_steps
from wiring.storage import make_seal
from wiring.worker import workflow_runner
from workflows import names
from workflows.rumor_case import RumorCase

NOTE = Note(text="请加快")
OTHER = "另一条说法：明天全市学校停课一周"
ASKED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
UPDATED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED


def received(world: World) -> tuple[list[Any], list[Any]]:
    """What people outside have: letters and pages."""
    return world.outbox(), world.outbox("publications")


async def first(world: World, case: str, kind: EventType.ValueType) -> HistoryEvent:
    """The first event of a kind in the history of a case."""
    return next(event for event in (await world.history(case)).events if event.event_type == kind)


@pytest.mark.parametrize("activity", ["publish", "notify", "record"])
async def test_no_activity_runs_that_belongs_to_no_case(
    server: WorkflowEnvironment, warm_world: World, activity: str
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    given = {"publish": issue(), "notify": wave(), "record": await world.desk._projector.ask(case)}[activity]
    before, pages = received(world), await world.register.pages(10)

    with pytest.raises(ActivityFailureError) as failed:
        await (await client_of(server)).execute_activity(
            activity,
            given,
            id=f"forged-{uuid4()}",
            task_queue=world.settings.task_queue,
            start_to_close_timeout=timedelta(seconds=5),
        )

    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == "Unproven"
    assert (received(world), await world.register.pages(10)) == (before, pages)


@pytest.mark.parametrize("captured", [False, True], ids=["made up", "captured"])
async def test_no_activity_runs_for_another_workflow_than_the_case_it_was_sealed_for(
    server: WorkflowEnvironment, warm_world: World, captured: bool
) -> None:
    world = warm_world
    case = await case_steps.approved(world)
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)
    asked = (await first(world, case, ASKED)).activity_task_scheduled_event_attributes
    before = received(world)

    client = await client_of(server, Captured(asked.header.fields if captured else {}))
    async with rogue(client) as queue:
        for activity in ("publish", "notify", "record"):
            with pytest.raises(WorkflowFailureError) as failed:
                await client.execute_workflow(
                    Rogue.run,
                    args=[activity, world.settings.task_queue, RawValue(asked.input.payloads[0])],
                    id=f"rogue-{uuid4()}",
                    task_queue=queue,
                )
            refusal = failed.value.cause
            assert isinstance(refusal, ActivityError)
            if activity == asked.activity_type.name:
                assert isinstance(refusal.cause, ApplicationError)
                assert refusal.cause.type == "Unproven"

    assert received(world) == before


async def test_a_run_that_neither_the_desk_nor_a_run_before_it_has_begun_ends_at_once_without_an_effect(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    case = await case_steps.approved(world)
    await world.quiet(case)
    begun = (await world.history(case)).events[0].workflow_execution_started_event_attributes
    reading = await world.desk._client.read(case, RecordQuery(with_state=True))
    assert reading.record is not None
    crafted = f'{{"carried": {reading.record.state}}}'.encode()
    payloads = [begun.input.payloads[0], Payload(metadata={"encoding": b"json/plain"}, data=crafted)]
    before, number = received(world), len(await world.register.pages(10))

    for headers in ({}, dict(begun.header.fields)):  # the seal of another case fits none
        thief = await client_of(server, Captured(headers))
        for payload in payloads:
            handle = await thief.start_workflow(
                names.WORKFLOW,
                RawValue(payload),
                id=f"case-{uuid4().hex[:10]}",
                task_queue=world.settings.task_queue,
            )
            with pytest.raises(WorkflowFailureError) as failed:
                await handle.result()
            assert isinstance(failed.value.cause, ApplicationError)
            assert failed.value.cause.type == "Unproven"
            history = kinds(await handle.fetch_history())
            assert not {"activity_task_scheduled", "marker_recorded", "timer_started"} & set(history)

    assert (received(world), len(await world.register.pages(10))) == (before, number)


async def test_of_a_start_that_was_valid_once_comes_nothing_and_the_case_can_be_restored(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.decide(case, NOTE, "wxb", "duty", key="before")
    await world.quiet(case)
    await world.desk.follow()
    begun = (await world.history(case)).events[0].workflow_execution_started_event_attributes
    update = (await first(world, case, UPDATED)).workflow_execution_update_accepted_event_attributes.accepted_request
    await world.handle(case).terminate("an attack")
    before, timeline = received(world), await world.events(case)

    foreign = await (await client_of(server, Captured(begun.header.fields))).start_workflow(
        names.WORKFLOW,
        RawValue(begun.input.payloads[0]),
        id=names.workflow_id(case),
        task_queue=world.settings.task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    repeats = await client_of(server, Captured(update.input.header.fields))
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await repeats.get_workflow_handle(foreign.id).execute_update(
            update.input.name, RawValue(update.input.args.payloads[0]), id=update.meta.update_id
        )
    with pytest.raises(Refused):
        await world.decide(case, NOTE, "wxb", "duty")

    async def noticed() -> bool:
        await world.register.mark(case)
        await world.desk.follow()
        cursor = await world.register.cursor(case)
        return cursor is not None and cursor.run is RunStatus.FOREIGN

    await eventually(noticed, "nobody noticed the foreign run")
    await world.desk.watch()
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.details[0] == "other_chain"
    assert all("/run/lost/" in line["key"] for line in world.outbox() if line not in before[0])
    assert world.outbox("publications") == before[1]
    assert await world.events(case) == timeline
    assert (await foreign.describe()).status is WorkflowExecutionStatus.RUNNING

    await world.desk.restore(case, by=next(one for one in world.office.people if one.administrator))
    await world.decide(case, NOTE, "wxb", "duty")
    assert len(await world.events(case, "noted")) == 2
    with pytest.raises(WorkflowFailureError):
        await world.client.get_workflow_handle(foreign.id, run_id=foreign.first_execution_run_id).result()


async def test_cases_go_on_while_the_key_is_changed(server: WorkflowEnvironment, warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    path = world.settings.seal_key
    earlier = path.with_name(path.name + ".old")
    earlier.touch(mode=0o600)
    earlier.write_text(path.read_text())
    path.write_text("ab" * 32 + "\n")

    newer = world.desk_over(await client_of(server, make_seal(world.settings)))
    await newer.decide(case, NOTE, by=world.officer("wxb", "duty"), key="with the new key")
    assert (await newer.report(Report(text=OTHER), key="k", principal="test", source=Source())).case_id
    await world.decide(case, NOTE, "wxb", "duty", key="with the key of before")

    assert len(await world.events(case, "noted")) == 2
    earlier.write_text("")
    replaced = make_seal(world.settings)
    assert len(replaced.keys._keys) == 1


async def test_a_case_opened_before_effects_were_sealed_is_sealed_once_by_the_sweep(
    monkeypatch: pytest.MonkeyPatch, warm_world: World
) -> None:
    world = warm_world
    blocked = world.settings.data / "outbox"
    blocked.write_text("")  # no letter can be written yet
    with monkeypatch.context() as before:
        before.setattr(sealed_runs._Checking, "_begins_rightly", lambda *_: True)
        before.setattr(sealed_asks.SealedAsks, "_sign", lambda *_: str(workflow.uuid4()))
        before.setattr(sealed_updates.SealedCalls, "_begins", sealed_as_before)
        case = (await world.report()).case_id
        await eventually(lambda: wanted(world, case), "no letter was asked for")
        await forget_chain(world, case)
    blocked.unlink()
    await world.restart()
    await eventually(lambda: told(world), "it asked for nothing anew")
    await world.quiet(case)  # each effect that runs lets the register hear the chain
    await world.desk.follow()
    await forget_chain(world, case)

    await world.desk.sweep()
    await world.desk.sweep()
    await world.quiet(case)

    assert await world.events(case, "notified")
    cursor = await world.register.cursor(case)
    assert cursor is not None
    assert cursor.chain
    assert kinds(await world.history(case))["workflow_execution_update_accepted"] == 1
    await world.decide(case, NOTE, "wxb", "duty")


async def test_an_effect_asked_for_before_effects_were_sealed_goes_out_though_the_chain_is_known(
    monkeypatch: pytest.MonkeyPatch, warm_world: World
) -> None:
    world = warm_world
    blocked = world.settings.data / "outbox"
    blocked.write_text("")
    with monkeypatch.context() as before:
        before.setattr(sealed_asks.SealedAsks, "_sign", lambda *_: str(workflow.uuid4()))
        before.setattr(sealed_updates.SealedCalls, "_begins", sealed_as_before)
        case = (await world.report()).case_id
        await eventually(lambda: wanted(world, case), "no letter was asked for")
    blocked.unlink()
    await world.restart()
    await world.desk.follow()
    cursor = await world.register.cursor(case)
    assert cursor is not None
    assert cursor.chain

    await eventually(lambda: told(world), "it was kept for ever")
    await world.quiet(case)

    assert await world.events(case, "notified")
    assert "workflow_execution_update_accepted" not in kinds(await world.history(case)), "nobody had to seal it anew"


async def wanted(world: World, case: str) -> bool:
    return "activity_task_scheduled" in kinds(await world.history(case))


async def told(world: World) -> bool:
    return bool(world.outbox())


def sealed_as_before(calls: sealed_updates.SealedCalls, workflow_id: str, digest: bytes) -> dict[str, str]:
    """The proof of a start as an earlier version made it."""
    return {"mac": calls._keys.mac(START, workflow_id, digest)}


async def asked(world: World, case: str) -> bool:
    return bool((await world.handle(case).describe()).raw_description.pending_activities)


async def forget_chain(world: World, case: str) -> None:
    """Let the register be as it was before it kept chains of runs."""
    await world.register._set(case, chain="")


async def test_what_the_worker_of_somebody_else_has_begun_goes_on_unsigned(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    begun = (await world.history(case)).events[0].workflow_execution_started_event_attributes
    await world.handle(case).terminate("an attack")
    await world.worker_goes()
    before, own = received(world), await client_of(server)
    blind = Worker(own, task_queue=world.settings.task_queue, workflows=[RumorCase], workflow_runner=workflow_runner())
    async with blind:
        await own.start_workflow(
            names.WORKFLOW,
            RawValue(begun.input.payloads[0]),
            id=names.workflow_id(case),
            task_queue=world.settings.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        )
        await eventually(lambda: asked(world, case), "the first task was never done")

    await world.worker_comes()
    with pytest.raises(Unavailable, match="without proof"):
        await world.desk._client.read(case, RecordQuery())
    assert await world.desk._client.brief(case, world.office.actor(world.officer("wxb", "duty"))) is None
    assert received(world) == before
    await world.handle(case).terminate("not ours")
