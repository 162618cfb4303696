"""Codes to sign with: one a person and case, good for ten minutes and five tries, spent once, on one decision."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from adapters.register.store import SqlRegister
from domain.ports import Code, Spent
from tests.adapters.register.building import START, ask, decision

RIGHT, WRONG = "a" * 64, "b" * 64
MINUTE = timedelta(minutes=1)


def code(digest: str = RIGHT, **changes: object) -> Code:
    known = {"case_id": "c1", "person": "wang", "digest": digest, "made_at": START, "tries": 5}
    return Code.model_validate({**known, "expires_at": START + 10 * MINUTE, **changes})


async def test_a_code_is_spent_once_and_marks_the_decision_it_came_with(register: SqlRegister, tmp_path: Path) -> None:
    row = decision("u1", "c1")
    await register.begin(row)
    await register.keep_code(code(), not_since=START)

    first = await register.spend_code("c1", "wang", RIGHT, START + MINUTE, row.update_id)
    second = await register.spend_code("c1", "wang", RIGHT, START + MINUTE, "another")

    assert (first, second) == (Spent.RIGHT, Spent.NONE)
    stored = await register.begin(row)
    assert stored is not None
    assert stored.second_factor is True
    assert ask(tmp_path, "SELECT count(*) FROM codes") == [(0,)]


async def test_after_five_wrong_tries_the_right_one_is_none(register: SqlRegister) -> None:
    await register.keep_code(code(), not_since=START)

    wrong = [await register.spend_code("c1", "wang", WRONG, START, "u") for _ in range(5)]

    assert wrong == [Spent.WRONG] * 5
    assert await register.spend_code("c1", "wang", RIGHT, START, "u") is Spent.NONE


async def test_a_code_is_good_until_its_time_and_for_its_person_and_case_only(register: SqlRegister) -> None:
    await register.keep_code(code(), not_since=START)

    assert await register.spend_code("c2", "wang", RIGHT, START, "u") is Spent.NONE
    assert await register.spend_code("c1", "zhang", RIGHT, START, "u") is Spent.NONE
    assert await register.spend_code("c1", "wang", RIGHT, START + 10 * MINUTE, "u") is Spent.NONE
    assert await register.spend_code("c1", "wang", RIGHT, START + 9 * MINUTE, "u") is Spent.RIGHT


async def test_a_new_code_takes_the_place_of_the_last_but_not_at_once(register: SqlRegister) -> None:
    assert await register.keep_code(code(), not_since=START - MINUTE) is True

    early = await register.keep_code(code(WRONG, made_at=START + MINUTE), not_since=START - MINUTE)
    later = await register.keep_code(code(WRONG, made_at=START + MINUTE), not_since=START)

    assert (early, later) == (False, True)
    assert await register.spend_code("c1", "wang", RIGHT, START, "u") is Spent.WRONG
    assert await register.spend_code("c1", "wang", WRONG, START, "u") is Spent.RIGHT


async def test_the_same_decision_sent_twice_at_once_spends_one_code_for_both(register: SqlRegister) -> None:
    row = decision("u1", "c1")
    await register.begin(row)
    await register.keep_code(code(), not_since=START)

    spent = [await register.spend_code("c1", "wang", RIGHT, START, row.update_id) for _ in range(2)]

    assert spent == [Spent.RIGHT, Spent.RIGHT]
