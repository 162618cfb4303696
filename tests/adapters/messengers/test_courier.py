"""A receiver that is slow is not dead, one that refuses for good is not asked again, and nobody waits for either."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from adapters.messengers import courier, smtp
from adapters.messengers.courier import Courier
from adapters.messengers.smtp import SmtpMessenger
from adapters.register.store import SqlRegister
from domain.errors import NotAdmitted, NotWanted, NotYet, RefusedForGood, Unanswered, Unavailable, UnderWay
from domain.ports.delivery import Letter
from tests.activities.factories import letter
from tests.adapters.awkward_mail import awkward_mail
from tests.adapters.messengers.sending import FAST, answer_to, courier_to, until_taken
from tests.adapters.receivers import black_hole


@pytest.mark.parametrize("how", [{"greeting": 0.6}, {"data": 0.8}, {"greeting": 0.4, "data": 0.4}])
async def test_a_slow_server_gets_one_copy_and_its_receipt_counts(register: SqlRegister, how: dict[str, float]) -> None:
    async with awkward_mail(**how) as mail:
        sending = courier_to(mail, register)
        with pytest.raises(UnderWay):
            await sending.send(letter())

        assert await until_taken(sending, letter()) > 1

        await sending.send(letter())
        assert (list(mail.copies.values()), mail.connections) == ([1], 1)


async def test_a_letter_taken_while_nobody_waited_is_known_to_every_process(register: SqlRegister) -> None:
    async with awkward_mail(data=0.5) as mail:
        one, other = courier_to(mail, register), courier_to(mail, register)
        with pytest.raises(UnderWay):
            await one.send(letter())
        with pytest.raises(UnderWay):
            await other.send(letter())  # under way in the other process

        await until_taken(other, letter())

        assert (list(mail.copies.values()), mail.connections) == ([1], 1)


async def test_a_process_that_was_killed_holds_no_letter_for_long(
    register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "HELD", timedelta(seconds=0.6))
    monkeypatch.setattr(courier, "RENEWED", 0.2)
    async with awkward_mail(data=3600) as mail:
        killed = courier_to(mail, register)
        with pytest.raises(UnderWay):
            await killed.send(letter())
        (task,) = killed._under_way.values()
        killed._slow.clear()  # a killed process says nothing more
        task.cancel()
        mail.data = 0.0

        other = courier_to(mail, register)
        with pytest.raises(UnderWay):
            await other.send(letter())
        await until_taken(other, letter())

        assert list(mail.copies.values()) == [2], "once more, and with the same Message-ID"


async def test_a_process_that_stops_leaves_its_letters_to_the_next_at_once(register: SqlRegister) -> None:
    async with awkward_mail(data=3600) as mail:
        stopping = courier_to(mail, register)
        with pytest.raises(UnderWay):
            await stopping.send(letter())
        await stopping.close(0.1)
        mail.data = 0.0

        await courier_to(mail, register).send(letter())


async def test_a_stopping_process_waits_for_what_is_about_to_be_taken(register: SqlRegister) -> None:
    async with awkward_mail(data=0.5) as mail:
        stopping = courier_to(mail, register)
        with pytest.raises(UnderWay):
            await stopping.send(letter())
        await stopping.close(3)

        await courier_to(mail, register).send(letter())
        assert list(mail.copies.values()) == [1]


async def test_what_greylists_is_tried_until_it_takes_one_copy(register: SqlRegister) -> None:
    async with awkward_mail(greylist=0.6) as mail:
        await until_taken(courier_to(mail, register), letter())
        assert list(mail.copies.values()) == [1]


@pytest.mark.parametrize("how", [{"rcpt": "550 5.1.1 no such user"}, {"reply": "554 5.6.0 not like this"}])
async def test_what_is_refused_for_good_is_never_sent_again(register: SqlRegister, how: dict[str, str]) -> None:
    async with awkward_mail(**how) as mail:
        for sending in (courier_to(mail, register), courier_to(mail, register)):  # also not after a restart
            for _ in range(2):
                refused = await answer_to(sending, letter())
                assert isinstance(refused, RefusedForGood)
                assert "55" in str(refused)
        assert mail.connections == 1


async def test_a_refusal_that_comes_late_is_heard_by_whoever_comes_again(register: SqlRegister) -> None:
    async with awkward_mail(data=0.5, reply="554 5.6.0 not like this") as mail:
        sending = courier_to(mail, register)
        with pytest.raises(UnderWay):
            await sending.send(letter())
        refused = await answer_to(sending, letter())
        assert isinstance(refused, RefusedForGood)
        assert "554" in str(refused)
        assert mail.connections == 1


@pytest.mark.parametrize(
    "how",
    [
        {"banner": "554 no service for you"},
        {"mail": "550 5.7.1 sender rejected"},
        {"rcpt": "530 5.7.0 authentication required"},
    ],
)
async def test_what_refuses_the_office_is_no_refusal_of_the_letter_and_is_tried_again(
    register: SqlRegister, how: dict[str, str]
) -> None:
    async with awkward_mail(**how) as mail:
        sending = courier_to(mail, register)
        with pytest.raises(NotAdmitted):
            await sending.send(letter())
        mail.banner, mail.mail, mail.rcpt = "220 mail", None, None  # somebody has mended it
        await sending.send(letter())
        assert list(mail.copies.values()) == [1]


async def test_a_server_that_is_gone_after_the_last_line_gets_three_copies_at_most(
    register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "AGAIN", (timedelta(seconds=0.3), timedelta(seconds=0.3)))
    async with awkward_mail(cut=True) as mail:
        sending, seen = courier_to(mail, register), []
        for _ in range(40):
            try:
                await sending.send(letter())
            except Unavailable as answer:
                seen.append(type(answer))
            await asyncio.sleep(0.05)
        assert list(mail.copies.values()) == [3]
        assert (seen[0], seen[1], seen[-1]) == (Unanswered, NotYet, RefusedForGood)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
async def test_a_connection_cut_before_the_letter_leaves_nothing_open(register: SqlRegister, command: str) -> None:
    async with awkward_mail(cut_at=command) as mail:
        sending = courier_to(mail, register)
        with pytest.raises(Unavailable) as cut:
            await sending.send(letter())
        assert type(cut.value) is Unavailable
        mail.cut_at = None
        await sending.send(letter())
        assert list(mail.copies.values()) == [1]


async def test_a_server_that_never_answers_holds_so_many_connections_and_no_more(
    register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "ROOM", 3)
    async with awkward_mail(greeting=3600) as mail:
        sending = courier_to(mail, register)
        for _ in range(3):
            begun = time.monotonic()
            keys = [f"k/{n}" for n in range(12)]
            outcomes = await asyncio.gather(*(sending.send(letter(key)) for key in keys), return_exceptions=True)
            assert {isinstance(one, Unavailable) for one in outcomes} == {True}
            assert time.monotonic() - begun < 3 * FAST
        assert (mail.connections, mail.most_open, len(sending._under_way)) == (3, 3, 3)
        await sending.close(0)
        assert not sending._under_way


async def test_one_dead_service_delays_no_other(register: SqlRegister) -> None:
    async with black_hole() as port, awkward_mail() as mail:
        dead = Courier(SmtpMessenger(f"smtp://127.0.0.1:{port}?from=office@wxb.mc.example"), register)
        with pytest.raises(UnderWay):
            await dead.send(letter())
        await courier_to(mail, register).send(letter("k/2"))
        assert list(mail.copies.values()) == [1]
        await dead.close(0)


async def test_what_is_over_by_the_time_a_slow_server_is_ready_is_not_handed_over(register: SqlRegister) -> None:
    asked: list[str] = []

    async def wanted(of: Letter) -> bool:
        asked.append(of.key)
        return "r1" not in of.key

    async with awkward_mail(greeting=0.5) as mail:
        sending = courier_to(mail, register, wanted=wanted)
        letters = [letter("k/r1/li", about=("k/r1",)), letter("k/r2/li", about=("k/r2",))]
        await asyncio.gather(*(sending.send(one) for one in letters), return_exceptions=True)
        await asyncio.sleep(0.7)
        assert sorted(asked) == ["k/r1/li", "k/r2/li"]
        assert len(mail.texts) == 1
        await sending.send(letters[1])


async def test_nobody_is_asked_about_a_letter_whose_sender_still_waits(register: SqlRegister) -> None:
    async def wanted(of: Letter) -> bool:
        raise AssertionError(of.key)

    async with awkward_mail() as mail:
        await courier_to(mail, register, wanted=wanted).send(letter(about=("k/r1",)))


async def test_whoever_comes_again_hears_that_a_letter_is_wanted_no_more(register: SqlRegister) -> None:
    async def wanted(_: Letter) -> bool:
        return False

    async with awkward_mail(greeting=0.3) as mail:
        sending = courier_to(mail, register, wanted=wanted)
        with pytest.raises(UnderWay):
            await sending.send(letter(about=("k/r1",)))
        with pytest.raises(NotWanted):
            await sending.send(letter(about=("k/r1",)))
        assert not mail.copies


async def test_a_server_that_is_silent_after_it_took_a_letter_costs_nothing(register: SqlRegister) -> None:
    async with awkward_mail() as mail:
        answer = mail._answer
        mail._answer = lambda verb, to: (_ for _ in ()).throw(ConnectionError) if verb == "QUIT" else answer(verb, to)  # type: ignore[method-assign]
        begun = time.monotonic()
        await courier_to(mail, register).send(letter())
        assert time.monotonic() - begun < FAST


def test_the_patience_is_the_one_the_protocol_asks_for() -> None:
    assert (smtp.GREETING, smtp.COMMAND, smtp.DATA, smtp.TAKEN) == (300, 300, 120, 600)
