"""The bound on letters to one person: what is beyond it waits, becomes one letter, and is never lost or told twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.credentials.signed_tokens import SignedTokens
from adapters.register.store import SqlRegister
from desk.alarms.delivery_alarms import DeliveryAlarms
from domain.office.limits import Limits
from domain.ports.delivery import Letter, LetterBound, Recipient, Undelivered
from domain.ports.letters_under_way import LetterProgress
from domain.tasks.short_links import ShortLinks
from domain.tasks.task_links import Links
from settings import Settings
from tests.adapters.register.factories import START, ask, closing_record, filing, receipt, recipient
from tests.office_env import office_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def bound(case: str = "c1", *, at: datetime = START, most: int = 3, confirmed: bool = True) -> LetterBound:
    return LetterBound(case_id=case, at=at, most=most, confirmed=confirmed)


async def planned(register: SqlRegister, notice: str, of: LetterBound, *persons: str) -> list[Recipient]:
    rows = [recipient(notice, person) for person in persons or ("li",)]
    return (await register.plan(rows, [notice], of))[0]


async def told(register: SqlRegister, count: int, *, prefix: str = "n", **of: Any) -> list[bool]:
    """Plan one notice after the other for one person; whether each is listed."""
    return [(await planned(register, f"{prefix}{n}", bound(**of)))[0].listed for n in range(count)]


async def test_a_person_gets_so_many_letters_an_hour_and_the_others_are_listed(register: SqlRegister) -> None:
    assert await told(register, 5) == [False, False, False, True, True]
    assert not (await planned(register, "other", bound(), "zhao"))[0].listed


async def test_what_was_fixed_stays_so_in_every_attempt(register: SqlRegister) -> None:
    await told(register, 4)
    again = (await register.plan([recipient("n3", "li")], ["n3"], bound(most=100)))[0]
    first = (await register.plan([recipient("n0", "li")], ["n0"], bound(most=0)))[0]

    assert [row.listed for row in again + first] == [True, False]


async def test_an_hour_later_letters_go_out_again(register: SqlRegister) -> None:
    await told(register, 4)

    assert await told(register, 1, prefix="soon", at=START + HOUR - MINUTE) == [True]
    assert await told(register, 1, prefix="later", at=START + HOUR + MINUTE) == [False]


async def test_several_notices_in_one_letter_count_once(register: SqlRegister) -> None:
    for wave in range(3):
        keys = [f"{wave}a", f"{wave}b"]
        rows, _ = await register.plan([recipient(key, "li") for key in keys], keys, bound())
        assert not any(row.listed for row in rows)
    assert await told(register, 1) == [True]


async def test_other_ways_to_somebody_are_bounded_too(register: SqlRegister) -> None:
    await told(register, 3)
    await register.plan([], ["n9"], bound())
    await register.also([recipient("n9", "li")], bound())

    assert [row.listed for row in (await register.plan([], ["n9"]))[0]] == [True]


async def test_what_only_the_public_reports_does_not_take_the_place_of_anything_else(register: SqlRegister) -> None:
    public = (await register.file(filing("网传一号桥塌了"))).receipt.case_id
    unit = (await register.file(filing("网传二号桥塌了", channel="platform:pt1"))).receipt.case_id

    assert await told(register, 4, prefix="public", case=public, confirmed=False) == [False, False, False, True]
    assert await told(register, 2, prefix="unit", case=unit, confirmed=False) == [False, False]
    assert await told(register, 2, prefix="confirmed", case=public, confirmed=True) == [False, True]
    assert await told(register, 1, prefix="unheard of", case="nobody", confirmed=False) == [True]


async def listed(register: SqlRegister, count: int) -> Sequence[str]:
    """Let `count` notices of as many cases wait for a list letter; return the keys of their receipts."""
    keys = []
    for n in range(count):
        rows = await planned(register, f"waits{n}", bound(f"c{n}", most=0))
        keys += [row.key for row in rows]
    return keys


async def test_all_that_waits_is_one_letter_and_gets_its_receipts_when_that_is_sent(register: SqlRegister) -> None:
    keys = await listed(register, 37)

    [letter] = await register.list_letters(START)
    before = await register.delivered(keys)
    await register.list_letter_sent(letter.key, START)

    assert (letter.cases, letter.row.person, letter.row.address) == (37, "li", "a@b")
    assert before == set()
    assert await register.delivered(keys) == set(keys)
    assert await register.list_letters(START + 10 * HOUR) == []


async def test_a_letter_that_was_not_sent_comes_again_under_its_key_and_unchanged(register: SqlRegister) -> None:
    await listed(register, 3)
    [first] = await register.list_letters(START)
    await planned(register, "one more", bound("c9", most=0))

    assert await register.list_letters(START + MINUTE / 2) == []  # whoever took it may be sending it
    assert await register.list_letters(START + 2 * MINUTE) == [first]


async def test_somebody_gets_a_list_letter_at_once_and_the_next_an_hour_later(register: SqlRegister) -> None:
    await listed(register, 3)
    [first] = await register.list_letters(START)
    await register.list_letter_sent(first.key, START)
    await planned(register, "one more", bound("c9", most=0))

    assert await register.list_letters(START + HOUR - MINUTE) == []
    [second] = await register.list_letters(START + HOUR)
    assert (second.cases, second.key != first.key) == (1, True)


async def test_what_a_unit_reports_too_does_not_wait_behind_the_public(register: SqlRegister) -> None:
    text = "网传三号桥塌了请勿前往围观"
    case = (await register.file(filing(text))).receipt.case_id
    other = (await register.file(filing("网传四号桥塌了"))).receipt.case_id
    for name, of in (("a", case), ("b", other)):
        await planned(register, name, bound(of, most=0, confirmed=False))
    [public] = await register.list_letters(START)
    await register.list_letter_sent(public.key, START)
    await planned(register, "c", bound(case, most=0, confirmed=False))
    assert await register.list_letters(START + MINUTE) == []

    await register.file(filing(text, channel="platform:pt1"))

    [letter] = await register.list_letters(START + 2 * MINUTE)
    assert letter.case_id == case


async def test_what_is_refused_for_good_is_given_up_and_not_forgotten(register: SqlRegister) -> None:
    await listed(register, 2)
    [letter] = await register.list_letters(START)

    await register.list_letter_refused(letter.key, "停机", START)

    assert {(row.key, row.reason) for row in await register.unalarmed()} == {("waits0", "停机"), ("waits1", "停机")}
    assert await register.list_letters(START + 10 * HOUR) == []


@pytest.mark.parametrize("count", [500])
async def test_times_of_letters_are_forgotten_after_an_hour(register: SqlRegister, tmp_path: Path, count: int) -> None:
    for n in range(count):
        await planned(register, f"n{n}", bound(at=START + n * MINUTE, most=100))

    [(kept,)] = ask(tmp_path, "SELECT count(*) FROM letter_times")
    assert kept == 60


TOKENS = SignedTokens([b"k" * 32])
LINKS = Links(TOKENS, "http://piyao.test")


class Box:
    """A messenger that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        self.letters.append(letter)


