"""A workflow an operator stops, deletes or sets back: it is found, people are called once, and the case goes on."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest, ResetWorkflowExecutionRequest

from adapters.messengers.phone import PhoneTasks
from desk.projection import LATEST
from domain.access.reading import EVERYTHING
from domain.decisions import Note, TriageDecision
from domain.errors import CaseLost, NotPermitted, Refused, RefusedForGood, Stale, Unavailable, Unfit
from domain.office.office import Person
from domain.ports.delivery import Letter, Undelivered
from domain.ports.rows import KeptState
from domain.runs import RunStatus
from domain.tasks.task import Task
from domain.vocabulary import Exit, Stage
from tests.office_env import World, eventually
from tests.workflows import case_steps
from workflows import names

NOTE = Note(text="已电话联系")
OPINION = "我觉得这家店的面不好吃，大家怎么看"


async def stopped(world: World, case: str, how: str) -> None:
    """Let an operator end the workflow of a case in Temporal."""
    handle = world.handle(case)
    match how:
        case "terminate":
            await handle.terminate("by mistake")
        case "delete":
            execution = WorkflowExecution(workflow_id=names.workflow_id(case))
            await world.client.workflow_service.delete_workflow_execution(
                DeleteWorkflowExecutionRequest(namespace=world.client.namespace, workflow_execution=execution)
            )


async def reset(world: World, case: str, task: int) -> None:
    """Let an operator set a case back to the end of a task; what was decided after it is gone."""
    run = (await world.handle(case).describe()).run_id
    execution = WorkflowExecution(workflow_id=names.workflow_id(case), run_id=run)
    await world.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=world.client.namespace,
            workflow_execution=execution,
            workflow_task_finish_event_id=task,
            request_id="once",
            reset_reapply_type=2,  # none: the decisions after it are gone
        )
    )


async def found(world: World, case: str, run: RunStatus) -> None:
    """Let the watch look until it has found how the workflow stands."""

    async def known() -> bool:
        await world.desk.watch()
        await world.desk.follow()
        cursor = await world.register.cursor(case)
        return cursor is not None and cursor.run is run

    await eventually(known, f"{case} was never found as {run}")
    await world.desk.watch()


async def page_of(world: World, text: str) -> tuple[str, str, Task]:
    """Whose page of which case a letter leads to."""
    [token] = re.findall(rf"{re.escape(world.settings.base_url)}/t/(\S+)", text)
    link = await world.desk.short_links.read(token)
    return link.case_id, link.person, link.task


def administrator(world: World) -> Person:
    return next(person for person in world.office.people if person.administrator)


async def followed(world: World, case: str) -> None:
    """Let the register have all the case has done so far, and its state."""

    async def settled() -> bool:
        await world.desk.follow()
        cursor = await world.register.cursor(case)
        return cursor is not None and cursor.settled

    await world.quiet(case)
    await eventually(settled, "the case was never settled")


@pytest.mark.cold
async def test_a_request_to_cancel_is_refused_and_recorded(world: World) -> None:
    case = (await world.report()).case_id
    await world.quiet(case)

    await world.handle(case).cancel()
    await world.handle(case).signal("stop", "now")
    await world.quiet(case)
    await case_steps.triaged(world, case)

    assert len(await world.events(case, "cancel_refused")) == 1
    assert (await world.view(case)).stage is Stage.VERIFICATION


async def test_administrators_are_written_to_about_a_request_to_cancel_that_nobody_reads(
    world: World,
) -> None:
    case, other = (await world.report()).case_id, (await world.report(OPINION)).case_id
    await followed(world, case)
    await followed(world, other)

    await world.handle(case).cancel()

    async def told() -> bool:
        await world.desk.watch()  # letters alone: no case is asked
        return any("/run/cancel_refused/" in line["key"] for line in world.outbox())

    await eventually(told, "nobody was written to about the request to cancel")
    await world.desk.watch()
    letters = [line for line in world.outbox() if "/run/" in line["key"]]
    administrators = {one.id for one in world.office.people if one.administrator}
    assert {line["person"] for line in letters} == administrators
    assert len({line["key"] for line in letters}) == len(letters)
    number = (await world.view(case)).number
    for line in letters:
        assert line["subject"] == f"【演示】知悉：有人请求取消事项 {number}，未执行"
        assert "办结" in line["text"]
        assert "恢复" not in line["text"]
    assert (await world.desk.view(case, EVERYTHING)).run is RunStatus.RUNNING


@pytest.mark.parametrize(("how", "run"), [("terminate", RunStatus.TERMINATED), ("delete", RunStatus.MISSING)])
async def test_a_workflow_that_was_stopped_is_found_and_called_out_once(
    warm_world: World, how: str, run: RunStatus
) -> None:
    world = warm_world
    case, other = (await world.report()).case_id, (await world.report(OPINION)).case_id
    await followed(world, case)
    await followed(world, other)

    await stopped(world, case, how)
    await found(world, case, run)
    await world.desk.watch()

    assert not [line for line in world.outbox() if line["key"].startswith(f"{other}/run/")]
    letters = [line for line in world.outbox() if "/run/lost/" in line["key"]]
    called = {line["person"] for line in letters}
    assert {"wxb-duty", administrator(world).id} <= called
    pages = {line["person"]: await page_of(world, line["text"]) for line in letters}
    assert pages["wxb-duty"] == (case, "wxb-duty", Task.LOOK), "the letter leads straight to the case"
    assert pages[administrator(world).id] == (case, administrator(world).id, Task.LOOK)
    assert len({line["key"] for line in letters}) == len(letters)
    with pytest.raises(CaseLost) as refused:
        await world.decide(case, NOTE, "wxb", "duty", key="n1")
    assert refused.value.values["run"] == run
    assert (await world.desk.view(case, EVERYTHING)).run is run


async def test_a_deleted_case_is_found_though_another_was_set_back_just_before(world: World) -> None:
    back, gone = (await world.report()).case_id, (await world.report(OPINION)).case_id
    await world.quiet(back)
    history = await world.history(back)
    task = max(event.event_id for event in history.events if event.HasField("workflow_task_completed_event_attributes"))
    await world.decide(back, NOTE, "wxb", "duty")
    for case in (back, gone):
        await followed(world, case)
    await world.desk.watch()  # from now on it compares numbers before it compares lists

    await reset(world, back, task)
    await stopped(world, gone, "delete")

    await found(world, gone, RunStatus.MISSING)


async def test_cases_stopped_together_are_called_out_in_one_letter(warm_world: World) -> None:
    world = warm_world
    cases = [(await world.report()).case_id, (await world.report(OPINION)).case_id]
    for case in cases:
        await followed(world, case)
        await stopped(world, case, "terminate")
        await world.register.mark(case)
    await world.desk.follow()

    await world.desk.watch()
    await world.desk.watch()

    numbers = [(await world.view(case)).number for case in cases]
    letters = [line for line in world.outbox() if all(number in line["text"] for number in numbers)]
    assert {"wxb-duty", administrator(world).id} <= {line["person"] for line in letters}
    assert len({(line["person"], line["channel"]) for line in letters}) == len(letters)
    assert not [line for line in world.outbox() if "/run/" in line["key"]], "nobody gets one for each case"
    assert all("2 件事项" in line["subject"] for line in letters)


@pytest.mark.parametrize("how", ["terminate", "delete"])
@pytest.mark.parametrize("at", ["triage", "verification", "rebuttal", "closure"])
async def test_a_restored_case_goes_on_with_all_it_had_heard_and_nobody_gets_a_letter_twice(
    world: World, how: str, at: str
) -> None:
    case = (await world.report()).case_id
    digest = ""
    if at != "triage":
        await case_steps.triaged(world, case, co_units=())
    if at in ("rebuttal", "closure"):
        await case_steps.found(world, case, "swj")
        digest = await case_steps.drafted(world, case)
    if at == "closure":
        await case_steps.signed(world, case, digest)
        await world.reaches(case, Stage.CLOSURE)
    await followed(world, case)
    before, sent = await world.view(case), [line["key"] for line in world.outbox()]

    await stopped(world, case, how)
    await found(world, case, RunStatus.TERMINATED if how == "terminate" else RunStatus.MISSING)
    restored = await world.desk.restore(case, by=administrator(world))
    await followed(world, case)

    after = await world.view(case)
    assert (restored.epoch, restored.unheard) == (2, 0)
    same = {"stage", "level", "verdict", "publication", "units", "due", "next_wake", "debts", "signatures", "sightings"}
    assert after.model_dump(include=same) == before.model_dump(include=same)
    keys = [line["key"] for line in world.outbox() if "/run/lost/" not in line["key"]]
    assert keys == sent, "everything owed had been sent, so nothing is sent again"
    await finished_from(world, case, at, digest)
    assert len({line["key"] for line in world.outbox()}) == len(world.outbox())
    opened = await world.events(case, "epoch_opened")
    assert [(one["cause"], one["unheard"]) for one in opened] == [("restored", 0)]


async def finished_from(world: World, case: str, at: str, digest: str) -> None:
    """Let the case be decided to its end."""
    if at == "triage":
        await case_steps.triaged(world, case, co_units=())
    if at in ("triage", "verification"):
        await case_steps.found(world, case, "swj")
        digest = await case_steps.drafted(world, case)
    if at != "closure":
        await case_steps.signed(world, case, digest)
        await world.reaches(case, Stage.CLOSURE)
    await case_steps.closed(world, case)
    await world.handle(case).result()
    await followed(world, case)


async def test_what_lies_between_the_kept_state_and_the_timeline_is_told(world: World) -> None:
    case = (await world.report()).case_id
    await followed(world, case)
    noted = await world.decide(case, NOTE, "wxb", "duty")
    await stopped(world, case, "delete")
    await found(world, case, RunStatus.MISSING)

    restored = await world.desk.restore(case, by=administrator(world))
    await followed(world, case)

    assert (restored.after, restored.unheard) == (noted.seq - 1, 1)
    assert [one["unheard"] for one in await world.events(case, "epoch_opened")] == [1]
    lines = [(line.epoch, line.seq, line.event.kind) for line in await world.register.timeline(case)]
    assert lines[-2:] == [(1, noted.seq, "noted"), (2, noted.seq, "epoch_opened")]
    again = await world.decide(case, NOTE, "wxb", "duty")
    assert again.seq == noted.seq + 1


async def test_a_closed_case_can_be_started_again_after_its_history_was_deleted(world: World) -> None:
    case = await case_steps.finished(world)
    await followed(world, case)
    await stopped(world, case, "delete")

    restored = await world.desk.restore(case, by=administrator(world))
    await world.handle(case).result()
    await followed(world, case)

    assert restored.unheard == 0
    assert [one["cause"] for one in await world.events(case, "epoch_opened")] == ["restored"]


@pytest.mark.cold
async def test_two_restores_at_once_start_one_workflow(world: World) -> None:
    case = (await world.report()).case_id
    await followed(world, case)
    with pytest.raises(Stale):
        await world.desk.restore(case, by=administrator(world))
    await stopped(world, case, "terminate")
    await found(world, case, RunStatus.TERMINATED)

    came = await asyncio.gather(
        *(world.desk.restore(case, by=administrator(world)) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in came) == ["RestoredCase", "Stale"]
    await followed(world, case)
    assert len(await world.events(case, "epoch_opened")) == 1


async def test_only_an_administrator_restores_and_only_what_this_version_can_read(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await followed(world, case)
    await stopped(world, case, "delete")  # a workflow that was only stopped would still say what its state is
    await found(world, case, RunStatus.MISSING)
    with pytest.raises(NotPermitted):
        await world.desk.restore(case, by=world.officer("wxb", "editor"))

    kept = await world.register.kept_state(case)
    assert kept is not None
    for change, code in (({"version": 2}, "newer_state"), ({"state": "{}"}, "unreadable_state")):
        await world.register.keep_state(KeptState(**kept.model_dump() | change))
        with pytest.raises(Unfit) as unfit:
            await world.desk.restore(case, by=administrator(world))
        assert unfit.value.code == code
    more = kept.state[:-1] + ', "added_later": {"x": 1}}'
    await world.register.keep_state(KeptState(**kept.model_dump() | {"state": more}))
    assert (await world.desk.restore(case, by=administrator(world))).epoch == 2
    await followed(world, case)


async def test_a_new_report_of_a_stopped_case_waits_for_it_and_is_counted_there(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await followed(world, case)
    await stopped(world, case, "terminate")
    await found(world, case, RunStatus.TERMINATED)

    receipts = [await world.report(channel=f"platform:pt{n}") for n in range(3)]
    await world.desk.sweep()
    assert {one.case_id for one in receipts} == {case}
    assert all(one.case_stopped for one in receipts)
    await world.desk.restore(case, by=administrator(world))
    await world.desk.sweep()
    await followed(world, case)

    assert (await world.view(case)).sightings > 1


@pytest.mark.cold
async def test_a_case_that_was_reset_goes_on_in_another_epoch_and_says_what_holds_no_more(world: World) -> None:
    case = (await world.report()).case_id
    await world.quiet(case)
    history = await world.history(case)
    task = max(event.event_id for event in history.events if event.HasField("workflow_task_completed_event_attributes"))
    noted = await world.decide(case, NOTE, "wxb", "duty")
    await followed(world, case)

    await reset(world, case, task)
    later = await world.decide(case, Note(text="回退之后"), "wxb", "duty")

    async def told() -> bool:
        await world.desk.watch()
        await world.desk.follow()
        return bool([line for line in await world.register.timeline(case) if line.event.kind == "epoch_opened"])

    await eventually(told, "the reset was never told")
    await followed(world, case)

    lines = [(line.epoch, line.seq, line.event.kind) for line in await world.register.timeline(case)]
    [opened] = await world.events(case, "epoch_opened")
    second = [line for line in lines if line[0] == 2]
    assert (1, noted.seq, "noted") in lines
    assert second[0][:2] == (2, opened["after"] + 1)
    assert second[-2:] == [(2, later.seq, "noted"), (2, later.seq + 1, "epoch_opened")]
    assert opened["unheard"] == noted.seq - opened["after"] > 0
    assert any("/run/set_back/" in line["key"] for line in world.outbox())


async def test_a_case_that_was_reset_and_closed_before_anybody_asked_is_told_to_its_end(world: World) -> None:
    case = (await world.report()).case_id
    await world.quiet(case)
    history = await world.history(case)
    task = max(event.event_id for event in history.events if event.HasField("workflow_task_completed_event_attributes"))
    for n in range(6):
        await world.decide(case, Note(text=f"第{n}条"), "wxb", "duty")
    await followed(world, case)

    await reset(world, case, task)
    await world.decide(case, TriageDecision(exit=Exit.OPINION), "wxb", "duty")
    await world.handle(case).result()
    await found(world, case, RunStatus.COMPLETED)

    row = await world.register.case(case)
    assert row is not None
    assert row.summary is not None
    assert row.summary.closed_at is not None
    lines = [(line.epoch, line.event.kind) for line in await world.register.timeline(case)]
    assert (1, "noted") in lines
    assert lines[-1][0] == 2
    assert (2, "case_closed") in lines


async def test_a_case_nobody_can_restore_says_so(warm_world: World) -> None:
    world = warm_world
    await world.quiet((await world.report()).case_id)
    with pytest.raises(Refused):
        await world.desk.restore("nosuchcase", by=administrator(world))


class Refusing:
    """A channel that refuses every letter for good, and counts them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def send(self, letter: Letter) -> None:
        self.asked.append(letter.person)
        raise RefusedForGood("no such address")


