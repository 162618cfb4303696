"""Short links: the same in every attempt and after a change of the key, and the register has only their digests."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.credentials.signed_tokens import SignedTokens
from adapters.register.store import SqlRegister
from domain.errors import Unavailable
from domain.ports.short_links import KeptLink
from domain.tasks.short_links import CODE, KEPT_ON, ShortLinks
from domain.tasks.task import Task
from domain.tasks.task_links import BadToken, Links, TaskLink
from domain.vocabulary import ClockName, Seat
from tests import empty_register
from tests.activities.factories import AT, CASE, Box, Roster, notice, notices_of, notify, person, seat, wave
from tests.adapters.register.factories import url

pytestmark = pytest.mark.people

HOST = "https://piyao.mc.example"
OLD, NEW = b"k" * 32, b"n" * 32


@pytest_asyncio.fixture(loop_scope="session")
async def register(tmp_path: Path) -> Any:
    empty_register.lay(tmp_path)
    opened = await SqlRegister.open(url(tmp_path))
    yield opened
    await opened.close()


def links(register: SqlRegister, *keys: bytes) -> ShortLinks:
    tokens = SignedTokens(keys or (OLD,))
    return ShortLinks(Links(tokens, HOST), tokens, register)


def link(**changes: Any) -> TaskLink:
    values: dict[str, Any] = {
        "case_id": CASE,
        "visit": 12,
        "person": "a-person-with-a-long-name",
        "task": Task.COORDINATE,
        "unit": "a_long_unit_code",
        "seat": Seat.DUTY_LEADER,
        "channel": "wecom",
        "clock": ClockName.RESPONSE,
        "owner": "a_long_unit_code",
        "expires": int((AT + timedelta(hours=72)).timestamp()),
    }
    return TaskLink(**(values | changes))


async def code_of(made: ShortLinks, of: TaskLink) -> str:
    return (await made.urls([of]))[of].removeprefix(f"{HOST}/t/")


async def test_a_short_link_is_the_path_and_at_most_twenty_letters_and_digits(register: SqlRegister) -> None:
    made, of = links(register), link()

    code = await code_of(made, of)

    assert CODE.fullmatch(code)
    assert len(code) <= 20
    assert 62 ** len(code) >= 2**96
    assert len(made.signed.path(of)) > 150, "what it stands for"
    assert await made.read(code) == of


async def test_the_same_link_has_the_same_code_and_another_one_another(register: SqlRegister) -> None:
    made = links(register)

    assert await code_of(made, link()) == await code_of(made, link())
    others = {
        await code_of(made, link(**{name: value})) for name, value in {"person": "b", "visit": 2, "clock": None}.items()
    }
    assert len({await code_of(made, link()), *others}) == 4


async def test_a_letter_tried_again_after_a_change_of_the_key_has_the_same_link(register: SqlRegister) -> None:
    before = await code_of(links(register, OLD), link())

    assert await code_of(links(register, OLD, NEW), link()) == before
    assert await links(register, OLD, NEW).read(before) == link()
    assert await code_of(links(register, OLD, NEW), link(person="another")) != await code_of(
        links(register, OLD), link(person="another")
    )


async def test_a_link_ends_with_the_key_it_was_made_with(register: SqlRegister) -> None:
    code = await code_of(links(register, OLD), link())

    with pytest.raises(BadToken):
        await links(register, NEW).read(code)


async def test_a_signed_link_of_an_earlier_letter_still_opens(register: SqlRegister) -> None:
    made, of = links(register), link()

    assert await made.read(made.signed.path(of).removeprefix("/t/")) == of


async def test_the_register_has_digests_only(register: SqlRegister, tmp_path: Path) -> None:
    code = await code_of(links(register), link())
    await register.close()

    with closing(sqlite3.connect(tmp_path / "register.db")) as file:
        rows = file.execute("SELECT digest, link FROM short_links").fetchall()
        assert code.encode() not in file.serialize()

    assert [row[0] for row in rows] == [hashlib.sha256(code.encode()).hexdigest()]


async def test_a_row_nobody_with_the_key_has_written_opens_nothing(register: SqlRegister) -> None:
    code = "0123456789abcdefg"
    digest = hashlib.sha256(code.encode()).hexdigest()
    await register.keep_links([KeptLink(digest=digest, link=link().model_dump_json(), expires=link().expires)])

    with pytest.raises(BadToken):
        await links(register).read(code)


@pytest.mark.parametrize("token", ["", "x", "…", "0123456789abcdefg", "0123456789ABCDEFG", "a" * 18, "a.b", "0" * 2000])
async def test_a_guess_opens_nothing(register: SqlRegister, token: str) -> None:
    await code_of(links(register), link())

    with pytest.raises(BadToken):
        await links(register).read(token)


async def test_an_expired_link_is_known_for_a_month_and_then_gone(register: SqlRegister) -> None:
    made = links(register)
    code = await code_of(made, link())
    over = datetime.fromtimestamp(link().expires, AT.tzinfo)

    await made.drop_expired(over + KEPT_ON - timedelta(seconds=1))
    assert (await made.read(code)).expired(over)
    await made.drop_expired(over + KEPT_ON + timedelta(seconds=1))
    with pytest.raises(BadToken):
        await made.read(code)


async def test_a_letter_goes_out_only_once_its_link_is_kept(register: SqlRegister) -> None:
    """Also inside a workflow task, where a rung sends its letter."""
    box = Box()
    notices = notices_of(register, Roster({seat("wjw"): (person("li", sms="1"),)}), sms=box)
    kept: list[dict[str, str]] = []
    send = box.send

    async def look(letter: Any) -> None:
        (code,) = re.findall(r"/t/(\w+)", letter.text)
        kept.append(await register.kept_links([hashlib.sha256(code.encode()).hexdigest()]))
        await send(letter)

    box.send = look  # type: ignore[method-assign]
    told = wave(notice(by=("sms",))).model_copy(update={"in_task": True})

    await notify(notices, told, is_local=True)

    assert [len(one) for one in kept] == [1]


async def test_a_register_that_is_away_sends_nobody_a_link_that_opens_nothing(
    register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box()
    notices = notices_of(register, Roster({seat("wjw"): (person("li", sms="1"),)}), sms=box)

    async def down(*_: object) -> None:
        raise Unavailable("register: down")

    with monkeypatch.context() as patch:
        patch.setattr(register, "keep_links", down)
        with pytest.raises(Exception, match="down"):
            await notify(notices, wave(notice(by=("sms",))))
    assert not box.taken
    await notify(notices, wave(notice(by=("sms",))))
    assert len(box.taken) == 1
