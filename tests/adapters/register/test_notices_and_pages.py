from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.register.store import SqlRegister
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.case.payloads import Wave
from domain.case.summary import Record
from domain.vocabulary import Mode
from tests.adapters.register.factories import START, filing, issue, receipt, recipient, record


@pytest.fixture
async def told(register: SqlRegister) -> Record:
    """What a case tells with its notices."""
    filed = await register.file(filing())
    return record(filed.receipt.case_id, 1)


async def test_the_recipients_of_a_notice_are_fixed_at_the_first_call(register: SqlRegister, told: Record) -> None:
    first = [recipient("n1", "li"), recipient("n1", "zhao")]

    assert await register.plan(first, ["n1"]) == (first, set())
    assert await register.plan([recipient("n1", "qian")], ["n1"]) == (first, set())
    assert await register.plan([], ["n1"]) == (first, set())


async def test_notices_are_planned_each_for_itself(register: SqlRegister, told: Record) -> None:
    await register.plan([recipient("n1", "li")], ["n1"])
    planned, _ = await register.plan([recipient("n1", "qian"), recipient("n2", "sun")], ["n1", "n2"])
    again, _ = await register.plan([], ["n1", "n2"])

    assert [(one.notice, one.person) for one in planned] == [("n1", "li"), ("n2", "sun")]
    assert again == planned


async def test_recipients_of_a_notice_that_was_not_asked_for_are_not_stored(
    register: SqlRegister, told: Record
) -> None:
    assert await register.plan([recipient("n2", "sun")], ["n1"]) == ([], set())
    assert await register.plan([], ["n2"]) == ([], set())


async def test_a_receipt_is_kept_once_and_a_plan_tells_who_has_one(register: SqlRegister, told: Record) -> None:
    rows = [recipient("n1", name) for name in ("li", "zhao", "qian")]
    await register.plan(rows, ["n1"])
    await register.keep([receipt(rows[0].key), receipt(rows[1].key)])
    await register.keep([receipt(rows[0].key, at=START + timedelta(hours=1)), receipt("another")])
    await register.keep([])

    assert await register.plan([], ["n1"]) == (rows, {rows[0].key, rows[1].key})


async def test_who_takes_over_is_told_only_what_the_one_before_has_not_got(register: SqlRegister, told: Record) -> None:
    rows = [recipient("n1", "li"), recipient("n2", "li")]
    sun = [recipient(notice, "sun").model_copy(update={"incoming": True}) for notice in ("n1", "n2")]
    await register.plan(rows, ["n1", "n2"])
    await register.keep([receipt(rows[0].key)])

    planned, _ = await register.plan([*rows, *sun], ["n1", "n2"])

    assert planned == [*rows, sun[1]]


async def test_a_wave_told_in_an_open_task_is_kept_as_it_was_first_told(register: SqlRegister, told: Record) -> None:
    one, both, all_three = wave(told, "n1", "n2"), wave(told, "n2", "n3", claim="更晚"), wave(told, "n1", "n2", "n3")

    assert await register.first_planned(one) == []
    first, rest = outside(one), outside(both.without([one]))
    assert await register.first_planned(both) == [first]
    assert await register.first_planned(all_three) == [first, rest]
    assert await register.first_planned(wave(told, "n2")) == [first]
    assert await register.first_planned(wave(told, "n4")) == []


async def test_a_wave_told_by_an_activity_of_its_own_is_not_kept(register: SqlRegister, told: Record) -> None:
    done = wave(told, "n1").model_copy(update={"in_task": False})

    assert await register.first_planned(done) == []
    assert await register.first_planned(done) == []


def outside(told: Wave) -> Wave:
    """The same wave as an attempt outside of the task sends it."""
    return told.model_copy(update={"in_task": False})


def wave(told: Record, *keys: str, claim: str = "停水三天") -> Wave:
    """What an open task tells of."""
    notices = tuple(Notice(key=key, message=Message.REMINDER, to=(), by=("mail",)) for key in keys)
    return Wave(case_id="c1", at=START, claim=claim, mode=Mode.DEMO, notices=notices, view=told.summary, in_task=True)


async def test_a_page_is_stored_once_per_key(register: SqlRegister) -> None:
    await register.put(issue("c1", 1, key="p"))
    await register.put(issue("c1", 2, key="p", at=START + timedelta(hours=1)))

    page = await register.page("c1")
    assert page is not None
    assert page.publication == issue("c1", 1, key="p").publication
    assert (page.case_id, page.mode, page.published_at) == ("c1", Mode.DEMO, START)
    assert await register.page("c2") is None


async def test_the_newest_version_is_shown_even_if_an_older_one_arrives_late(register: SqlRegister) -> None:
    await register.put(issue("c1", 2, at=START + timedelta(hours=1)))
    await register.put(issue("c1", 1, at=START + timedelta(hours=2)))
    await register.put(issue("c2", 1, at=START + timedelta(hours=3)))

    page = await register.page("c1")
    assert page is not None
    assert page.publication.page.version == 2
    shown = [(one.case_id, one.publication.page.version) for one in await register.pages(10)]
    assert shown == [("c2", 1), ("c1", 2)]
    assert [one.case_id for one in await register.pages(1)] == ["c2"]