async def test_a_channel_that_refuses_for_good_is_not_asked_again_about_the_same_alarm(warm_world: World) -> None:
    world, refusing = warm_world, Refusing()
    alarms = world.desk._alarms
    alarms._messengers = {**alarms._messengers, "mail": refusing}
    case = (await world.report()).case_id
    await followed(world, case)
    await stopped(world, case, "terminate")
    await found(world, case, RunStatus.TERMINATED)

    for _ in range(3):
        await world.desk.watch()

    assert refusing.asked
    assert len(set(refusing.asked)) == len(refusing.asked)
    assert await world.register.alarms() == []


async def test_a_listed_call_makes_no_alarm_rung(warm_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world, refusing = warm_world, Refusing()
    phone = PhoneTasks(world.settings.data / "outbox")
    for one in (world.desk._alarms, world.desk._delivery_alarms._letters):
        services = {channel: phone if channel == "phone" else refusing for channel in one._messengers}
        monkeypatch.setattr(one, "_messengers", services)
    case = (await world.report()).case_id
    await followed(world, case)
    await stopped(world, case, "terminate")
    await found(world, case, RunStatus.TERMINATED)
    at = world.desk.now()
    lost = Undelivered(case_id=case, key=f"{case}/k", person="wxb-duty", channel="mail", reason="550", since=at)
    await world.register.give_up([lost])

    await world.desk.watch()
    await world.desk.alarm()

    assert refusing.asked
    assert [cursor.case_id for cursor in await world.register.alarms()] == [case]
    assert [row.case_id for row in await world.register.unalarmed()] == [case]
    assert [
        line for line in world.outbox("phone_tasks") if "/run/" in line["key"] or "/undelivered" in line["key"]
    ] == []


LONG = timedelta(days=2)


@pytest.mark.cold
async def test_a_restored_case_rings_what_came_due_while_it_was_stopped(world: World) -> None:
    case = (await world.report()).case_id
    await followed(world, case)
    before = await world.view(case)
    await stopped(world, case, "terminate")
    await found(world, case, RunStatus.TERMINATED)
    await world.desk.restore(case, by=administrator(world))
    await followed(world, case)

    await world.forward(case, LONG)
    await followed(world, case)

    rang = await world.events(case, "rung_rang")
    assert [one["rung"] for one in rang][:3] == ["remind", "due_soon", "breach"]
    assert {debt.clock: debt.due for debt in (await world.view(case)).debts} == {
        debt.clock: debt.due for debt in before.debts
    }


async def unwritten(*_: object) -> None:
    raise Unavailable("register: down")


async def test_a_finished_case_says_without_a_worker_what_it_did_last_and_a_stopped_one_once_a_worker_answers(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    over, lost = (await world.report()).case_id, (await world.report(OPINION)).case_id
    for case in (over, lost):
        await followed(world, case)
    with monkeypatch.context() as patch:
        patch.setattr(world.register, "finish", unwritten)
        await world.decide(over, TriageDecision(exit=Exit.OPINION), "wxb", "duty")
        await world.decide(lost, NOTE, "wxb", "duty")
    await world.handle(over).result()
    await world.quiet(lost)
    seqs = {case: (await world.view(case)).seq for case in (over, lost)}
    await stopped(world, lost, "terminate")
    for case in (over, lost):
        await world.register.mark(case)

    await world.worker_goes()
    await world.desk.follow()
    found = [await world.register.cursor(case) for case in (over, lost)]
    await world.worker_comes()
    await world.desk._projector.once(world.desk.now() + LATEST)

    assert [one and (one.run, one.settled) for one in found] == [
        (RunStatus.COMPLETED, True),
        (RunStatus.TERMINATED, False),
    ]
    for case, seq in seqs.items():
        cursor, kept = await world.register.cursor(case), await world.register.kept_state(case)
        assert cursor is not None
        assert kept is not None
        assert (cursor.position.seq, cursor.settled, kept.seq) == (seq, True, seq)


async def test_a_decision_or_report_that_finds_a_case_stopped_leaves_nothing_behind_it(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    decided, reported = (await world.report()).case_id, (await world.report(OPINION)).case_id
    seqs = {}
    for case in (decided, reported):
        await followed(world, case)
        with monkeypatch.context() as patch:
            patch.setattr(world.register, "finish", unwritten)
            seqs[case] = (await world.decide(case, NOTE, "wxb", "duty")).seq
        await stopped(world, case, "terminate")

    with pytest.raises(CaseLost):
        await world.decide(decided, NOTE, "wxb", "duty")
    await world.report(OPINION)
    await world.desk.follow()

    for case, seq in seqs.items():
        cursor, kept = await world.register.cursor(case), await world.register.kept_state(case)
        assert cursor is not None
        assert kept is not None
        assert (cursor.position.seq, cursor.settled, kept.seq) == (seq, True, seq)


async def test_what_a_restored_case_does_not_know_is_reckoned_by_epoch_and_number(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    task = await last_task(world, case)
    for n in range(6):
        await world.decide(case, Note(text=f"第{n}条"), "wxb", "duty")
    await followed(world, case)
    first = await world.register.kept_state(case)
    await reset(world, case, task)
    await found(world, case, RunStatus.RUNNING)
    monkeypatch.setattr(world.register, "kept_state", lambda _: kept(first))  # the newer state was never stored
    await followed(world, case)
    cursor = await world.register.cursor(case)
    await stopped(world, case, "delete")
    await found(world, case, RunStatus.MISSING)

    restored = await world.desk.restore(case, by=administrator(world))
    await followed(world, case)

    [opened, again] = await world.events(case, "epoch_opened")
    assert first is not None
    assert cursor is not None
    assert cursor.position.seq < first.seq, "by numbers alone, nothing would be left behind"
    assert (restored.after, restored.unheard) == (opened["after"], cursor.position.seq - opened["after"])
    assert (again["after"], again["unheard"]) == (restored.after, restored.unheard)


async def test_a_case_deleted_before_anything_was_heard_of_it_is_lost_and_begun_once_more(world: World) -> None:
    case = (await world.report()).case_id
    await world.quiet(case)
    sent = [line["key"] for line in world.outbox()]
    await stopped(world, case, "delete")

    await found(world, case, RunStatus.MISSING)
    with pytest.raises(CaseLost):
        await world.decide(case, NOTE, "wxb", "duty")
    await world.report(place="东汀区")
    assert len(await world.register.pending(limit=10)) == 1, "the second report does not begin it anew"
    await world.desk.restore(case, by=administrator(world))
    await world.desk.sweep()
    await followed(world, case)
    await world.desk.sweep()
    await followed(world, case)

    assert any("/run/lost/" in line["key"] for line in world.outbox())
    letters = [line["key"] for line in world.outbox() if "/run/lost/" not in line["key"]]
    assert letters[: len(sent)] == sent
    assert len(set(letters)) == len(letters)
    view = await world.view(case)
    assert (view.stage, view.epoch, view.sightings) == (Stage.TRIAGE, 1, 2)
    assert await world.register.pending(limit=10) == []


async def kept(state: KeptState | None) -> KeptState | None:
    return state


async def last_task(world: World, case: str) -> int:
    """The event by which the case's last task so far ended."""
    history = await world.history(case)
    return max(event.event_id for event in history.events if event.HasField("workflow_task_completed_event_attributes"))


async def test_of_two_processes_that_find_a_stopped_workflow_at_once_one_calls_people(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await followed(world, case)
    other = world.desk_over(world.client)
    await stopped(world, case, "terminate")

    for _ in range(3):
        await asyncio.gather(world.desk.watch(), other.watch())
        await asyncio.gather(world.desk.follow(), other.follow())

    calls = [line for line in world.outbox() if "/run/lost/" in line["key"]]
    assert calls
    assert len(calls) == len({(line["person"], line["channel"]) for line in calls})


async def test_a_case_deleted_within_a_moment_of_its_first_decision_can_be_restored(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await stopped(world, case, "delete")  # nobody has followed it yet

    await found(world, case, RunStatus.MISSING)
    restored = await world.desk.restore(case, by=administrator(world))
    await followed(world, case)

    assert restored.unheard > 0
    view = await world.view(case)
    assert (view.stage, view.epoch) == (Stage.TRIAGE, 2)
    await case_steps.triaged(world, case, co_units=())
    letters = [line["key"] for line in world.outbox()]
    assert len(set(letters)) == len(letters)
