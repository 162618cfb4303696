"""Sending codes and checking them over a real register and a real gateway, hour by hour."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import pytest_asyncio
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from adapters.messengers import courier
from adapters.register.store import SqlRegister
from desk import second_factor
from desk.second_factor import SecondFactor
from domain.access.signing_codes import CodeDelivery
from domain.errors import NotPermitted, TooMany, Unavailable, Unfit
from domain.office.office import Person
from domain.ports.rows import CaseRow
from settings import Settings
from tests.adapters.register.factories import START, decision, filing
from wiring.delivery import finish_letters, make_messengers
from wiring.office import load_office

pytestmark = pytest.mark.people

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WRONG = "000000"


@dataclass
class Gateway:
    """A gateway for short messages that answers as the test says; it waits for `go` where `slow`."""

    status: int = 202
    slow: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    reached: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)

    def answer(self, request: Request) -> Response:
        self.texts[request.headers["Idempotency-Key"]] = request.json["text"]
        self.reached.set()
        if self.slow:
            self.go.wait(5)
        return Response(status=self.status)

    def code(self) -> str:
        """The code of the last message."""
        return re.findall(r"：(\d{6})", [*self.texts.values()][-1])[0]


@dataclass
class Signing:
    """One signer of one case, and what a code is asked for and spent with."""

    factor: SecondFactor
    register: SqlRegister
    gateway: Gateway
    case: CaseRow
    person: Person
    decisions: int = 0

    async def ask(self, at: datetime, via: str | None = None) -> CodeDelivery:
        return await self.factor.send(self.case, self.person, via, at)

    async def try_code(self, code: str, at: datetime) -> bool:
        """Spend a code on a decision of its own; tell whether it came with one."""
        self.decisions += 1
        row = decision(f"u{self.decisions}", self.case.case_id)
        await self.register.begin(row)
        return (await self.factor.spend(row, self.person, code, at)).second_factor

    async def guess(self, at: datetime) -> str:
        """Try a wrong code; tell how it was refused."""
        with pytest.raises(NotPermitted) as caught:
            await self.try_code(WRONG if self.gateway.code() != WRONG else "000001", at)
        return caught.value.code


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    yield (made := Gateway())
    made.go.set()


@pytest_asyncio.fixture(loop_scope="session")
async def signing(gateway: Gateway, httpserver: HTTPServer, tmp_path: Path) -> AsyncIterator[Signing]:
    httpserver.expect_request("/messages", method="POST").respond_with_handler(gateway.answer)
    settings = Settings(data=tmp_path, message_url=httpserver.url_for("/messages"))
    office = load_office(settings)
    register = await SqlRegister.open(settings.register)
    case = await register.case((await register.file(filing())).receipt.case_id)
    assert case is not None
    person = next(one for one in office.people if one.id == "wxb-deputy")
    messengers = make_messengers(settings, office, register)
    yield Signing(SecondFactor(register, office, messengers, b"key"), register, gateway, case, person)
    gateway.go.set()
    await finish_letters(messengers)
    await register.close()


async def test_a_code_that_could_not_be_sent_is_no_code_and_asking_again_sends_another(signing: Signing) -> None:
    signing.gateway.status = 503
    with pytest.raises(Unavailable):
        await signing.ask(START)
    lost = signing.gateway.code()
    with pytest.raises(NotPermitted) as none:
        await signing.try_code(lost, START)
    signing.gateway.status = 202

    sent = await signing.ask(START + timedelta(milliseconds=10))

    assert none.value.code == "no_code"
    assert sent == CodeDelivery(channel="sms", expires_at=START + timedelta(milliseconds=10) + 10 * MINUTE)
    assert len(signing.gateway.texts) == 2  # by keys of their own: a gateway that knows the first would drop the second
    assert await signing.try_code(signing.gateway.code(), START + MINUTE) is True


async def test_no_code_goes_by_phone_since_nobody_reads_it_out(signing: Signing, tmp_path: Path) -> None:
    number = "+86-000-0001-04"
    signing.person = signing.person.model_copy(update={"addresses": {"sms": number, "phone": number}})

    with pytest.raises(Unfit) as caught:
        await signing.ask(START, via="sms")

    assert caught.value.code == "no_second_channel"
    assert not (tmp_path / "outbox" / "phone_tasks.jsonl").exists(), "a code in clear on our own disk"


async def test_codes_that_could_not_be_sent_are_not_counted(signing: Signing) -> None:
    signing.gateway.status = 503
    for n in range(6):
        with pytest.raises(Unavailable):
            await signing.ask(START + n * SECOND)
    signing.gateway.status = 202

    assert (await signing.ask(START + 6 * SECOND)).channel == "sms"


async def test_asked_again_at_once_the_code_that_was_sent_is_told_as_it_was_sent(signing: Signing) -> None:
    first = await signing.ask(START, via="mail")

    again = await signing.ask(START + 29 * SECOND, via="sms")
    after = await signing.ask(START + 30 * SECOND, via="sms")

    assert first == again == CodeDelivery(channel="sms", expires_at=START + 10 * MINUTE)
    assert after == CodeDelivery(channel="wecom", expires_at=START + 30 * SECOND + 10 * MINUTE)
    assert len(signing.gateway.texts) == 2


async def test_a_code_still_on_its_way_is_not_told_as_sent_and_asking_again_sends_no_other(
    signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_factor, "WAIT", 0.2)
    signing.gateway.slow = True
    first = await signing.ask(START)
    again = await signing.ask(START + 40 * SECOND)
    assert first == again == CodeDelivery(channel="sms", expires_at=START + 25 * MINUTE, on_its_way=True)
    signing.gateway.go.set()

    sent = await taken(signing, START + SECOND)
    assert not sent.on_its_way
    assert len(signing.gateway.texts) == 1


async def test_a_code_is_good_for_ten_minutes_from_when_a_slow_channel_took_it(
    signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_factor, "WAIT", 0.1)
    monkeypatch.setattr(courier, "PATIENCE", 0.2)
    signing.gateway.slow = True
    await signing.ask(START)
    await asyncio.sleep(1.2)  # the channel has it in hand for so long
    signing.gateway.go.set()

    sent = await taken(signing, START + SECOND)

    assert START + 10 * MINUTE + SECOND <= sent.expires_at <= START + 10 * MINUTE + 4 * SECOND
    assert await signing.try_code(signing.gateway.code(), START + 10 * MINUTE) is True


async def test_a_code_that_arrives_before_its_channel_says_so_is_good(
    signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_factor, "WAIT", 0.2)
    signing.gateway.slow = True
    await signing.ask(START)
    await asyncio.to_thread(signing.gateway.reached.wait, 5)

    assert await signing.try_code(signing.gateway.code(), START + 12 * MINUTE) is True


async def test_a_code_goes_on_if_whoever_asked_for_it_goes_away(signing: Signing) -> None:
    signing.gateway.slow = True
    first = asyncio.create_task(signing.ask(START))
    await asyncio.to_thread(signing.gateway.reached.wait, 5)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    signing.gateway.go.set()

    assert not (await taken(signing, START + SECOND)).on_its_way
    assert len(signing.gateway.texts) == 1
    assert await signing.try_code(signing.gateway.code(), START + SECOND) is True


@pytest.mark.parametrize("status", [400, 401, 410, 422])
async def test_a_channel_that_refuses_a_code_is_followed_by_the_persons_next(signing: Signing, status: int) -> None:
    signing.gateway.status = status

    sent = await signing.ask(START)

    assert sent.channel == "mail", "both channels of the gateway refused it; mail stays in the outbox of a demo"
    assert len(signing.gateway.texts) == 2


async def taken(signing: Signing, at: datetime) -> CodeDelivery:
    """Ask until the code under way is taken."""
    for _ in range(40):
        if not (sent := await signing.ask(at)).on_its_way:
            return sent
        await asyncio.sleep(0.1)
    raise AssertionError("the code was never taken")


async def test_five_codes_an_hour_and_twenty_a_day_are_sent(signing: Signing) -> None:
    sent, refused = [], []
    for n in range(24 * 6):
        try:
            await signing.ask(START + n * 10 * MINUTE)
            sent.append(n)
        except TooMany as no:
            refused.append((n, no.code, no.values))

    assert sent == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22]
    assert refused[0] == (5, "too_many_codes", {"minutes": 10, "seconds": 600})
    assert refused[-1] == (143, "too_many_codes", {"minutes": 10, "seconds": 600})
    assert (await signing.ask(START + DAY)).channel == "sms"


async def test_the_last_code_of_the_hour_is_good_though_no_further_one_is_sent(signing: Signing) -> None:
    for n in range(5):
        await signing.ask(START + n * MINUTE)
    with pytest.raises(TooMany):
        await signing.ask(START + 5 * MINUTE)

    assert await signing.try_code(signing.gateway.code(), START + 6 * MINUTE) is True


async def test_ten_wrong_tries_across_codes_close_the_hour_for_right_and_wrong_alike(signing: Signing) -> None:
    refusals = []
    for n in range(2):
        await signing.ask(START + n * MINUTE)
        refusals += [await signing.guess(START + n * MINUTE) for _ in range(5)]
    await signing.ask(START + 2 * MINUTE)
    at, right = START + 3 * MINUTE, signing.gateway.code()
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    told = []
    for tried in (right, wrong, right):
        with pytest.raises(TooMany) as caught:
            await signing.try_code(tried, at)
        told.append((caught.value.code, caught.value.values))

    assert refusals == ["wrong_code"] * 10
    assert told == [("too_many_tries", {"minutes": 57, "seconds": 57 * 60})] * 3
    await signing.ask(START + HOUR)
    assert await signing.try_code(signing.gateway.code(), START + HOUR) is True
