"""A finding that comes after the workflow has ended: it is kept, told once, and the case ends again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from desk import case_client, sweep
from desk.sweep import UNSETTLED
from domain.access.reading import EVERYTHING
from domain.decisions import Confirm, Finding, Note
from domain.errors import CaseOver, NotPermitted, Stale, Unavailable, Unfit
from domain.ports.rows import CaseFilter
from domain.runs import RunStatus
from domain.vocabulary import Level, Stage, Verdict, Vote
from tests.office_env import World, eventually
from tests.workflows import case_steps
from tests.workflows.test_lost_runs import followed, stopped

LATE = Finding(verdict=Verdict.TRUE, explanation="复核后发现确有停水。", evidence=case_steps.EVIDENCE, corrects=True)
"""What the lead says instead of what it had answered."""

AGAIN = LATE.model_copy(update={"verdict": Verdict.MISLEADING})


async def finished(world: World) -> str:
    """A closed case whose workflow has ended, all of it in the register."""
    case = await case_steps.finished(world)
    await followed(world, case)
    return case


async def ended(world: World, case: str) -> None:
    """Wait until the workflow has ended once more, and the register knows all of it."""
    await world.handle(case).result()

    async def known() -> bool:
        await world.desk.follow()
        cursor = await world.register.cursor(case)
        return cursor is not None and cursor.settled and cursor.run is RunStatus.COMPLETED

    await eventually(known, "the end was never known")


async def kinds(world: World, case: str, epoch: int) -> list[str]:
    return [line.event.kind for line in await world.register.timeline(case) if line.epoch == epoch]


@pytest.mark.cold
async def test_a_finding_after_the_workflow_has_ended_is_kept_told_once_and_the_case_ends_again(world: World) -> None:
    case = await finished(world)
    before, sent = await world.register.case(case), len(world.outbox())
    assert before is not None
    assert before.summary is not None

    answer = await world.decide(case, LATE, "swj", "liaison_a")
    await ended(world, case)

    assert [entry.event.kind for entry in answer.entries] == ["finding_received"]
    assert await kinds(world, case, 2) == ["epoch_opened", "finding_received", "notified"]
    [opened] = await world.events(case, "epoch_opened")
    assert (opened["cause"], opened["unheard"]) == ("heard_after_closing", 0)
    taken = (await world.events(case, "finding_received"))[-1]
    assert (taken["verdict"], taken["late"], taken["explanation"]) == ("true", True, LATE.explanation)
    assert taken["evidence"]
    letters = world.outbox()[sent:]
    assert {line["person"] for line in letters} >= {"swj-liaison-a", "wxb-duty"}
    assert all("在事项办结后反馈为“属实”" in line["text"] for line in letters)
    assert all("事项仍为办结" in line["text"] for line in letters if line["channel"] == "mail")
    assert len({line["key"] for line in letters}) == len(letters)
    after = await world.register.case(case)
    assert after is not None
    assert after.summary is not None
    same = {"stage", "verdict", "publication", "closed_at", "level", "debts", "due", "next_wake"}
    assert after.summary.model_dump(include=same) == before.summary.model_dump(include=same)
    assert after.summary.ended
    assert await world.register.cases(CaseFilter(live=True), EVERYTHING) == []
    await world.desk.watch()
    assert await world.register.alarms() == []


async def test_the_same_finding_twice_has_one_effect_and_opens_one_epoch(warm_world: World) -> None:
    world = warm_world
    case = await finished(world)

    first = await world.decide(case, LATE, "swj", "liaison_a", key="same")
    again = await world.decide(case, LATE, "swj", "liaison_a", key="same")
    await ended(world, case)
    once_more = await world.decide(case, LATE, "swj", "liaison_a", key="same")

    assert first.seq == again.seq == once_more.seq
    assert len(await world.events(case, "epoch_opened")) == 1
    assert len(await world.events(case, "finding_received")) == 2


async def test_the_same_finding_at_once_from_two_processes_has_one_effect(warm_world: World) -> None:
    world = warm_world
    case = await finished(world)
    other, person = world.desk_over(world.client), world.officer("swj", "liaison_a")

    came = await asyncio.gather(
        *(desk.decide(case, LATE, by=person, key="same") for desk in (world.desk, other, world.desk))
    )
    await ended(world, case)

    assert len({one.seq for one in came}) == 1
    assert len(await world.events(case, "epoch_opened")) == 1
    assert len(await world.events(case, "finding_received")) == 2


@pytest.mark.cold
async def test_two_findings_at_once_both_land(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.verified(world, case)
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    await case_steps.closed(world, case)
    await world.handle(case).result()
    await followed(world, case)
    other = world.desk_over(world.client)

    await asyncio.gather(
        *(
            desk.decide(case, LATE, by=world.officer(unit, "liaison_a"), key=f"late-{unit}")
            for desk, unit in ((world.desk, "swj"), (other, "hbj"), (world.desk, "swu"))
        )
    )
    await ended(world, case)

    late = [one["unit"] for one in await world.events(case, "finding_received") if one["late"]]
    assert sorted(late) == ["hbj", "swj", "swu"]
    assert len(await world.events(case, "epoch_opened")) <= 3
    read = [line["text"] for line in world.outbox() if (line["person"], line["channel"]) == ("wxb-duty", "mail")]
    for unit in late:  # what is owed in one moment is one letter
        short = world.office.units[unit].short
        assert sum(f"{short}在事项办结后反馈" in text for text in read) == 1


async def test_one_finding_after_another_opens_an_epoch_each(warm_world: World) -> None:
    world = warm_world
    case = await finished(world)
    for verdict in (Verdict.TRUE, Verdict.FALSE, Verdict.MISLEADING):
        await world.decide(case, LATE.model_copy(update={"verdict": verdict}), "swj", "liaison_a")
        await ended(world, case)

    assert [one["after"] for one in await world.events(case, "epoch_opened")] != []
    cursor = await world.register.cursor(case)
    assert cursor is not None
    assert cursor.position.epoch == 4
    assert [one["verdict"] for one in await world.events(case, "finding_received")][1:] == [
        "true", "false", "misleading",
    ]  # fmt: skip


async def test_after_the_history_was_deleted_the_kept_state_hears(warm_world: World) -> None:
    world = warm_world
    case = await finished(world)
    await stopped(world, case, "delete")

    await world.decide(case, LATE, "swj", "liaison_a")
    await ended(world, case)

    assert await kinds(world, case, 2) == ["epoch_opened", "finding_received", "notified"]


async def test_without_state_and_history_it_is_refused_in_plain_words(warm_world: World) -> None:
    world = warm_world
    case = await finished(world)
    await stopped(world, case, "delete")
    kept = await world.register.kept_state(case)
    assert kept is not None

    async def nothing(_: str) -> None:
        return None

    world.register.kept_state = nothing  # type: ignore[method-assign]

    with pytest.raises(CaseOver) as refused:
        await world.decide(case, LATE, "swj", "liaison_a")
    assert refused.value.code == "closed_state_gone"
    assert len(await world.events(case, "epoch_opened")) == 0


async def test_everything_else_is_refused_and_starts_nothing(warm_world: World) -> None:
    world = warm_world
    case = await finished(world)
    run = (await world.handle(case).describe()).run_id

    with pytest.raises(CaseOver) as over:
        await world.decide(case, Note(text="补记"), "wxb", "duty")
    with pytest.raises(Unfit) as unfit:  # it has answered: only a correction is left
        await world.decide(case, LATE.model_copy(update={"corrects": False}), "swj", "liaison_a")
    with pytest.raises(NotPermitted):
        await world.decide(case, LATE, "wxb", "duty")

    assert (over.value.code, unfit.value.code) == ("case_over", "request_state")
    assert (await world.handle(case).describe()).run_id == run
    assert await world.events(case, "epoch_opened") == []


async def test_a_decision_of_before_said_again_after_a_late_finding_is_the_one_that_was_taken(
    warm_world: World,
) -> None:
    world = warm_world
    case = await case_steps.published(world)
    noted = await world.decide(case, Note(text="已回访"), "wxb", "duty", key="noted")
    await case_steps.closed(world, case)
    await world.handle(case).result()
    await followed(world, case)
    await world.decide(case, LATE, "swj", "liaison_a")
    await ended(world, case)

    again = await world.decide(case, Note(text="已回访"), "wxb", "duty", key="noted")

    assert again.seq == noted.seq
    assert len(await world.events(case, "noted")) == 1


async def test_while_its_letters_wait_a_closed_case_hears_a_further_finding_and_stays_closed(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    case = await finished(world)

    async def down(*_: object) -> bool:
        raise Unavailable("register: down")

    with monkeypatch.context() as patch:
        patch.setattr(world.register, "admits", down)
        await world.decide(case, LATE, "swj", "liaison_a")
        again = await world.decide(case, AGAIN, "swj", "liaison_a")
        with pytest.raises(CaseOver):
            await world.decide(case, Note(text="补记"), "wxb", "duty")
        live = await world.register.cases(CaseFilter(live=True), EVERYTHING)
        await world.desk.watch()
    await ended(world, case)

    assert (again.summary.epoch, again.summary.ended, live) == (2, True, [])
    assert await world.register.alarms() == []
    assert len(await world.events(case, "epoch_opened")) == 1


async def test_the_sweep_sends_what_a_crash_left_between_storing_and_sending(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    case = await finished(world)
    person = world.officer("swj", "liaison_a")
    row = world.desk._submitter.row(case, LATE, person, "left", world.desk.now() - UNSETTLED - timedelta(seconds=1))
    await world.register.begin(row)

    _, settled = await world.desk.sweep()
    await ended(world, case)

    assert settled == 1
    assert await kinds(world, case, 2) == ["epoch_opened", "finding_received", "notified"]
    assert await world.register.unfinished(world.desk.now(), 10) == []


@pytest.mark.parametrize("first", ["sweep", "watch"])
async def test_a_crash_between_the_start_and_its_record_is_healed_without_an_alarm(
    warm_world: World, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    world = warm_world
    case = await finished(world)
    person = world.officer("swj", "liaison_a")
    row = world.desk._submitter.row(case, LATE, person, "left", world.desk.now() - UNSETTLED - timedelta(seconds=1))
    begun = await world.register.begin(row)

    async def dies(*_: object, **__: object) -> bool:
        raise Unavailable("register: down")

    with monkeypatch.context() as patch:
        patch.setattr(world.register, "run_again", dies)
        with pytest.raises(Unavailable):
            await world.desk._submitter.submit(
                row, LATE, world.desk.now(), chain=begun.chain, recorded=begun.recorded, run=begun.run
            )
    assert (await world.handle(case).describe()).status is not None
    if first == "watch":
        await world.desk.watch()
        await world.desk.follow()

    await world.desk.sweep()
    await world.desk.watch()
    await ended(world, case)

    assert await kinds(world, case, 2) == ["epoch_opened", "finding_received", "notified"]
    assert len(await world.events(case, "epoch_opened")) == 1
    assert await world.register.alarms() == []
    assert not [line for line in world.outbox() if "/run/" in line["key"]]


async def test_a_start_from_an_older_state_is_ended_and_the_finding_can_be_sent_anew(warm_world: World) -> None:
    """A process that stood still for longer than its lease starts from what is no longer the newest state."""
    world = warm_world
    case = await finished(world)
    closed = world.desk._closed_cases
    cursor, kept = await world.register.cursor(case), await world.register.kept_state(case)
    await world.decide(case, LATE, "swj", "liaison_a")
    await ended(world, case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closed, "_caught_up", lambda _: _said(cursor))
        patch.setattr(world.register, "kept_state", lambda _: _said(kept))
        with pytest.raises(Stale):
            await world.decide(case, AGAIN, "swj", "liaison_a", key="frozen")
    with pytest.raises(Stale):
        await world.decide(case, AGAIN, "swj", "liaison_a", key="frozen")

    await world.decide(case, AGAIN, "swj", "liaison_a", key="anew")
    await ended(world, case)

    late = [one["verdict"] for one in await world.events(case, "finding_received") if one["late"]]
    assert late == ["true", "misleading"]
    assert await kinds(world, case, 3) == ["epoch_opened", "finding_received", "notified"]
    letters = [line for line in world.outbox() if "/late_finding/" in line["key"]]
    assert len({line["key"] for line in letters}) == len(letters)


async def _said(value: object) -> object:
    return value


async def test_where_the_unit_approves_its_findings_it_does_so_after_the_workflow_has_ended(warm_world: World) -> None:
    world = warm_world
    terms = world.office.terms.model_copy(update={"findings_approved_at": tuple(Level)})
    world.office = world.office.model_copy(update={"policy": world.office.policy.model_copy(update={"terms": terms})})
    world.desk = world.desk_over(world.client)
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await world.decide(case, case_steps.finding(), "swj", "deputy")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    await case_steps.closed(world, case)
    await world.handle(case).result()
    await followed(world, case)

    asked = await world.decide(case, LATE, "swj", "liaison_a")
    await ended(world, case)
    waiting = await world.register.cases(CaseFilter(live=True), EVERYTHING)
    [ref] = [one.ref for one in asked.summary.waiting]
    with pytest.raises(CaseOver):
        await world.decide(case, Confirm(ref=ref + 100, outcome=Vote.APPROVE), "swj", "deputy")
    approved = await world.decide(case, Confirm(ref=ref, outcome=Vote.APPROVE), "swj", "deputy")
    await ended(world, case)

    assert [row.case_id for row in waiting] == [case], "it waits in the inbox of whoever approves it"
    assert [entry.event.kind for entry in approved.entries] == ["finding_approved"]
    assert await kinds(world, case, 2) == ["epoch_opened", "finding_submitted", "notified"]
    assert await kinds(world, case, 3) == ["epoch_opened", "finding_approved", "notified"]
    assert ("swj-deputy", "mail") in world.told("/approve-finding/")
    assert ("wxb-duty", "mail") in world.told("/late_finding/")
    assert await world.register.cases(CaseFilter(live=True), EVERYTHING) == []


async def test_a_finding_that_comes_while_no_worker_answers_is_heard_once_a_worker_is_back(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    case = await finished(world)
    monkeypatch.setattr(sweep, "UNSETTLED", timedelta(seconds=-5))
    await world.worker_goes()
    with monkeypatch.context() as impatient:  # once a worker is back, it may take as long as it usually does
        impatient.setattr(case_client, "CALL", timedelta(seconds=1))
        with pytest.raises(Unavailable):
            await world.decide(case, LATE, "swj", "liaison_a", key="late")
        await world.desk.watch()
    await world.worker_comes()

    async def landed() -> bool:
        await world.desk.follow()
        await world.desk.watch()
        await world.desk.sweep()
        return len(await world.events(case, "finding_received")) == 2

    await eventually(landed, "the finding was never heard")
    await ended(world, case)

    assert [one["late"] for one in await world.events(case, "finding_received")] == [False, True]
    assert await world.register.alarms() == []
    assert not [line for line in world.outbox() if "/run/" in line["key"]]