async def test_alarms_to_administrators_are_bounded_too(register: SqlRegister) -> None:
    office = office_of(Settings())
    policy = office.policy.model_copy(update={"limits": Limits(letters_per_hour=2)})
    box = Box()
    office_of_two = office.model_copy(update={"policy": policy})
    alarms = DeliveryAlarms(register, office_of_two, {"mail": box}, ShortLinks(LINKS, TOKENS, register))
    lost = [
        Undelivered(case_id=f"c{n}", key=f"n{n}", person="li", channel="sms", reason="停机", since=START)
        for n in range(30)
    ]
    await register.give_up(lost)

    for minute in range(3):
        await alarms.ring(START + minute * MINUTE)

    persons = {letter.person for letter in box.letters}
    assert len(box.letters) == 3 * len(persons)
    assert [one.subject for one in box.letters if "另有28件事项" in one.text] == [
        "【演示】请处理：另有28件事项有内容未能送达"
    ] * len(persons)
    assert await register.unalarmed() == []


async def test_a_case_that_is_over_by_then_is_in_no_list_and_a_list_with_nothing_in_it_is_not_sent(
    register: SqlRegister,
) -> None:
    over = (await register.file(filing("网传一号桥塌了"))).receipt.case_id
    open_ = (await register.file(filing("网传二号桥塌了"))).receipt.case_id
    await told(register, 1, case=over, most=0)
    await told(register, 1, prefix="other", case=open_, most=0)
    await planned(register, "alone", bound(over, most=0), "zhao")
    first = await register.list_letters(START)
    assert sorted((letter.row.person, letter.cases) for letter in first) == [("li", 2), ("zhao", 1)]

    await register.append(closing_record(over))

    again = await register.list_letters(START + 2 * MINUTE)
    assert [(letter.row.person, letter.cases) for letter in again] == [("li", 1)]
    await register.list_letter_sent(again[0].key, START + 2 * MINUTE)
    assert await register.list_letters(START + 2 * HOUR) == []


async def test_what_tells_of_the_end_of_a_case_is_in_a_list_though_the_case_is_over(register: SqlRegister) -> None:
    over = (await register.file(filing("网传一号桥塌了"))).receipt.case_id
    both = bound(over, most=0).model_copy(update={"lasting": frozenset({"closed"})})
    for notice in ("closed", "request"):
        await planned(register, notice, both)
    await register.append(closing_record(over))
    await planned(register, "late finding", both.model_copy(update={"lasting": frozenset({"late finding"})}))

    [letter] = await register.list_letters(START)
    await register.list_letter_sent(letter.key, START)

    keys = [f"{notice}/li/mail" for notice in ("closed", "late finding", "request")]
    assert await register.delivered(keys) == set(keys[:2])


@pytest.mark.parametrize("handed_over", [False, True])
async def test_what_a_list_letter_on_its_way_stands_for_gets_its_receipt_though_the_case_ends_meanwhile(
    register: SqlRegister, handed_over: bool
) -> None:
    over = (await register.file(filing("网传一号桥塌了"))).receipt.case_id
    [row] = await planned(register, "n", bound(over, most=0))
    [letter] = await register.list_letters(START)
    await register.append(closing_record(over))
    later = START + MINUTE / 2
    if handed_over:  # for so long that its lease is over
        await register.hand_over(letter.key, LetterProgress(unanswered=1), START)
        later = START + 2 * MINUTE
    await register.list_letters(later)

    await register.list_letter_sent(letter.key, later)

    assert await register.delivered([row.key]) == {row.key}


async def test_what_counted_as_undelivered_and_is_delivered_since_concerns_nobody_any_more(
    register: SqlRegister,
) -> None:
    rows = [
        Undelivered(case_id="c1", key=key, person="li", channel="mail", reason="535 bad login", since=START)
        for key in ("n1", "n2")
    ]
    await register.give_up(rows)
    await register.keep([receipt("n1/li/mail")])
    assert [row.key for row in await register.undelivered()] == ["n2"]
