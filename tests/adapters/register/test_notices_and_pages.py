from __future__ import annotations

from datetime import timedelta

from adapters.register.store import SqlRegister
from domain.words import Mode
from tests.adapters.register.building import START, issue, receipt, recipient


async def test_the_recipients_of_a_notice_are_fixed_at_the_first_call(register: SqlRegister) -> None:
    first = [recipient("n1", "li"), recipient("n1", "zhao")]

    assert await register.plan(first, ["n1"]) == first
    assert await register.plan([recipient("n1", "qian")], ["n1"]) == first
    assert await register.plan([], ["n1"]) == first


async def test_notices_are_planned_each_for_itself(register: SqlRegister) -> None:
    await register.plan([recipient("n1", "li")], ["n1"])
    planned = await register.plan([recipient("n1", "qian"), recipient("n2", "sun")], ["n1", "n2"])

    assert [(one.notice, one.person) for one in planned] == [("n1", "li"), ("n2", "sun")]


async def test_recipients_of_a_notice_that_was_not_asked_for_are_not_stored(register: SqlRegister) -> None:
    assert await register.plan([recipient("n2", "sun")], ["n1"]) == []
    assert await register.plan([], ["n2"]) == []


async def test_a_receipt_is_kept_once(register: SqlRegister) -> None:
    await register.keep([receipt("k1"), receipt("k2")])
    await register.keep([receipt("k1", at=START + timedelta(hours=1)), receipt("k3")])
    await register.keep([])

    assert await register.done(["k1", "k2", "k3", "k4"]) == {"k1", "k2", "k3"}
    assert await register.done([]) == set()


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
