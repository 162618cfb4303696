"""One copy for a slow server: also when part of a letter is called off, and when another process takes it over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.messengers import courier
from adapters.messengers.letter_claims import time_now
from adapters.register.store import SqlRegister
from domain.errors import NotYet, RefusedForGood, Unanswered, UnderWay
from domain.ports.delivery import Letter
from tests.activities.factories import letter
from tests.adapters.awkward_mail import awkward_mail
from tests.adapters.messengers.sending import answer_to, courier_to, until_taken
from tests.adapters.register.factories import ask, receipt

A, B = "k/v1/a", "k/v1/b"
WHOLE, REST = letter("k/combined/x", about=(A, B)), letter(f"{B}/li/mail", about=(B,), text="B")


async def only_the_rest(of: Letter) -> bool:
    return A not in of.about


async def test_what_is_called_off_in_a_letter_not_yet_handed_over_is_withdrawn_and_the_rest_goes_alone(
    register: SqlRegister,
) -> None:
    async with awkward_mail(greeting=0.6) as mail:
        sending = courier_to(mail, register)
        with pytest.raises(UnderWay):
            await sending.send(WHOLE)
        await until_taken(sending, REST)
        await asyncio.sleep(0.8)
        assert [text.split()[0] for text in mail.texts] == ["B"]


async def test_a_letter_that_is_being_handed_over_is_the_only_copy_of_what_is_left_of_it(register: SqlRegister) -> None:
    async with awkward_mail(data=0.8) as mail:
        sending, other = courier_to(mail, register), courier_to(mail, register)
        with pytest.raises(UnderWay):
            await sending.send(WHOLE)
        for each in (sending, other):
            with pytest.raises(UnderWay):
                await each.send(REST)
        await until_taken(sending, REST)
        await other.send(REST)  # taken, whoever asks
        assert (list(mail.copies.values()), mail.connections) == ([1], 1)


async def test_a_letter_under_way_elsewhere_is_held_back_there_before_what_is_left_of_it_goes(
    register: SqlRegister,
) -> None:
    async with awkward_mail(greeting=0.6) as mail:
        one, other = courier_to(mail, register, wanted=only_the_rest), courier_to(mail, register)
        with pytest.raises(UnderWay):
            await one.send(WHOLE)
        with pytest.raises(UnderWay):
            await other.send(REST)
        await until_taken(other, REST)
        assert [text.split()[0] for text in mail.texts] == ["B"]


@pytest.mark.parametrize("how", [{"rcpt": "550 5.1.1 no such user"}, {"cut": True}])
async def test_what_was_said_of_a_letter_holds_for_what_is_left_of_it(
    register: SqlRegister, how: dict[str, object]
) -> None:
    async with awkward_mail(**how) as mail:
        sending = courier_to(mail, register)
        for one in (WHOLE, REST):
            assert isinstance(await answer_to(sending, one), RefusedForGood | Unanswered | NotYet)
        assert mail.connections == 1


async def test_a_process_that_was_frozen_sends_no_letter_another_one_has_taken_over(
    register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "HELD", timedelta(seconds=0.3))
    monkeypatch.setattr(courier, "RENEWED", 3600)  # it says nothing while it is frozen
    async with awkward_mail(greeting=1.2) as mail:
        frozen = courier_to(mail, register)
        with pytest.raises(UnderWay):
            await frozen.send(letter())
        mail.greeting = 0.0
        await asyncio.sleep(0.4)
        await courier_to(mail, register).send(letter())
        await asyncio.sleep(1)
        assert (mail.connections, mail.open_now, list(mail.copies.values())) == (2, 0, [1])


async def test_a_process_that_was_frozen_before_it_said_anything_sends_nothing_that_has_its_receipt(
    register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = letter(f"{A}/li/mail", about=(A,))
    async with awkward_mail(greeting=0.7) as mail:
        frozen = courier_to(mail, register)
        sending = asyncio.create_task(frozen.send(of))
        await mail.begun.wait()
        mail.greeting = 0.0
        await courier_to(mail, register).send(of)
        await register.keep([receipt(of.key)])
        with pytest.raises(UnderWay):
            await sending
        await asyncio.sleep(0.8)
        assert (mail.open_now, list(mail.copies.values())) == (0, [1])


async def test_how_far_letters_are_is_forgotten_after_a_while(register: SqlRegister, tmp_path: Path) -> None:
    async with awkward_mail(rcpt="550 5.1.1 no such user") as mail:
        with pytest.raises(RefusedForGood):
            await courier_to(mail, register).send(WHOLE)
        await register.forget_letters(time_now() - timedelta(minutes=1))
        assert ask(tmp_path, "SELECT count(*) FROM letter_rows") == [(2,)]

        await register.forget_letters(time_now() + timedelta(minutes=1))

        assert ask(tmp_path, "SELECT count(*) FROM letter_rows") == [(0,)]
        assert ask(tmp_path, "SELECT count(*) FROM handovers") == [(0,)]
