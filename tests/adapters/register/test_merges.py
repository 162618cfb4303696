"""Merges in the register: which of two comes first, however long the chain, and what an earlier version has left."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command

from adapters.register.engine.run_status import circular_merges
from adapters.register.engine.sqlite import WritingConnection, register_url
from adapters.register.engine.upgrade import migrations
from adapters.register.store import PATIENCE, SqlRegister
from domain.case.answer import Answer
from domain.case_number import CaseNumber
from domain.decisions import Original
from domain.errors import Unavailable
from domain.reports.report import Match
from tests.adapters.register.factories import START, answer, ask, decision, filing, summary, url

LONG = 300
"""Merges in a row: more than anybody would make."""


def text(n: int) -> str:
    return f"网传第{n:04d}号水厂今晚八点起停水三天，大家赶快接水囤水"


async def opened(register: SqlRegister, count: int) -> list[str]:
    return [(await register.file(filing(text(n)))).receipt.case_id for n in range(count)]


def told(case: str, into: str) -> Answer:
    """Return what a case answers when it was merged into another; nobody asks whether it may be."""
    made = answer(case, 1)
    ended = summary(case, closed_at=START, original=Original(case_id=into, number="辟〔2026〕0001", running=True))
    return made.model_copy(update={"record": made.record.model_copy(update={"summary": ended})})


async def merged(register: SqlRegister, case: str, into: str) -> None:
    await register.append(told(case, into).record)


async def test_of_two_merges_into_each_other_only_the_first_is_reserved(register: SqlRegister) -> None:
    one, other = await opened(register, 2)

    assert await register.reserve_merge("u1", one, other)
    assert not await register.reserve_merge("u2", other, one)
    assert await register.reserve_merge("u1", one, other), "the same decision may ask again"


async def test_what_was_reserved_is_free_once_its_decision_has_an_outcome(register: SqlRegister) -> None:
    one, other = await opened(register, 2)
    await register.begin(decision("u1", one))
    await register.reserve_merge("u1", one, other)

    await register.finish("u1", "Unfit", None)

    assert await register.reserve_merge("u2", other, one)


async def test_a_merge_that_was_made_needs_no_reservation_any_more(register: SqlRegister) -> None:
    one, other = await opened(register, 2)
    await register.begin(decision("u1", one))
    await register.reserve_merge("u1", one, other)
    await register.finish("u1", "done", told(one, other))

    assert not await register.reserve_merge("u2", other, one)


async def test_two_processes_at_once_never_reserve_both_ways(tmp_path: Path) -> None:
    first, second = await SqlRegister.open(url(tmp_path)), await SqlRegister.open(url(tmp_path))
    try:
        for n in range(50):
            one, other = [
                (await first.file(filing(text(n) + end))).receipt.case_id for end in ("，东区", "，西区的朋友注意")
            ]
            ways = await asyncio.gather(
                first.reserve_merge(f"a{n}", one, other), second.reserve_merge(f"b{n}", other, one)
            )
            assert sorted(ways) == [False, True]
    finally:
        await first.close()
        await second.close()


async def test_a_long_chain_is_followed_to_its_end(register: SqlRegister) -> None:
    cases = await opened(register, LONG)
    for case, into in pairwise(cases):
        await merged(register, case, into)

    again = await register.file(filing(text(0)))
    found = await register.numbered(CaseNumber(2026, 1))

    assert (again.receipt.case_id, again.receipt.match) == (cases[-1], Match.EXACT)
    assert found is not None
    assert (found.original.case_id, found.original.running, found.runs) == (cases[0], True, cases[-1])
    assert not await register.reserve_merge("u", cases[-1], cases[0])
    assert len(await register.merged_here(cases[-1])) == LONG - 1


@pytest.mark.parametrize("length", [1, 2, 5])
async def test_a_circle_of_an_earlier_version_ends_and_is_named(
    register: SqlRegister, tmp_path: Path, length: int
) -> None:
    cases = await opened(register, length + 1)
    for case, into in [*pairwise(cases[:length]), (cases[length - 1], cases[0])]:
        await merged(register, case, into)
    await merged(register, cases[length], cases[0])  # it leads into the circle, and is not of it

    found = await register.numbered(CaseNumber(2026, 1))
    again = await register.file(filing(text(0)))

    assert found is not None
    assert (found.original.running, found.original.answered, found.runs) == (False, False, None)
    assert again.receipt.match is Match.NEW
    numbers = [f"辟〔2026〕{n:04d}" for n in range(1, length + 1)]
    assert circular_merges(register_url(url(tmp_path))) == numbers
    assert len(await register.merged_here(cases[0])) == length


async def test_a_register_without_a_file_names_no_circle(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        circular_merges(register_url(url(tmp_path)))


async def test_merges_of_before_are_taken_from_the_rows_of_their_cases(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    one, other = await opened(register, 2)
    await merged(register, one, other)
    await register.close()

    def migrate() -> None:
        writing = WritingConnection(register_url(url(tmp_path)), PATIENCE)
        with writing.transaction() as connection:
            command.downgrade(migrations(connection), "0015")
        writing.close()

    await asyncio.to_thread(migrate)
    await (await SqlRegister.open(url(tmp_path))).close()

    assert ask(tmp_path, "SELECT case_id, merged_into FROM cases ORDER BY 1") == [(one, other), (other, None)]
