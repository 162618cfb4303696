"""Codes to sign with: one a person and case, spent once, on one decision; and the caps on asking and trying."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from alembic import command

from adapters.register.engine.sqlite import WritingConnection, register_url
from adapters.register.engine.upgrade import migrations
from adapters.register.store import SqlRegister
from domain.access.signing_codes import CapReached, Code, CodeTry
from tests.adapters.register.factories import START, ask, decision, url

pytestmark = pytest.mark.people

RIGHT, WRONG = "a" * 64, "b" * 64
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def code(digest: str = RIGHT, **changes: object) -> Code:
    known = {"case_id": "c1", "person": "wang", "channel": "sms", "digest": digest, "made_at": START}
    return Code.model_validate({**known, "expires_at": START + 10 * MINUTE, **changes})


@pytest_asyncio.fixture(loop_scope="session")
async def registers(tmp_path: Path) -> AsyncIterator[list[SqlRegister]]:
    """Twenty doors into one file: as many connections as a busy office has processes, and more."""
    opened = [await SqlRegister.open(url(tmp_path)) for _ in range(20)]
    yield opened
    for register in opened:
        await register.close()


async def test_a_code_is_spent_once_and_marks_the_decision_it_came_with(register: SqlRegister, tmp_path: Path) -> None:
    row = decision("u1", "c1")
    await register.begin(row)
    await register.keep_code(code())

    first = await register.spend_code("c1", "wang", RIGHT, START + MINUTE, row.update_id)
    second = await register.spend_code("c1", "wang", RIGHT, START + MINUTE, "another")

    assert (first, second) == (CodeTry.RIGHT, CodeTry.NONE)
    stored = (await register.begin(row)).earlier
    assert stored is not None
    assert stored.second_factor is True
    assert ask(tmp_path, "SELECT count(*) FROM codes") == [(0,)]


async def test_after_five_wrong_tries_the_right_one_is_none(register: SqlRegister) -> None:
    await register.keep_code(code())

    wrong = [await register.spend_code("c1", "wang", WRONG, START, "u") for _ in range(5)]

    assert wrong == [CodeTry.WRONG] * 5
    assert await register.spend_code("c1", "wang", RIGHT, START, "u") is CodeTry.NONE


async def test_a_code_is_good_until_its_time_and_for_its_person_and_case_only(register: SqlRegister) -> None:
    await register.keep_code(code())

    assert await register.spend_code("c2", "wang", RIGHT, START, "u") is CodeTry.NONE
    assert await register.spend_code("c1", "zhang", RIGHT, START, "u") is CodeTry.NONE
    assert await register.spend_code("c1", "wang", RIGHT, START + 10 * MINUTE, "u") is CodeTry.NONE
    assert await register.spend_code("c1", "wang", RIGHT, START + 9 * MINUTE, "u") is CodeTry.RIGHT


async def test_a_new_code_takes_the_place_of_the_last_but_not_at_once(register: SqlRegister) -> None:
    first = await register.keep_code(code())

    early = await register.keep_code(code(WRONG, made_at=START + 29 * SECOND, channel="mail"))
    later = await register.keep_code(code(WRONG, made_at=START + 30 * SECOND))

    assert early == first == code()
    assert later == code(WRONG, made_at=START + 30 * SECOND)
    assert await register.spend_code("c1", "wang", RIGHT, START, "u") is CodeTry.WRONG
    assert await register.spend_code("c1", "wang", WRONG, START, "u") is CodeTry.RIGHT


async def test_a_code_without_tries_left_is_replaced_at_once(register: SqlRegister) -> None:
    await register.keep_code(code())
    for _ in range(5):
        await register.spend_code("c1", "wang", WRONG, START, "u")

    assert await register.keep_code(code(WRONG, made_at=START + SECOND)) == code(WRONG, made_at=START + SECOND)


async def test_the_same_decision_sent_twice_at_once_spends_one_code_for_both(register: SqlRegister) -> None:
    row = decision("u1", "c1")
    await register.begin(row)
    await register.keep_code(code())

    spent = [await register.spend_code("c1", "wang", RIGHT, START, row.update_id) for _ in range(2)]

    assert spent == [CodeTry.RIGHT, CodeTry.RIGHT]


async def test_a_code_is_sent_when_its_channel_took_it_and_only_that_code(register: SqlRegister) -> None:
    replaced, kept = code(), code(WRONG, made_at=START + MINUTE)
    await register.keep_code(replaced)
    await register.keep_code(kept)

    await register.code_sent(replaced)
    assert await register.keep_code(kept) == kept
    await register.code_sent(kept)
    assert await register.keep_code(kept) == kept.model_copy(update={"sent": True})


async def test_a_code_taken_back_is_gone_and_not_counted_and_no_other_is(register: SqlRegister, tmp_path: Path) -> None:
    kept = code(made_at=START + MINUTE)
    await register.keep_code(code(WRONG))
    await register.keep_code(kept)

    await register.drop_code(code(WRONG))
    assert ask(tmp_path, "SELECT digest FROM codes") == [(RIGHT,)]
    await register.drop_code(kept)
    assert ask(tmp_path, "SELECT digest FROM codes") == []
    assert ask(tmp_path, "SELECT count(*) FROM code_uses") == [(1,)]  # the one that was replaced went out
    assert await register.spend_code("c1", "wang", RIGHT, START + MINUTE, "u") is CodeTry.NONE


async def test_of_twenty_who_spend_one_code_at_once_one_does(registers: list[SqlRegister]) -> None:
    await registers[0].keep_code(code())
    for n in range(20):
        await registers[0].begin(decision(f"u{n}", "c1"))

    spends = (one.spend_code("c1", "wang", RIGHT, START, f"u{n}") for n, one in enumerate(registers))
    spent = await asyncio.gather(*spends)

    assert Counter(spent) == {CodeTry.RIGHT: 1, CodeTry.NONE: 19}
    marked = [(await registers[0].begin(decision(f"u{n}", "c1"))).earlier for n in range(20)]
    assert [row.second_factor for row in marked if row] == [one is CodeTry.RIGHT for one in spent]


async def test_of_twenty_who_ask_at_once_one_code_is_made_and_told_to_all(registers: list[SqlRegister]) -> None:
    asked = [code(f"{n:064d}") for n in range(20)]

    kept = await asyncio.gather(*(one.keep_code(made) for one, made in zip(registers, asked, strict=True)))

    assert len({one.digest for one in kept if isinstance(one, Code)}) == 1
    assert sum(one is made for one, made in zip(kept, asked, strict=True)) == 1


async def test_of_twenty_who_ask_at_once_for_a_code_of_their_own_five_get_one(registers: list[SqlRegister]) -> None:
    asked = [code(f"{n:064d}", tries=0) for n in range(20)]  # without tries left, none stands for the next

    kept = await asyncio.gather(*(one.keep_code(made) for one, made in zip(registers, asked, strict=True)))

    assert [one for one in kept if isinstance(one, CapReached)] == [CapReached(opens_at=START + HOUR)] * 15


async def test_of_twenty_wrong_tries_at_once_ten_are_looked_at(registers: list[SqlRegister]) -> None:
    await registers[0].keep_code(code(tries=50))

    outcomes = await asyncio.gather(*(one.spend_code("c1", "wang", WRONG, START, "u") for one in registers))

    assert outcomes.count(CodeTry.WRONG) == 10
    assert outcomes.count(CapReached(opens_at=START + HOUR)) == 10
    assert await registers[0].spend_code("c1", "wang", RIGHT, START, "u") == CapReached(opens_at=START + HOUR)


async def test_caps_are_of_one_person_and_case_and_outlast_a_restart(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    for n in range(5):
        await register.keep_code(code(made_at=START + n * MINUTE))
    await register.close()
    register = await SqlRegister.open(url(tmp_path))
    at = {"made_at": START + 5 * MINUTE}

    held = await register.keep_code(code(WRONG, **at))
    others = [await register.keep_code(code(**at, **other)) for other in ({"person": "li"}, {"case_id": "c2"})]
    spent = await register.spend_code("c1", "wang", RIGHT, START + 5 * MINUTE, "u")
    await register.close()

    assert held == CapReached(opens_at=START + HOUR)
    assert all(isinstance(one, Code) for one in others)
    assert spent is CodeTry.RIGHT  # the last code stays good


async def test_what_no_cap_looks_at_any_more_is_forgotten(register: SqlRegister, tmp_path: Path) -> None:
    await register.keep_code(code(tries=0))
    await register.keep_code(code(person="li", made_at=START + timedelta(days=1) - SECOND))
    assert ask(tmp_path, "SELECT count(*) FROM code_uses") == [(2,)]

    await register.keep_code(code(person="zhang", made_at=START + timedelta(days=1)))

    assert ask(tmp_path, "SELECT person FROM code_uses ORDER BY position") == [("li",), ("zhang",)]


async def test_a_register_of_before_the_caps_is_migrated_with_its_decisions(tmp_path: Path) -> None:
    writing = WritingConnection(register_url(url(tmp_path)), SECOND)
    with writing.transaction() as connection:
        command.upgrade(migrations(connection), "0002")
    writing.close()
    with closing(sqlite3.connect(tmp_path / "register.db")) as before:
        at = "'2026-11-24 01:00:00.000000'"
        before.execute(
            "INSERT INTO decisions (update_id, case_id, kind, body, body_digest, actor, created_at, second_factor) "
            f"VALUES ('u1', 'c1', 'note', '{{}}', 'd', '{{\"person\":\"wang\",\"unit\":\"wxb\"}}', {at}, 1)"
        )
        before.execute(f"INSERT INTO codes VALUES ('c1', 'wang', '{RIGHT}', {at}, {at}, 5)")
        before.commit()

    register = await SqlRegister.open(url(tmp_path))
    kept = await register.keep_code(code(WRONG))
    await register.close()

    assert kept == code(WRONG)  # a code of before does not stand for it: nobody knows by which channel it went
    assert ask(tmp_path, "SELECT update_id, second_factor FROM decisions") == [("u1", 1)]
    assert ask(tmp_path, "SELECT digest, channel, sent FROM codes") == [(WRONG, "sms", 0)]
