"""What every recipient is told alike is about the office, and tried again once somebody has mended it."""

from __future__ import annotations

import asyncio

import pytest

from adapters.register.store import SqlRegister
from domain.errors import NotAdmitted, RefusedForGood
from tests.activities.factories import letter
from tests.adapters.awkward_mail import awkward_mail
from tests.adapters.messengers.sending import answer_to, courier_to, until_taken


@pytest.mark.parametrize("reply", ["554 5.7.1 Relay access denied", "550 relay not permitted", "554 5.4.0 no"])
async def test_letters_of_a_time_without_a_login_go_out_once_it_is_mended(register: SqlRegister, reply: str) -> None:
    letters = [letter(f"k/{who}", person=who, address=f"{who}@wjw.mc.example") for who in ("li", "sun", "zhao")]
    async with awkward_mail(rcpt=reply) as mail:
        sending = courier_to(mail, register)
        for _ in range(2):
            said = await asyncio.gather(*(answer_to(sending, one) for one in letters))
        assert [type(one) for one in said] == [NotAdmitted] * 3
        mail.rcpt = None  # somebody has mended it
        for one in letters:
            await until_taken(sending, one)
        assert list(mail.copies.values()) == [1, 1, 1]


async def test_an_unclear_refusal_of_one_is_for_good_where_others_are_taken(register: SqlRegister) -> None:
    async with awkward_mail() as mail:
        sending = courier_to(mail, register)
        for who, reply in (("li", "550 no"), ("sun", None), ("zhao", "550 no")):
            mail.rcpt = reply
            one = letter(f"k/{who}", address=f"{who}@wjw.mc.example")
            if reply is None:
                await until_taken(sending, one)
            else:
                for _ in range(2):
                    assert isinstance(await answer_to(sending, one), RefusedForGood)
        assert mail.connections == 3
