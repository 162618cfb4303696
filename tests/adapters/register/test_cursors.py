"""The cursors: what moved a case has it asked until what is expected of it has come, in whatever order it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.register.store import SqlRegister
from domain.case.summary import Record
from domain.ports.rows import CaseCursor, KeptState
from domain.runs import RunAlarm, RunStatus
from domain.vocabulary import Stage
from tests import empty_register
from tests.adapters.register.factories import START, WATER, ask, decision, filing, record, url

LATER = START + timedelta(seconds=30)


async def opened(register: SqlRegister) -> str:
    return (await register.file(filing(WATER))).receipt.case_id


async def cursor_of(register: SqlRegister, case_id: str) -> CaseCursor:
    found = await register.cursor(case_id)
    assert found is not None
    return found


async def due(register: SqlRegister, at: timedelta = timedelta()) -> list[str]:
    return [one.case_id for one in await register.due(START + at, 10)]


async def answered(register: SqlRegister, told: Record) -> None:
    """Let a case be asked and answer `told`."""
    await register.project(told, await cursor_of(register, told.summary.case_id), LATER)


async def test_a_new_case_is_asked_and_then_left_alone(register: SqlRegister) -> None:
    case_id = await opened(register)
    assert await due(register) == [case_id]

    await answered(register, record(case_id, 1, 2))

    assert await due(register, timedelta(days=9)) == []
    assert (await cursor_of(register, case_id)).settled


async def test_a_case_is_asked_until_it_has_taken_the_results_it_is_about_to_take(register: SqlRegister) -> None:
    case_id = await opened(register)
    await answered(register, record(case_id, 1))

    reached = await register.expect(case_id, ["letter", "page"])
    assert reached == record(case_id, 1).position
    assert await due(register) == [case_id]

    await answered(register, record(case_id, 1, 2).model_copy(update={"pending_effects": ("page",)}))
    assert (await due(register), await due(register, timedelta(seconds=30))) == ([], [case_id])
    await answered(register, record(case_id, 1, 2, 3))
    assert await due(register, timedelta(days=9)) == []


async def test_what_is_expected_after_the_question_is_not_settled_by_its_answer(register: SqlRegister) -> None:
    case_id = await opened(register)
    asked = await cursor_of(register, case_id)
    await register.expect(case_id, ["letter"])

    await register.project(record(case_id, 1), asked, LATER)

    assert await due(register) == [case_id]


async def test_a_case_is_asked_when_it_should_have_rung_and_again_if_it_has_not(register: SqlRegister) -> None:
    case_id, wake = await opened(register), START + timedelta(hours=1)
    await answered(register, record(case_id, 1, next_wake=wake))
    assert await due(register, timedelta(hours=1)) == []
    assert await due(register, timedelta(hours=1, seconds=3)) == [case_id]

    asked = await cursor_of(register, case_id)
    await register.project(record(case_id, 1, next_wake=wake), asked, wake + timedelta(seconds=9))
    assert await due(register, timedelta(hours=1, seconds=8)) == []
    assert await due(register, timedelta(hours=1, seconds=9)) == [case_id]


async def test_a_case_that_does_not_answer_is_asked_later_and_says_why(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register.unanswered(await cursor_of(register, case_id), "temporal: CANCELLED", LATER)

    assert (await due(register), await due(register, timedelta(seconds=30))) == ([], [case_id])
    assert (await cursor_of(register, case_id)).problem == "temporal: CANCELLED"
    await register.mark(case_id)
    assert (await due(register), (await cursor_of(register, case_id)).tries) == ([case_id], 0)


async def test_a_stage_or_an_end_an_answer_brings_has_the_case_asked_for_its_state(register: SqlRegister) -> None:
    case_id = await opened(register)
    await answered(register, record(case_id, 1))
    await register.begin(decision("u1", case_id))

    await register.append(record(case_id, 1, 2, stage=Stage.VERIFICATION))
    assert await due(register) == [case_id]
    await answered(register, record(case_id, 1, 2, stage=Stage.VERIFICATION))
    await register.append(record(case_id, 1, 2, 3, stage=Stage.CLOSURE, closed_at=LATER))
    assert await due(register) == [case_id]


async def test_a_workflow_that_was_stopped_raises_one_alarm_and_is_asked_no_more(register: SqlRegister) -> None:
    case_id = await opened(register)
    await answered(register, record(case_id, 1))
    assert await register.open_runs() == [case_id]

    assert await register.stands(await cursor_of(register, case_id), RunStatus.TERMINATED, heard=True)
    assert not await register.stands(await cursor_of(register, case_id), RunStatus.TERMINATED, heard=True)

    assert [(one.case_id, one.alarm) for one in await register.alarms()] == [(case_id, RunAlarm.LOST)]
    await register.alarm_rung(case_id)
    assert (await register.alarms(), await register.open_runs(), await due(register)) == ([], [], [])
    row = await register.case(case_id)
    assert row is not None
    assert row.run is RunStatus.TERMINATED
    await register.run_again(case_id, "run-2")
    assert (await register.open_runs(), await due(register)) == ([case_id], [case_id])


async def test_of_two_starts_from_one_state_the_first_that_is_recorded_counts(register: SqlRegister) -> None:
    case_id = await opened(register)
    await answered(register, record(case_id, 1))
    await register.run_again(case_id, "run-1")

    first = await register.run_again(case_id, "run-2", after="run-1")
    again = await register.run_again(case_id, "run-2", after="run-1")
    other = await register.run_again(case_id, "run-3", after="run-1")

    assert (first, again, other) == (True, True, False)
    assert (await cursor_of(register, case_id)).chain == "run-2"


async def test_while_no_first_run_is_known_only_one_that_carries_what_was_chosen_is_named(
    register: SqlRegister,
) -> None:
    case_id = await opened(register)
    first = (await cursor_of(register, case_id)).nonce

    assert len(first) == 32
    assert await register.admits(case_id, "foreign", "") is False
    assert await register.admits(case_id, "foreign", "another") is False
    assert await register.admits(case_id, "run-1", first) is True
    assert await register.admits(case_id, "foreign", first) is False
    assert (await cursor_of(register, case_id)).nonce == "", "it has served"

    chosen = await register.will_start(case_id)
    assert await register.admits(case_id, "run-1", "") is True, "until another run is recorded"
    await register.run_again(case_id, "")
    assert await register.admits(case_id, "foreign", first) is False
    assert await register.admits(case_id, "run-2", chosen) is True
    assert await register.admits("unknown", "run-2", chosen) is None


async def test_a_case_filed_before_starts_had_a_nonce_takes_the_first_run_named(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register._set(case_id, nonce="")

    assert await register.admits(case_id, "run-1", "") is True
    assert await register.admits(case_id, "run-2", "") is False


async def test_a_workflow_that_ended_and_was_marked_meanwhile_is_asked_again(register: SqlRegister) -> None:
    case_id = await opened(register)
    asked = await cursor_of(register, case_id)
    await register.expect(case_id, ["letter"])

    await register.stands(asked, RunStatus.COMPLETED, heard=True)

    assert await due(register) == [case_id]


async def test_who_was_late_to_find_a_workflow_stopped_says_nothing_of_the_one_started_since(
    register: SqlRegister,
) -> None:
    case_id = await opened(register)
    await answered(register, record(case_id, 1))
    late = await cursor_of(register, case_id)
    await register.stands(late, RunStatus.TERMINATED, heard=True)
    await register.run_again(case_id, "run-2")

    assert not await register.stands(late, RunStatus.TERMINATED, heard=True)
    await register.project(record(case_id, 1), late, LATER, run=RunStatus.TERMINATED)

    assert (await register.open_runs(), await register.alarms()) == ([case_id], [])
    assert await due(register) == [case_id], "it is asked how it stands now"


async def test_the_newest_state_of_each_epoch_is_kept(register: SqlRegister, tmp_path: Path) -> None:
    case_id = await opened(register)
    for epoch, seq in ((1, 4), (1, 9), (1, 7), (2, 8)):
        text = f'{{"seq": {seq}}}'
        await register.keep_state(KeptState(case_id=case_id, epoch=epoch, seq=seq, version=1, state=text, at=START))

    kept = await register.kept_state(case_id)
    assert kept is not None
    assert (kept.epoch, kept.seq, kept.state) == (2, 8, '{"seq": 8}')
    assert ask(tmp_path, "SELECT epoch, seq FROM states ORDER BY epoch") == [(1, 9), (2, 8)]
    assert await register.kept_state("nobody") is None


async def test_entries_no_case_keeps_any_more_leave_a_gap_and_hold_up_nothing_behind_it(register: SqlRegister) -> None:
    """As after a backup was restored: the case was told that an earlier register had them."""
    case_id = await opened(register)
    await answered(register, record(case_id, 1, 2))

    await answered(register, record(case_id, 5, 6))

    assert [line.seq for line in await register.timeline(case_id)] == [1, 2, 5, 6]
    assert (await cursor_of(register, case_id)).settled
    await answered(register, record(case_id, 9).model_copy(update={"entries": ()}))
    assert (await cursor_of(register, case_id)).position == record(case_id, 9).position


TELLINGS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.integers(1, 8), st.integers(0, 8)),
        st.tuples(st.just("asked"), st.integers(1, 8), st.integers(0, 8)),
        st.tuples(st.just("effect"), st.integers(1, 8), st.integers(0, 8)),
        st.tuples(st.just("silent"), st.integers(1, 8), st.integers(0, 8)),
    ),
    max_size=30,
)


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tellings=TELLINGS)
@pytest.mark.asyncio
async def test_tellings_in_any_order_delayed_doubled_or_lost_end_in_the_same_rows(
    tmp_path: Path, tellings: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path / "any" / str(abs(hash(tuple(tellings))))
    folder.mkdir(parents=True, exist_ok=True)
    empty_register.lay(folder)
    register = await SqlRegister.open(url(folder))
    try:
        case_id = await opened(register)
        for way, reached, since in tellings:
            await tell(register, case_id, way, reached, min(since, reached))
        for _ in range(3):  # until nothing is missing any more
            await answered(register, record(case_id, *range(1, 9)))

        assert [line.seq for line in await register.timeline(case_id)] == list(range(1, 9))
        assert (await cursor_of(register, case_id)).position == record(case_id, 8).position
        assert (await cursor_of(register, case_id)).settled
        row = await register.case(case_id)
        assert row is not None
        assert row.summary is not None
        assert row.summary.seq == 8
    finally:
        await register.close()


async def tell(register: SqlRegister, case_id: str, way: str, reached: int, since: int) -> None:
    """Let the register hear of a case that has `reached` so many entries, by one way, from entry `since` on.

    Whoever asks a case says how far the register has it, so an answer to a question begins there or before.
    """
    if way == "asked":
        since = min(since, (await cursor_of(register, case_id)).position.seq)
    told = record(case_id, *range(since + 1, reached + 1)) if reached > since else record(case_id, reached)
    match way:
        case "answer":
            await register.append(told)
        case "asked":
            await answered(register, told)
        case "effect":
            await register.expect(case_id, [f"effect-{reached}"])
        case "silent":
            await register.unanswered(await cursor_of(register, case_id), "no answer", LATER)


async def test_one_process_at_a_time_has_a_lease_and_another_one_once_it_ran_out(register: SqlRegister) -> None:
    now, minute = datetime(2026, 11, 24, 1, 0, tzinfo=UTC), timedelta(minutes=1)

    assert await register.lease("alarms", "a", now, minute)
    assert not await register.lease("alarms", "b", now + minute / 2, minute)
    assert await register.lease("other", "b", now, minute), "each lease by itself"
    assert await register.lease("alarms", "a", now + minute / 2, minute), "renewed"
    assert not await register.lease("alarms", "b", now + minute, minute)
    assert await register.lease("alarms", "b", now + minute * 2, minute)
    assert not await register.lease("alarms", "a", now + minute * 2, minute)
