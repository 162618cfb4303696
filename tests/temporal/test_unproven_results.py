"""What somebody else's worker says came of a letter or a page: it delays, and nothing counts for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, is_cancelled_exception
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.case.payloads import Issued, NotIssued, WaveSent
from domain.decisions import Note
from domain.values import TimelinePosition
from domain.vocabulary import Stage
from temporal import sealed_activities, sealed_asks, sealed_updates
from temporal.converter import data_converter
from temporal.proofs import HEADER
from temporal.seal_keys import SealKeys
from temporal.sealed_results import KEY, ProvenResult, ResultProof, result_fits, signed_result
from tests.attack.rogue import Thief
from tests.histories import kind, kinds
from tests.office_env import World, client_of, eventually
from tests.temporal.test_unproven_effects import sealed_as_before
from tests.workflows import case_steps
from wiring.worker import workflow_runner
from workflows.rumor_case import RumorCase

FAR = TimelinePosition(epoch=1, seq=900, head="0" * 64)
SENT = WaveSent(to=(), by=("mail",), recorded=FAR)
GIVEN_UP = WaveSent(to=(), by=(), undelivered=("没有送达",), given_up=True)
OUT, REFUSED = Issued(where="https://example.org/forged"), NotIssued(reason="伪造的拒收")


def payload(value: Any) -> Payload:
    return data_converter.payload_converter.to_payload(value)


async def pending(world: World, case: str) -> bool:
    return bool((await world.handle(case).describe()).raw_description.pending_activities)


async def stolen(server: WorkflowEnvironment, world: World, case: str, says: Mapping[str, Payload | None]) -> None:
    """Let somebody else take what the case has asked for, and say so to it; ours take it up after that."""
    await eventually(lambda: pending(world, case), "nothing was asked for")
    await world.worker_goes()
    thief = Thief(await client_of(server), world.settings.task_queue, {name: [said] for name, said in says.items()})
    async with thief.worker:
        await eventually(lambda: taken(thief), "nobody took it")
    await world.worker_comes()


async def taken(thief: Thief) -> bool:
    return bool(thief.took)


def marks(found: Any) -> int:
    return kinds(found)["marker_recorded"]


@pytest.mark.parametrize("says", [SENT, GIVEN_UP, None], ids=["sent", "given up", "failed"])
async def test_no_letter_counts_as_sent_or_given_up_because_somebody_elses_worker_says_so(
    server: WorkflowEnvironment, warm_world: World, says: WaveSent | None
) -> None:
    world = warm_world
    blocked = world.settings.data / "outbox"
    blocked.write_text("")  # no letter can be written yet
    case = (await world.report()).case_id
    await stolen(server, world, case, {"notify": says and payload(says)})

    async def asked_again() -> bool:
        return marks(await world.history(case)) == 1

    await eventually(asked_again, "it was taken")
    assert not await world.events(case, "notified", "not_notified")
    blocked.unlink()
    await eventually(lambda: heard(world, case), "it was not asked for again")
    await world.quiet(case)

    assert world.outbox()
    assert len({line["key"] for line in world.outbox()}) == len(world.outbox()), "nobody gets it twice"
    assert len(await world.events(case, "notified")) == 1
    await world.restart()  # what was not taken is not taken in a replay with the key, either
    await world.decide(case, Note(text="请加快"), "wxb", "duty")


async def heard(world: World, case: str) -> bool:
    return bool(await world.events(case, "notified"))


@pytest.mark.parametrize("says", [OUT, REFUSED, None], ids=["out", "refused", "failed"])
async def test_no_page_counts_as_out_or_refused_because_somebody_elses_worker_says_so(
    server: WorkflowEnvironment, warm_world: World, says: Any
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    digest = await case_steps.drafted(world, case)
    await world.quiet(case)
    await unsent(world, lambda: case_steps.signed(world, case, digest))
    said = says and payload(says)
    await stolen(server, world, case, {"publish": said, "notify": None})

    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)
    assert marks(await world.history(case)) > 0
    assert [page.case_id for page in await world.register.pages(10)] == [case]
    assert not await world.events(case, "delivery_refused")
    told = str(await world.events(case))
    assert "forged" not in told
    assert "伪造" not in told


async def unsent(world: World, step: Any) -> None:
    """Let people decide while our worker runs the case but no activity."""
    await world.worker_goes()
    blind = Worker(
        world.client, task_queue=world.settings.task_queue, workflows=[RumorCase], workflow_runner=workflow_runner()
    )
    async with blind:
        await step()


def test_a_proof_of_a_result_binds_case_chain_activity_ask_and_every_byte() -> None:
    keys, ask = SealKeys([b"k" * 32]), ("case-a", "run", "publish", "1")
    said = signed_result(keys, OUT, *ask)

    assert result_fits(keys, ResultProof.of(said), *ask)
    for place in range(len(ask)):
        assert not result_fits(keys, ResultProof.of(said), *(*ask[:place], "another", *ask[place + 1 :]))
    for metadata, data in (
        (said.payload.metadata, b"{}"),
        ({**said.payload.metadata, "encoding": b"binary/plain"}, said.payload.data),
        ({**said.payload.metadata, HEADER: b"\xff" * 32}, said.payload.data),
        ({"encoding": b"json/plain", KEY: keys.name.encode()}, said.payload.data),
    ):
        assert not result_fits(keys, ResultProof.of(RawValue(Payload(metadata=metadata, data=data))), *ask)
    assert not result_fits(keys, ResultProof.of(None), *ask)


async def test_a_result_taken_by_somebody_elses_worker_leaves_the_case_unsigned(
    server: WorkflowEnvironment, warm_world: World
) -> None:
    world = warm_world
    (world.settings.data / "outbox").write_text("")
    case = (await world.report()).case_id
    await eventually(lambda: pending(world, case), "nothing was asked for")
    await world.worker_goes()
    own = await client_of(server)  # it has no seal: it takes whatever comes
    thief = Thief(own, world.settings.task_queue, {"notify": [payload(SENT)]})
    blind = Worker(own, task_queue=world.settings.task_queue, workflows=[RumorCase], workflow_runner=workflow_runner())
    async with thief.worker, blind:
        await eventually(lambda: done(world, case), "nobody took it")
    await world.worker_comes()

    assert await world.desk._client.brief(case, world.office.actor(world.officer("wxb", "duty"))) is None
    assert not await world.events(case, "notified")
    await world.handle(case).terminate("not ours")


async def done(world: World, case: str) -> bool:
    events = (await world.history(case)).events
    completed = [place for place, event in enumerate(events) if kind(event) == "activity_task_completed"]
    return bool(completed) and any(kind(event) == "workflow_task_completed" for event in events[completed[0] :])


@pytest.mark.parametrize("when", ["under way", "in the pause"])
async def test_what_is_called_off_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    monkeypatch.setattr(workflow, "sleep", lambda pause: asyncio.sleep(pause.total_seconds()))
    handles: list[asyncio.Task[Any]] = []
    told = asyncio.Event()

    class Never:
        def takes(self, *came: Any) -> bool:
            return False

    async def answers() -> RawValue:
        with suppress(asyncio.CancelledError):  # an activity that is called off says all the same what came of it
            await told.wait()
        return RawValue(payload(OUT))

    def ask() -> tuple[Any, str]:
        handles.append(asyncio.create_task(answers()))
        return handles[-1], "1"

    async def awaits() -> Any:
        return await ProvenResult(ask, Never(), "publish", Issued)

    waiting = asyncio.create_task(awaits())
    await asyncio.sleep(0)
    if when == "in the pause":
        told.set()
    await asyncio.sleep(0.01)
    waiting.cancel()

    with pytest.raises(ActivityError) as called_off:
        await waiting
    assert is_cancelled_exception(called_off.value)
    assert len(handles) == 1


async def test_what_an_earlier_version_took_without_proof_stays_taken_and_the_case_goes_on(
    monkeypatch: pytest.MonkeyPatch, warm_world: World
) -> None:
    world = warm_world
    with monkeypatch.context() as before:
        before.setattr(sealed_asks.SealedAsks, "takes", lambda *_: True)
        before.setattr(sealed_activities, "signed_result", lambda keys, result, *ask: result)
        before.setattr(sealed_updates.SealedCalls, "_begins", sealed_as_before)
        case = (await world.report()).case_id
        await eventually(lambda: heard(world, case), "no letter was sent")

    await world.restart()
    await world.decide(case, Note(text="请加快"), "wxb", "duty")
    await case_steps.triaged(world, case, co_units=())
    await world.quiet(case)

    assert len(await world.events(case, "notified")) > 1
    assert marks(await world.history(case)) == 0
