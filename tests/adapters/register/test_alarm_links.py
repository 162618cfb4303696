"""Alarms as text messages: whatever they are about, and however long the office's address is, the link is whole."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from adapters.credentials.signed_tokens import SignedTokens
from adapters.register.store import SqlRegister
from desk.alarms.delivery_alarms import DeliveryAlarms
from desk.alarms.list_letters import ListLetters
from desk.alarms.run_alarms import RunAlarms
from domain.office.office import Office
from domain.ports.delivery import Letter, LetterBound, Undelivered
from domain.runs import RunAlarm, RunStatus
from domain.tasks.short_links import ShortLinks
from domain.tasks.short_messages import MOST, units
from domain.tasks.task_links import Links
from domain.vocabulary import Mode
from settings import LONGEST_ADDRESS, Settings
from tests.adapters.register.factories import START, filing, recipient
from tests.office_env import office_of

ADDRESSES = ["http://127.0.0.1:8400", "https://" + "a" * 48 + ".example"]
TOKENS = SignedTokens([b"k" * 32])


class Box:
    """A messenger that keeps what it is given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def send(self, letter: Letter) -> None:
        self.texts.append(letter.text)


def office_in(mode: Mode) -> Office:
    office = office_of(Settings())
    people = tuple(one.model_copy(update={"addresses": {"sms": "+86-000-0000-01"}}) for one in office.people)
    terms = office.terms.model_copy(update={"mode": mode})
    return Office(**(dict(office) | {"people": people, "terms": terms}))


@pytest.mark.parametrize("mode", [Mode.DRILL, Mode.LIVE])
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("why", [*RunStatus, *(one for one in RunAlarm if one is not RunAlarm.LOST)])
@pytest.mark.parametrize("cases", [1, 3])
async def test_the_alarm_about_a_workflow_has_its_link_whole(
    register: SqlRegister, why: RunStatus | RunAlarm, address: str, mode: Mode, cases: int
) -> None:
    assert max(map(len, ADDRESSES)) == LONGEST_ADDRESS
    links, box = ShortLinks(Links(TOKENS, address), TOKENS, register), Box()
    for n in range(cases):
        case = (await register.file(filing(f"网传第{n}号大桥刚刚坍塌请勿前往"))).receipt.case_id
        if isinstance(why, RunStatus):
            asked = await register.cursor(case)
            assert asked is not None
            await register.stands(asked, why)
        await register.raise_alarm(case, RunAlarm.LOST if isinstance(why, RunStatus) else why)

    await RunAlarms(register, office_in(mode), {"sms": box}, links).ring(START)

    assert box.texts
    for text in box.texts:
        assert units(text) <= MOST
        if cases == 1:
            [code] = re.findall(rf"{re.escape(address)}/t/([0-9A-Za-z]{{17}})(?![0-9A-Za-z…])", text)
            assert (await links.read(code)).case_id == case
        else:
            assert re.search(rf"{re.escape(address)}/desk(?!\S)", text)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_the_alarms_about_letters_and_list_letters_have_their_links_whole(
    register: SqlRegister, address: str
) -> None:
    office, box = office_in(Mode.DRILL), Box()
    links = ShortLinks(Links(TOKENS, address), TOKENS, register)
    alarms = DeliveryAlarms(register, office, {"sms": box}, links)
    case = (await register.file(filing())).receipt.case_id
    await register.give_up(
        [Undelivered(case_id=case, key="n", person="li", channel="sms", reason="停机" * 90, since=START)]
    )
    await alarms.ring(START)
    bound = LetterBound(case_id=case, at=START, most=0, confirmed=True)
    of_sms = [recipient("n", "li").model_copy(update={"channel": "sms"})]
    await register.plan(of_sms, ["n"], bound)
    await ListLetters(register, office, {"sms": box}, address).send(START + timedelta(minutes=1))

    assert re.search(rf"{re.escape(address)}/t/[0-9A-Za-z]{{17}}(?!\S)", box.texts[0])
    assert re.search(rf"{re.escape(address)}/desk(?!\S)", box.texts[-1])
    assert max(map(units, box.texts)) <= MOST
