"""The courier of one service: a letter that is under way outlives the attempt that began it, and is sent once.

A mail server may take minutes to answer (RFC 5321, 4.5.3.2), and whoever sends a letter waits for seconds. So sending
goes on in this process, under the letter's key: whoever comes with the same letter waits for that, and what became of
it is kept in the register, where other processes look before they send it. How many are under way is bounded, so a
service that never answers holds that many connections and no more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from adapters.messengers.letter_claims import LetterClaims, refuse_again, rows_of, time_now
from adapters.messengers.refused_alike import RefusedAlike
from domain.errors import NotAdmitted, NotWanted, NotYet, RefusedForGood, Unanswered, Unavailable, UnderWay
from domain.ports.delivery import Letter
from domain.ports.letters_under_way import LetterProgress, LettersUnderWay
from texts.catalogue import current

log = structlog.get_logger(__name__)

PATIENCE = 1.5
"""Seconds whoever sends a letter waits for its receiver; the letter goes on without them."""

ROOM = 20
"""How many letters are under way to one service at once; mail servers allow a client some dozens of connections."""

HELD, RENEWED = timedelta(seconds=20), 5.0
"""For how long a letter under way is one process's alone, and after how many seconds it says so again.

A process that was killed has nothing under way, so its letters wait for the first of these at most.
"""

COPIES = 3
"""How often a letter is handed over whole without an answer, before it counts as refused: its receiver may have it."""

AGAIN = (timedelta(minutes=1), timedelta(minutes=10))
"""How long to wait after such a copy, the first and the second time."""

LONGEST = timedelta(hours=1)
"""How long a receiver may put a letter off at most, whatever it says."""

Ready = Callable[[], Awaitable[None]]
"""What a service is to call once a letter can be handed over; it raises `NotWanted` if nobody wants it any more."""

StillWanted = Callable[[Letter], Awaitable[bool]]
"""Whether all notices in a letter are still wanted, by what its case says now."""


async def ready() -> None:
    """Let a letter pass that nobody can call off."""


class LetterService(Protocol):
    """What hands letters to one service, however long that takes."""

    async def send(self, letter: Letter, ready: Ready) -> None:
        """Hand a letter over; raise as `Messenger.send` does."""


class Courier:
    """A messenger that hands letters to a slow service; several processes may send the same ones.

    `wanted` asks the case of a letter whether it still wants it, None if there is nobody to ask.
    """

    def __init__(self, service: LetterService, handovers: LettersUnderWay, wanted: StillWanted | None = None) -> None:
        self._service, self._claims, self._wanted = service, LetterClaims(handovers), wanted
        self._room, self._alike = asyncio.Semaphore(ROOM), RefusedAlike()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._slow: set[str] = set()
        """The keys of letters under way whose sender goes on without an answer, or is about to."""
        self._holds: dict[str, set[str]] = {}
        """What letters under way hold: keys of receipts."""
        self._begun: set[str] = set()
        """The keys of letters under way that can be withdrawn still: they are not being handed over."""

    async def send(self, letter: Letter) -> None:
        """Send a letter, or wait for the one under way.

        Raises:
            UnderWay: its receiver has not answered yet, or not to a letter that holds what is in this one; or so many
                letters are under way to it that this one waits. The same call again says what became of it.
            Unavailable: nobody took it, or nobody knows; its subclass says more.

        """
        task: asyncio.Task[None] | None = None
        try:
            async with asyncio.timeout(PATIENCE):
                task = self._under_way.get(letter.key) or await self._begin(letter)
                await asyncio.shield(task)
        except TimeoutError:
            if task is None:
                raise UnderWay(current().phrase("effect", "no_room", n=ROOM)) from None
            if not task.done():
                await self._say_held(letter)
                raise UnderWay(current().phrase("effect", "under_way")) from None
            await task
        except asyncio.CancelledError:
            if task is not None and task.cancelled():  # withdrawn, for what is left of it
                raise NotWanted(current().phrase("effect", "not_wanted")) from None
            self._slow |= {letter.key} & self._under_way.keys()
            raise

    async def close(self, grace: float) -> None:
        """Wait some seconds for what is under way, and give up the rest: it is sent once more by whoever comes next."""
        tasks = set(self._under_way.values())
        if not tasks:
            return
        _, left = await asyncio.wait(tasks, timeout=grace)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _begin(self, letter: Letter) -> asyncio.Task[None]:
        """Begin to send a letter as soon as there is room."""
        await self._withdraw(letter)
        await self._room.acquire()
        if (other := self._under_way.get(letter.key)) is not None:  # begun while this one waited
            self._room.release()
            return other
        task = asyncio.create_task(self._deliver(letter))
        self._under_way[letter.key], self._holds[letter.key] = task, set(rows_of(letter))
        self._begun.add(letter.key)
        task.add_done_callback(lambda done: self._ended(letter.key, done))
        return task

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        self._room.release()
        del self._under_way[key]
        self._begun.discard(key)
        self._holds.pop(key, None)
        self._slow.discard(key)
        if not task.cancelled():
            task.exception()  # whoever sent the letter may be gone: nobody else reads it

    async def _withdraw(self, letter: Letter) -> None:
        """Withdraw what is under way and holds all of this letter and more: its case has called the rest off.

        Raises:
            UnderWay: it is being handed over; what becomes of it is this letter's fate, too.

        """
        rows = set(rows_of(letter))
        for other in [key for key, holds in self._holds.items() if rows and rows < holds]:
            if other not in self._begun:
                raise UnderWay(current().phrase("effect", "under_way"))
            task = self._under_way[other]
            task.cancel()
            await asyncio.wait([task])

    async def _deliver(self, letter: Letter) -> None:
        """Send a letter that is not known to be taken, refused, put off, or under way in another process."""
        begun, far = time_now(), await self._claims.far(letter)
        if far.taken:
            return
        refuse_again(far)
        holding = asyncio.create_task(self._hold(letter))
        try:
            await self._service.send(letter, lambda: self._let_pass(letter, begun))
        except (RefusedForGood, Unanswered, NotYet) as answer:
            await _end(holding)
            raise await self._heard(letter, far, answer) from answer
        except BaseException:  # also if this process stops: whoever comes next need not wait
            await _end(holding)
            if letter.key in self._slow:
                await self._claims.let_go(letter)
            raise
        self._alike.taken()
        await _end(holding)
        if letter.key in self._slow or far.known:  # else its sender is here, and stores a receipt
            log.info("letter.taken_late", case_id=letter.case_id, channel=letter.channel)
            await self._claims.note(letter.key, LetterProgress(taken=True), rows_of(letter))

    async def _heard(self, letter: Letter, far: LetterProgress, answer: Unavailable) -> Unavailable:
        """Store what an answer says of a letter, and return what it means to whoever sent it."""
        codes = answer.codes if isinstance(answer, RefusedForGood) else ""
        if alike := self._alike.refused(letter, codes, far, time_now()):  # the office is meant
            for key, before in alike.items():
                await self._claims.note(key, before, ())  # all of them are tried again
            return NotAdmitted(str(answer))
        await self._claims.note(letter.key, after(far, answer, time_now()), rows_of(letter))
        copies = isinstance(answer, Unanswered) and far.unanswered + 1 >= COPIES
        return RefusedForGood(str(answer)) if copies else answer

    async def _hold(self, letter: Letter) -> None:
        """Go on saying that a letter is under way here, for as long as it is."""
        while True:
            await asyncio.sleep(RENEWED)
            await self._say_held(letter)

    async def _say_held(self, letter: Letter) -> None:
        self._slow.add(letter.key)
        await self._claims.say(letter, HELD)

    async def _let_pass(self, letter: Letter, begun: datetime) -> None:
        """Let a letter be handed over: at once if its sender still waits, else if it is wanted and this process's.

        A process that was frozen has waited for longer than it knows.

        Raises:
            NotWanted: its case does not want all of it any more; what it does want comes in another letter.
            TakenOver: another process has it.

        """
        if letter.key in self._slow or time_now() - begun >= timedelta(seconds=PATIENCE):
            self._slow.add(letter.key)
            if letter.about and self._wanted is not None and not await self._wanted(letter):
                log.info("letter.called_off", case_id=letter.case_id, channel=letter.channel)
                raise NotWanted(current().phrase("effect", "not_wanted"))
            await self._claims.confirm(letter, HELD)
        self._begun.discard(letter.key)


def after(far: LetterProgress, answer: Unavailable, now: datetime) -> LetterProgress:
    """Return how far a letter is after such an answer; `far` is how far it was before."""
    match answer:
        case RefusedForGood():
            return far.model_copy(update={"refused": str(answer)})
        case NotYet(seconds=seconds):
            return far.model_copy(update={"not_before": now + min(timedelta(seconds=seconds), LONGEST)})
        case _:
            copies = far.unanswered + 1
            if copies >= COPIES:
                return far.model_copy(update={"unanswered": copies, "refused": str(answer)})
            return far.model_copy(update={"unanswered": copies, "not_before": now + AGAIN[copies - 1]})


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
