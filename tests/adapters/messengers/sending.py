"""Couriers to a mail server, and a sender that comes again as an activity does."""

from __future__ import annotations

import asyncio
import time

from adapters.messengers.courier import Courier
from adapters.messengers.smtp import SmtpMessenger
from adapters.register.store import SqlRegister
from domain.errors import Unavailable, UnderWay
from domain.ports.delivery import Letter
from tests.adapters.awkward_mail import AwkwardMail

FAST = 0.2
"""Seconds a sender waits in these tests."""


def courier_to(mail: AwkwardMail, register: SqlRegister, **more: object) -> Courier:
    return Courier(SmtpMessenger(mail.url), register, **more)  # type: ignore[arg-type]


async def answer_to(messenger: Courier, of: Letter) -> Unavailable:
    """Send a letter until its receiver has answered; return the refusal."""
    while True:
        try:
            await messenger.send(of)
        except UnderWay:  # a loaded machine
            await asyncio.sleep(0.05)
        except Unavailable as refused:
            return refused
        else:
            raise AssertionError("it was taken")


async def until_taken(messenger: Courier, of: Letter, within: float = 5.0) -> int:
    """Send a letter as an activity does, again and again; return how many attempts it took."""
    end, attempts = time.monotonic() + within, 0
    while True:
        attempts += 1
        try:
            await messenger.send(of)
        except Unavailable:
            assert time.monotonic() < end, "the letter was never taken"
            await asyncio.sleep(0.05)
        else:
            return attempts
