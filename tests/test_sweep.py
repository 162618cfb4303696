"""The sweep: the register learns what a case did while nobody asked, and every case hears of a newer calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from adapters.register.parts import cursors
from desk import sweep
from desk.case_client import CaseReading
from desk.projection import ENOUGH, TOGETHER
from domain.access.reading import EVERYTHING
from domain.case.answer import Answer
from domain.decisions import Note, TriageDecision
from domain.errors import CaseLost, Unavailable
from domain.office.office import Office
from domain.ports.letters_under_way import LetterProgress
from domain.vocabulary import Exit, Level
from tests.office_env import World
from tests.workflows import case_steps
from workflows import names

LATE = timedelta(minutes=90)


@workflow.defn(name=names.WORKFLOW, sandboxed=False)
class Other:
    """What a worker of another version makes of the case: its history does not fit, nor is the question known."""

    @workflow.run
    async def run(self, start: dict[str, object]) -> None:
        await workflow.sleep(5)
        await workflow.sleep(5)


async def test_what_rang_is_told_to_the_register_by_the_sweep(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    await world.forward(case, LATE + timedelta(minutes=1))
    assert await rungs(world, case) == []
    monkeypatch.setattr(cursors, "WAKES", -LATE)  # the case's time was moved ahead, the register's was not

    await world.desk.follow()

    assert await rungs(world, case) == ["remind", "due_soon", "breach", "escalate", "escalate"]
    row = await world.register.case(case)
    assert row is not None
    assert row.summary == await world.view(case)
    cursor = await world.register.cursor(case)
    assert cursor is not None
    assert cursor.settled


async def test_a_case_is_told_once_of_a_newer_calendar_and_moves_what_is_due(world: World) -> None:
    case = (await world.report()).case_id
    before = (await case_steps.triaged(world, case, Level.BLUE, co_units=())).summary
    await world.quiet(case)  # a request still on its way would be sent anew instead
    world.office = resting(world.office, days=14)
    world.desk = world.desk_over(world.client)

    await world.desk.sweep()
    await world.desk.sweep()
    await world.quiet(case)
    await world.desk.follow()

    changed, moved = await world.events(case, "calendar_changed"), await world.events(case, "due_moved")
    assert [event["version"] for event in changed] == ["next"]
    assert {event["clock"] for event in moved} == {"accept", "answer", "response", "case"}
    dues = {debt.clock: debt.due for debt in before.debts}
    for event in moved:
        assert datetime.fromisoformat(event["old"]) == dues[event["clock"]]
        assert datetime.fromisoformat(event["new"]) > dues[event["clock"]] + timedelta(days=7)
    assert (await world.register.case(case)).summary.calendar == "next"  # type: ignore[union-attr]
    letters = [line for line in world.outbox() if (line["person"], line["channel"]) == ("swj-liaison-a", "mail")]
    assert ["办公日历已更新" in line["text"] for line in letters] == [False, True]


async def test_cases_that_do_not_answer_keep_none_behind_them_on_the_old_calendar(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    cases = [(await world.report(f"听说第{n}水厂今晚起停水，大家快接水囤水")).case_id for n in range(sweep.ENOUGH + 1)]
    *ill, stopped, well = [*cases[1:], cases[0], (await world.report()).case_id]
    for case in (*cases, well):
        await world.desk.timeline(case, EVERYTHING)
    await world.handle(stopped).terminate("by mistake")
    world.office = resting(world.office, days=14)
    world.desk = world.desk_over(world.client)
    client = world.desk._client
    send = client.send

    async def silent(case: str, *said: Any, **how: Any) -> Answer:
        if case in ill:
            raise Unavailable("temporal: no answer in time")
        return await send(case, *said, **how)

    monkeypatch.setattr(client, "send", silent)
    for _ in range(20):  # in which order they are told is random: those that do not answer come first one time in four
        await world.desk._sweep._recount(world.desk.now())

    assert (await world.view(well)).calendar == "next"


async def test_an_office_that_goes_back_to_an_earlier_calendar_takes_its_cases_along(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, Level.BLUE, co_units=())
    now, later = world.office, resting(world.office, days=14)

    for office in (later, now, later):
        world.office = office
        await world.desk_over(world.client).sweep()
        assert (await world.view(case)).calendar == office.working.version


async def test_two_desks_with_different_calendars_send_no_case_back_and_forth(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, Level.BLUE, co_units=())
    earlier = world.desk_over(world.client)
    await earlier.sweep()
    world.office = resting(world.office, days=14)
    later = world.desk_over(world.client)

    for _ in range(3):
        await later.sweep()
        await earlier.sweep()

    assert (await world.view(case)).calendar == "next"
    assert len(await world.events(case, "calendar_changed")) == 1


async def test_a_decision_nobody_can_read_any_more_stops_none_behind_it(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    row = world.desk._submitter.row(case, Note(text="后来的"), world.officer("wxb", "duty"), "n1", datetime.now(UTC))
    unread = row.model_copy(update={"update_id": "unread", "body": '{"kind": "finding", "evidence": [{}]}'})
    for begun in (unread, row):
        await world.register.begin(begun)
    monkeypatch.setattr(sweep, "UNSETTLED", timedelta(seconds=-1))

    await world.desk.sweep()

    assert (await world.register.begin(row)).earlier.outcome == "done"  # type: ignore[union-attr]
    assert await world.register.unfinished(datetime.now(UTC) + LATE, 10) == []


async def test_a_decision_that_never_ends_holds_up_no_other_and_a_reader_closes_over_no_hole(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    ill, well = (await world.report()).case_id, (await world.report("我觉得这家店的面不好吃，大家怎么看")).case_id
    await world.quiet(ill)
    await world.quiet(well)
    await world.desk.follow()
    before = [line.seq for line in await world.register.timeline(well)]
    await world.handle(ill).terminate("an operator ended it")
    with pytest.raises(CaseLost):
        await world.decide(ill, Note(text="已电话联系"), "wxb", "duty")
    with monkeypatch.context() as killed:
        killed.setattr(world.register, "finish", unreachable)
        await world.decide(well, TriageDecision(exit=Exit.OPINION, reason="观点"), "wxb", "duty")
    await world.handle(well).result()

    told = [line.seq for line in await world.register.timeline(well)]
    monkeypatch.setattr(sweep, "UNSETTLED", timedelta(seconds=-1))
    settled = (await world.desk.sweep())[1]

    assert told == before, "what the case told of is in its answer, which nobody has written down yet"
    assert settled == 1
    row = await world.register.case(well)
    assert row is not None
    assert row.summary is not None
    assert row.summary.closed_at is not None
    assert [line.seq for line in await world.desk.timeline(well, EVERYTHING)] == list(range(1, row.summary.seq + 1))


async def test_a_case_that_answers_no_worker_is_left_out_and_ends_no_round(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    await world.desk.follow()
    told = len(await world.register.timeline(case))
    await world.worker_goes()

    queue = world.settings.task_queue
    async with Worker(world.client, task_queue=queue, workflows=[Other], workflow_runner=UnsandboxedWorkflowRunner()):
        assert len(await world.desk.timeline(case, EVERYTHING)) == told > 0
        await world.desk.sweep()
    await world.worker_comes()


async def test_what_came_last_to_a_case_that_sleeps_for_good_is_told_in_time(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.forward(case, timedelta(days=60))
    await world.desk.timeline(case, EVERYTHING)
    await world.report()
    await world.quiet(case)

    await world.desk.follow()

    seq = (await world.view(case)).seq
    assert (await world.view(case)).next_wake is None
    assert [line.seq for line in await world.register.timeline(case)] == list(range(1, seq + 1))


async def test_a_round_beside_many_cases_that_do_not_answer_ends_soon(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, asked = warm_world, []
    for n in range(2 * ENOUGH):
        await world.register.file(await world.filing(f"听说第{n}水厂今晚起停水，快接水囤水", f"k{n}"))
    await world.report()

    async def silent(case: str, *_: object) -> CaseReading:
        asked.append(case)
        raise Unavailable("temporal: no answer in time")

    monkeypatch.setattr(world.desk._client, "read", silent)
    await world.desk.follow()

    assert ENOUGH <= len(asked) <= ENOUGH + TOGETHER


async def unreachable(*_: object) -> None:
    raise Unavailable("nobody writes it down")


def resting(office: Office, *, days: int) -> Office:
    """The same office by a calendar in which nobody works for the next days."""
    time = office.working.part(datetime.now(UTC))
    rest = next(number for number, kind in enumerate(time.kinds) if len(kind) == 1)
    later = time.model_copy(update={"version": "next", "days": str(rest) * days + time.days[days:]})
    return office.model_copy(update={"working": later})


async def rungs(world: World, case: str) -> list[str]:
    """The rungs the register knows of, without the case being asked."""
    told = [line.event.model_dump(mode="json") for line in await world.register.timeline(case)]
    return [event["rung"] for event in told if isinstance(event, dict) and event["kind"] == "rung_rang"]


async def test_the_sweep_forgets_what_became_of_letters_a_month_ago(warm_world: World) -> None:
    world, far = warm_world, LetterProgress(refused="550")
    await world.report()
    now = world.desk.now()
    for key, days in (("k/old", 31), ("k/new", 29)):
        await world.register.hand_over(key, far, now - timedelta(days=days), rows=(f"{key}/li/mail",))
    await world.desk.sweep()

    assert (await world.register.handover("k/old", "x", now)).known is False
    assert (await world.register.handover("k/new", "x", now)).known is True
