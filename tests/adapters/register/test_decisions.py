from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.register.store import SqlRegister
from domain.errors import KeyReused
from tests.adapters.register.factories import START, WATER, answer, ask, decision, filing


async def opened(register: SqlRegister) -> str:
    return (await register.file(filing(WATER))).receipt.case_id


async def test_a_decision_begun_twice_returns_the_stored_one(register: SqlRegister) -> None:
    said = decision("u1", await opened(register))

    assert (await register.begin(said)).earlier is None
    assert (await register.begin(said.model_copy(update={"created_at": START + timedelta(hours=1)}))).earlier == said


async def test_a_known_id_with_another_body_is_refused(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register.begin(decision("u1", case_id))

    with pytest.raises(KeyReused):
        await register.begin(decision("u1", case_id, body='{"kind":"close"}'))


async def test_an_outcome_is_written_with_the_entries_of_its_answer(register: SqlRegister) -> None:
    case_id = await opened(register)
    said = decision("u1", case_id)
    await register.begin(said)
    await register.finish("u1", "done", answer(case_id, 1, 2, 3, 4))

    begun = await register.begin(said)
    assert begun.recorded == answer(case_id, 1, 2, 3, 4).record.position
    assert begun.earlier == said.model_copy(update={"outcome": "done", "seq": 4})
    assert [line.seq for line in await register.timeline(case_id)] == [1, 2, 3, 4]
    row = await register.case(case_id)
    assert row is not None
    assert row.summary is not None
    assert row.summary.seq == 4


async def test_an_outcome_whose_entries_cannot_be_written_is_not_written_either(register: SqlRegister) -> None:
    await register.begin(decision("u1", "c-unknown"))

    with pytest.raises(LookupError):
        await register.finish("u1", "done", answer("c-unknown", 1))
    assert [row.update_id for row in await register.unfinished(START + timedelta(hours=1), 10)] == ["u1"]


async def test_the_first_refusal_stays_until_the_same_is_sent_again(register: SqlRegister, tmp_path: Path) -> None:
    said = decision("u1", await opened(register))
    await register.begin(said)
    await register.finish("u1", "WrongStage", None)
    await register.finish("u1", "CaseOver", None)

    assert ask(tmp_path, "SELECT outcome FROM decisions") == [("WrongStage",)]
    assert (await register.begin(said)).earlier == said
    assert [row.update_id for row in await register.unfinished(START + timedelta(minutes=1), 10)] == ["u1"]


async def test_what_was_refused_and_is_taken_later_is_kept_as_taken(register: SqlRegister) -> None:
    case_id = await opened(register)
    said = decision("u1", case_id)
    await register.begin(said)
    await register.finish("u1", "NotPermitted", None)
    await register.finish("u1", "done", answer(case_id, 7))
    await register.finish("u1", "NotPermitted", None)

    kept = (await register.begin(said)).earlier

    assert kept is not None
    assert (kept.outcome, kept.seq) == ("done", 7)


async def test_unfinished_decisions_are_those_of_before_and_none_is_left_out_for_good(
    register: SqlRegister,
) -> None:
    case_id = await opened(register)
    for minute in (3, 1, 2, 9):
        await register.begin(decision(f"u{minute}", case_id, at=START + timedelta(minutes=minute)))
    await register.finish("u2", "done", answer(case_id, 1))

    before = START + timedelta(minutes=9)
    assert {row.update_id for row in await register.unfinished(before, 10)} == {"u1", "u3"}
    seen = [row.update_id for _ in range(50) for row in await register.unfinished(before, 1)]
    assert (set(seen), len(seen)) == ({"u1", "u3"}, 50)


async def test_a_decision_is_kept_whole(register: SqlRegister, tmp_path: Path) -> None:
    said = decision("u1", await opened(register), body='{"kind":"note","text":"已电话核实，\\"无停水计划\\""}')
    await register.begin(said)

    assert await register.unfinished(START + timedelta(days=1), 10) == [said]
    assert ask(tmp_path, "SELECT body FROM decisions") == [(said.body,)]
