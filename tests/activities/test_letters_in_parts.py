"""A letter of several notices on its way to a slow mail server, while its case calls some of them off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities.notices import Notices
from adapters.messengers import courier
from adapters.messengers.courier import Courier
from adapters.messengers.smtp import SmtpMessenger
from adapters.register.store import SqlRegister
from domain.case.notice_kinds import Message
from domain.case.payloads import Wave, WaveSent
from tests import empty_register
from tests.activities.factories import Roster, notice, notices_of, notify, person, seat, wave
from tests.adapters.awkward_mail import AwkwardMail, awkward_mail

LI = person("li", mail="li@wjw.mc.example")
BOTH = wave(notice(suffix="start", message=Message.REQUEST), notice(suffix="move", message=Message.DUE_MOVED))
REST = BOTH.model_copy(update={"called_off": (BOTH.keys[0],)})


@pytest.fixture
async def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqlRegister]:
    monkeypatch.setattr(courier, "PATIENCE", 0.2)
    empty_register.lay(tmp_path)
    store = await SqlRegister.open(f"sqlite:///{tmp_path / 'register.db'}")
    yield store
    await store.close()


def sending(register: SqlRegister, mail: AwkwardMail) -> Notices:
    return notices_of(register, Roster({seat("wjw"): (LI,)}), mail=Courier(SmtpMessenger(mail.url), register))


async def until_sent(notices: Notices, of: Wave) -> WaveSent:
    for _ in range(60):
        try:
            return await notify(notices, of)
        except ApplicationError:
            await asyncio.sleep(0.1)
    raise AssertionError("the wave was never sent")


async def test_what_is_called_off_before_a_slow_server_is_ready_is_left_out_of_the_only_copy(
    register: SqlRegister,
) -> None:
    async with awkward_mail(greeting=1.0) as mail:
        notices = sending(register, mail)
        with pytest.raises(ApplicationError):
            await notify(notices, BOTH)
        sent = await until_sent(notices, REST)
        await asyncio.sleep(1)

        assert sent.by == ("mail",)
        assert [("request" in text, "due_moved" in text) for text in mail.texts] == [(False, True)]


async def test_what_is_called_off_while_a_slow_server_takes_it_brings_no_second_copy_of_the_rest(
    register: SqlRegister,
) -> None:
    async with awkward_mail(data=1.0) as mail:
        notices = sending(register, mail)
        with pytest.raises(ApplicationError):
            await notify(notices, BOTH)
        sent = await until_sent(sending(register, mail), REST)  # a worker started anew
        await until_sent(notices, REST)

        assert (sent.by, list(mail.copies.values())) == (("mail",), [1])


async def test_what_is_left_of_a_wave_when_a_notice_of_it_is_settled_otherwise_brings_no_second_copy(
    register: SqlRegister,
) -> None:
    async with awkward_mail(data=1.0) as mail:
        notices = sending(register, mail)
        with pytest.raises(ApplicationError):
            await notify(notices, BOTH)
        await until_sent(notices, BOTH.model_copy(update={"notices": BOTH.notices[1:]}))

        assert list(mail.copies.values()) == [1]
