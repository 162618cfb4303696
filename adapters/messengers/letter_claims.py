"""What a process says in the register of the letters it has under way, and what it reads there before it sends one."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from domain.errors import NotYet, RefusedForGood, Unavailable, UnderWay
from domain.ports.delivery import Letter
from domain.ports.letters_under_way import LetterProgress, LettersUnderWay
from texts.catalogue import current

log = structlog.get_logger(__name__)

SAYING = 0.25
"""Seconds the register has to take that: whoever sends the letter waits for it."""

NOTING = 60
"""How often, a second apart, a register that is away is told what became of a letter."""


class TakenOver(UnderWay):
    """Raised when another process has a letter by now, or its receiver has it."""


class LetterClaims:
    """What one process holds; `span` is for how long a letter is its alone after it has said so."""

    def __init__(self, handovers: LettersUnderWay) -> None:
        self._handovers, self._name = handovers, secrets.token_hex(8)
        self._until: dict[str, datetime] = {}
        """Until when letters are known to be this process's."""

    async def far(self, letter: Letter) -> LetterProgress:
        """Return how far a letter is, by what any process says.

        What a letter holds may have been handed over, or be about to be, in another one that held more: then that one's
        fate is its own (docs/decisions/0025).
        """
        now = time_now()
        own = await self._handovers.handover(letter.key, self._name, now)
        if own.taken or own.refused or not letter.about:
            return own
        others = await self._handovers.letters_with(rows_of(letter), letter.key, self._name, now)
        return next((one for one in others if _decides(one, now)), own)

    async def say(self, letter: Letter, span: timedelta) -> None:
        """Tell other processes that a letter is under way here; a register that is away keeps nobody waiting."""
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(SAYING):
                await self._hold(letter, span)

    async def confirm(self, letter: Letter, span: timedelta) -> None:
        """Make sure that a letter is this process's alone, and is still to be sent: it may have been frozen.

        Raises:
            TakenOver: it is not.
            Unavailable: nobody knows.

        """
        try:
            held = await self._hold(letter, span)
            far = await self._handovers.handover(letter.key, self._name, time_now())
            has = await self._handovers.delivered(rows_of(letter))
        except Unavailable:
            if self._until.get(letter.key, time_now()) > time_now():
                return
            raise
        if not held or far.taken or far.refused or (letter.about and has.issuperset(rows_of(letter))):
            log.info("letter.taken_over", case_id=letter.case_id, channel=letter.channel)
            raise TakenOver(current().phrase("effect", "under_way"))

    async def let_go(self, letter: Letter) -> None:
        """Tell other processes that a letter is under way here no more."""
        if self._until.pop(letter.key, None) is not None:
            with suppress(Unavailable):
                await self._handovers.let_go(letter.key, self._name)

    async def note(self, key: str, far: LetterProgress, rows: Sequence[str]) -> None:
        """Store how far a letter is; without a register it goes out once more at worst."""
        self._until.pop(key, None)
        for _ in range(NOTING):
            try:
                await self._handovers.hand_over(key, far, time_now(), rows)
            except Unavailable:
                await asyncio.sleep(1)
            else:
                return
        log.warning("letter.not_noted", key=key)

    async def _hold(self, letter: Letter, span: timedelta) -> bool:
        now = time_now()
        held = await self._handovers.hold(letter.key, self._name, now, span, rows_of(letter))
        if held:
            self._until[letter.key] = now + span
        else:
            self._until.pop(letter.key, None)
        return held


def refuse_again(far: LetterProgress) -> None:
    """Raise what was said of a letter before, if that still holds."""
    phrase, now = current().phrase, time_now()
    if far.refused:
        raise RefusedForGood(far.refused)
    if far.elsewhere:
        raise UnderWay(phrase("effect", "under_way"))
    if far.not_before is not None and far.not_before > now:
        raise NotYet(phrase("effect", "put_off"), (far.not_before - now).total_seconds())


def rows_of(letter: Letter) -> list[str]:
    """Return the keys of the receipts a letter will have, a row each; none if no case wants it."""
    return [f"{notice}/{letter.person}/{letter.channel}" for notice in letter.about]


def time_now() -> datetime:
    """Return the time that all processes of this office share."""
    return datetime.fromtimestamp(time.time(), UTC)


def _decides(other: LetterProgress, now: datetime) -> bool:
    put_off = other.not_before is not None and other.not_before > now
    return other.taken or bool(other.refused) or other.elsewhere or put_off
