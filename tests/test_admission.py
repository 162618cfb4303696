"""Admission at the desk: rates of sources and keys, turns at the intake and at each case, whose word a report is."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest

from desk.admission.channels import must_speak_for
from desk.admission.door import AT_ONCE, KEYS_AT_ONCE, KEYS_WAITING, ONE_KEY_AT_ONCE, WAITING, Door
from desk.admission.turns import NamedTurns, Turns
from desk.case_desk import WAITING as QUEUED
from domain.decisions import Note
from domain.errors import NotPermitted, TooMany
from domain.office.limits import Limits
from domain.office.office import Person
from domain.vocabulary import Seat, Stage
from tests.office_env import World

LI = Person(id="gaj-li", name="李", unit="gaj", seats=(Seat.DUTY,))
WANG = Person(id="pt1-wang", name="王", unit="pt1", seats=(Seat.DUTY,))


def test_one_source_cannot_use_up_what_all_sources_have_together() -> None:
    door = Door(Limits(anonymous_per_source=10, anonymous_in_all=600))
    for _ in range(10):
        door.report_from("192.0.2.1", 0)
    for n in range(1000):
        with pytest.raises(TooMany) as refused:
            door.report_from("192.0.2.1", n / 100)
        assert refused.value.code == "too_many_reports_here"
    door.report_from("192.0.2.2", 10)


def test_all_sources_together_are_bounded_and_keys_are_not_touched_by_it() -> None:
    door = Door(Limits(anonymous_in_all=120, reports_per_key=2))
    for n in range(120):
        door.report_from(f"source {n}", n // 10)
    with pytest.raises(TooMany) as refused:
        door.report_from("another", 13.5)
    assert refused.value.values == {"tried": 121, "limit": 120, "seconds": 47}
    door.report_of(WANG, 1)
    door.report_of(WANG, 1)
    door.report_of(LI, 1)
    with pytest.raises(TooMany):
        door.report_of(WANG, 2)


def test_a_crowd_does_not_use_up_a_minutes_share_within_a_second() -> None:
    door = Door(Limits(anonymous_in_all=600))
    taken = 0
    for n in range(10_000):
        with suppress(TooMany):
            door.report_from(f"source {n}", n / 167)
            taken += 1
    assert 595 <= taken <= 600
    with suppress(TooMany):
        door.report_from("later", 60.5)
        taken += 1
    assert taken >= 596, "a share is left in every second of the next minute"


async def test_what_finds_no_room_uses_up_nobodys_share() -> None:
    door = Door(Limits(anonymous_per_source=1))
    async with AsyncExitStack() as inside:
        for _ in range(AT_ONCE):
            await inside.enter_async_context(door.intake.turn())
        waiting = [asyncio.create_task(inside.enter_async_context(door.intake.turn())) for _ in range(WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(TooMany) as refused:
            door.report_from("192.0.2.1", 0)
        assert refused.value.code == "too_many_reports_now"
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    door.report_from("192.0.2.1", 0)


def test_an_officer_takes_five_decisions_a_second() -> None:
    door = Door(Limits())
    for _ in range(5):
        door.decision_of(LI, 0.0)
    with pytest.raises(TooMany) as refused:
        door.decision_of(LI, 0.5)
    assert refused.value.values["seconds"] == 1
    door.decision_of(WANG, 0.5)
    door.decision_of(LI, 1.0)


async def test_turns_are_taken_in_order_a_few_at_a_time_and_no_more_may_wait_than_fit() -> None:
    turns, gate = Turns(2, 3, "too_many_reports_now"), asyncio.Event()
    begun: list[int] = []

    async def one(n: int) -> None:
        async with turns.turn():
            begun.append(n)
            await gate.wait()

    tasks = [asyncio.create_task(one(n)) for n in range(6)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert begun == [0, 1]
    with pytest.raises(TooMany) as refused:
        await tasks[5]
    assert refused.value.values["limit"] == 5
    gate.set()
    await asyncio.gather(*tasks[:5])
    assert begun == [0, 1, 2, 3, 4]
    assert turns.taken == 0


async def test_somebody_who_leaves_the_queue_frees_the_place() -> None:
    turns, gate = Turns(1, 1, "too_many_reports_now"), asyncio.Event()

    async def one() -> None:
        async with turns.turn():
            await gate.wait()

    tasks = [asyncio.create_task(one()) for _ in range(2)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    third = asyncio.create_task(one())
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(tasks[0], third)


async def test_cases_do_not_wait_for_each_other_and_are_forgotten() -> None:
    turns, gate = NamedTurns(1, 0, "too_many_in_flight"), asyncio.Event()

    async def one(case: str) -> None:
        async with turns.turn(case):
            await gate.wait()

    tasks = [asyncio.create_task(one(case)) for case in ("a", "b")]
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await one("a")
    assert len(turns) == 2
    gate.set()
    await asyncio.gather(*tasks)
    assert len(turns) == 0


async def test_a_batch_under_one_key_holds_up_no_other_key() -> None:
    door, gate, begun = Door(Limits()), asyncio.Event(), list[str]()

    async def one(person: Person) -> None:
        async with door.turn_of(person):
            begun.append(person.id)
            await gate.wait()

    batch = [asyncio.create_task(one(WANG)) for _ in range(50)]
    await asyncio.sleep(0.01)
    other = asyncio.create_task(one(LI))
    await asyncio.sleep(0.01)
    assert begun == [WANG.id] * ONE_KEY_AT_ONCE + [LI.id]
    gate.set()
    await asyncio.gather(*batch, other)
    assert begun.count(WANG.id) == 50


async def test_keys_have_turns_of_their_own_and_what_finds_no_room_uses_up_nothing() -> None:
    door, gate = Door(Limits(reports_per_key=1)), asyncio.Event()
    crowd = [WANG.model_copy(update={"id": f"p{n}"}) for n in range(KEYS_AT_ONCE + KEYS_WAITING)]

    async def one(person: Person) -> None:
        async with door.turn_of(person):
            await gate.wait()

    waiting = [asyncio.create_task(one(person)) for person in crowd]
    await asyncio.sleep(0.01)
    with pytest.raises(TooMany) as refused:
        door.report_of(LI, 0)
    async with door.intake.turn():  # the public does not wait behind them
        door.report_from("192.0.2.1", 0)
    gate.set()
    await asyncio.gather(*waiting)
    door.report_of(LI, 0)

    assert (refused.value.code, refused.value.values["seconds"]) == ("too_many_reports_now", 2)


@pytest.mark.parametrize("channel", ["police:gaj", "anything:gaj"])
def test_a_units_channel_needs_a_key_of_that_unit(channel: str) -> None:
    must_speak_for(channel, LI)
    with pytest.raises(NotPermitted) as stranger:
        must_speak_for(channel, None)
    with pytest.raises(NotPermitted) as other:
        must_speak_for(channel, WANG)
    assert (stranger.value.code, other.value.code) == ("channel_needs_key", "channel_of_other_unit")


def test_anybody_may_report_as_the_public() -> None:
    must_speak_for("public", None)
    must_speak_for("public", LI)


async def test_decisions_about_one_case_go_a_few_at_a_time_in_order_and_too_many_are_refused(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, gate, full, begun = warm_world, asyncio.Event(), asyncio.Event(), list[str]()
    monkeypatch.setattr(world, "hurried", True)
    case = (await world.report()).case_id
    await world.reaches(case, Stage.TRIAGE)
    client, real = world.desk._client, world.desk._client.send

    async def slow(of: str, kind: str, decision: Any, **more: Any) -> Any:
        begun.append(decision.text)
        if len(begun) == 8:
            full.set()
        await gate.wait()
        return await real(of, kind, decision, **more)

    monkeypatch.setattr(client, "send", slow)
    notes = [
        asyncio.create_task(world.decide(case, Note(text=f"第{n}次"), "wxb", "duty")) for n in range(8 + QUEUED + 1)
    ]
    done, _ = await asyncio.wait(notes, return_when=asyncio.FIRST_EXCEPTION)
    await asyncio.wait_for(full.wait(), 5)
    first = list(begun)
    gate.set()
    answers = await asyncio.gather(*notes, return_exceptions=True)

    assert [type(one.exception()) for one in done] == [TooMany]
    assert sorted(first) == sorted(f"第{n}次" for n in range(8))
    assert [type(one) for one in answers].count(TooMany) == 1
    assert len(await world.events(case, "noted")) == 8 + QUEUED
