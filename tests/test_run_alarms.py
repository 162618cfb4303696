"""An alarm about a workflow has rung once somebody it concerns was reached; a letter about another is not enough."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.messengers.outbox import OutboxMessenger
from adapters.register.store import SqlRegister
from desk.alarms.run_alarms import RunAlarms
from domain.errors import RefusedForGood, Unavailable
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger
from domain.runs import RunAlarm
from domain.tasks.short_links import ShortLinks
from settings import Settings
from tests import empty_register
from tests.activities.factories import LINKS, TOKENS
from tests.adapters.register.factories import START, filing, url
from tests.office_env import office_of
from tests.outboxes import letters

pytestmark = pytest.mark.people

CLAIMS = ("网传化工厂今晚爆炸请勿靠近", "网传第三大桥刚刚坍塌请勿前往")


class FailingFor:
    """A messenger that fails for some persons, and writes letters to all others."""

    def __init__(self, folder: Path, failures: dict[str, Exception]) -> None:
        self._outbox, self.failures = OutboxMessenger(folder), failures

    async def send(self, letter: Letter) -> None:
        if letter.person in self.failures:
            raise self.failures[letter.person]
        await self._outbox.send(letter)


@pytest_asyncio.fixture(loop_scope="session")
async def register(tmp_path: Path) -> AsyncIterator[SqlRegister]:
    empty_register.lay(tmp_path)
    opened = await SqlRegister.open(url(tmp_path))
    yield opened
    await opened.close()


def an_office(**changes: Any) -> Office:
    """The sample office, in which an administrator and the duty officer are two persons."""
    office = office_of(Settings())
    return of_people(*(one.model_copy(update=changes) if one.administrator else one for one in office.people))


def of_people(*people: Person) -> Office:
    """The sample office with other people, made anew: a copy would keep what it has reckoned of the former ones."""
    office = office_of(Settings())
    return Office(units=office.units, people=people, policy=office.policy, working=office.working)


def run_alarms(register: SqlRegister, office: Office, messengers: dict[str, Messenger]) -> RunAlarms:
    return RunAlarms(register, office, messengers, ShortLinks(LINKS, TOKENS, register))


async def raised(register: SqlRegister, *alarms: RunAlarm) -> list[str]:
    cases = [(await register.file(filing(text))).receipt.case_id for text in CLAIMS[: len(alarms)]]
    for case, alarm in zip(cases, alarms, strict=True):
        await register.raise_alarm(case, alarm)
    return cases


async def left(register: SqlRegister) -> set[str]:
    return {cursor.case_id for cursor in await register.alarms()}


async def test_an_alarm_that_concerns_nobody_who_is_there_stays_while_another_one_rings(
    register: SqlRegister, tmp_path: Path
) -> None:
    cancelled, lost = await raised(register, RunAlarm.CANCEL_REFUSED, RunAlarm.LOST)
    messengers = {"mail": OutboxMessenger(tmp_path)}

    await run_alarms(register, an_office(administrator=False), messengers).ring(START)

    assert {line["case_id"] for line in letters(tmp_path / "notices.jsonl")} == {lost}
    assert await left(register) == {cancelled}
    await run_alarms(register, an_office(), messengers).ring(START)
    assert await left(register) == set()


@pytest.mark.parametrize("failure", [RefusedForGood("no such address"), Unavailable("away")])
async def test_an_alarm_whose_receivers_could_not_be_reached_stays_while_another_one_rings(
    register: SqlRegister, tmp_path: Path, failure: Exception
) -> None:
    cancelled, lost = await raised(register, RunAlarm.CANCEL_REFUSED, RunAlarm.LOST)
    office = an_office()
    there = FailingFor(tmp_path, {one.id: failure for one in office.people if one.administrator})

    await run_alarms(register, office, {"mail": there}).ring(START)

    assert cancelled in await left(register)
    there.failures.clear()
    await run_alarms(register, office, {"mail": there}).ring(START)
    assert await left(register) == set()
    assert {line["case_id"] for line in letters(tmp_path / "notices.jsonl")} == {cancelled, lost}


async def test_an_alarm_all_have_is_not_kept_by_one_that_is_still_to_be_sent(
    register: SqlRegister, tmp_path: Path
) -> None:
    office = an_office()
    duty = next(one for one in office.people if one.unit == "wxb" and "duty" in one.seats)
    _, lost = await raised(register, RunAlarm.CANCEL_REFUSED, RunAlarm.LOST)

    failing = FailingFor(tmp_path, {duty.id: Unavailable("away")})
    await run_alarms(register, office, {"mail": failing}).ring(START)

    assert await left(register) == {lost}


async def test_an_alarm_nobody_is_there_for_stays(register: SqlRegister, tmp_path: Path) -> None:
    (case,) = await raised(register, RunAlarm.LOST)

    await run_alarms(register, of_people(), {"mail": OutboxMessenger(tmp_path)}).ring(START)

    assert await left(register) == {case}
