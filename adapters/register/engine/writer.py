"""The one writing connection of a process: work that waits together is committed together (docs/decisions/0008).

A commit costs a sync of the disk. Under load one sync then serves all callers that wait, and each is answered only
after it. The thread, not the event loop, holds the transaction, so a cancelled caller leaves nothing half done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection

from adapters.register.engine.errors import unavailable_when_passing
from adapters.register.engine.sqlite import WritingConnection
from domain.errors import Unavailable

Result = TypeVar("Result")
Work = Callable[[Connection], Result]
"""A piece of work on the connection of a transaction."""

LARGEST_GROUP = 64
"""The most pieces of work in one transaction; it bounds how long other processes wait."""


@dataclass
class _Turn:
    work: Work[Any]
    answer: asyncio.Future[Any]
    result: Any = None
    fault: Exception | None = None

    def tell(self) -> None:
        if self.answer.done():
            return
        if self.fault is None:
            self.answer.set_result(self.result)
        else:
            self.answer.set_exception(self.fault)


class RegisterWriter:
    """The thread that runs pieces of work, each in its own transaction or, with the same effect, grouped with others.

    It is made inside the one event loop whose tasks may call it.
    """

    def __init__(self, connection: WritingConnection) -> None:
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._turns: SimpleQueue[_Turn | None] = SimpleQueue()
        self._closed = False
        self._thread = Thread(target=self._serve, name="register-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Work[Result]) -> Result:
        """Return what `work` returns, once it is on the disk; an exception in `work` undoes that piece alone.

        `work` may be run twice (the first run then left no trace), so it must not touch anything but the connection.

        Raises:
            Unavailable: the file cannot be written now.

        """
        if self._closed:
            raise Unavailable("the register is closed")
        answer: asyncio.Future[Result] = self._loop.create_future()
        self._turns.put(_Turn(work, answer))
        return await answer

    async def close(self) -> None:
        """Finish the waiting work and close the connection."""
        if not self._closed:
            self._closed = True
            self._turns.put(None)
        await asyncio.to_thread(self._thread.join)

    def _serve(self) -> None:
        over = False
        while not over:
            turns = self._group()
            over = turns[-1] is None
            group = [turn for turn in turns if turn is not None]
            self._settle(group)
            # If the loop has closed meanwhile, no caller waits any more.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_tell, group)
        self._connection.close()

    def _group(self) -> list[_Turn | None]:
        turns = [self._turns.get()]
        while len(turns) < LARGEST_GROUP and not self._turns.empty():
            turns.append(self._turns.get())
        return turns

    def _settle(self, turns: list[_Turn]) -> None:
        if not turns:
            return
        try:
            results = self._commit(turns)
        except Unavailable as fault:
            for turn in turns:
                turn.fault = Unavailable(*fault.args)
        except Exception as fault:
            if len(turns) == 1:
                turns[0].fault = fault
                return
            # One piece of the group failed and undid all: each gets a transaction of its own.
            for turn in turns:
                self._settle([turn])
        else:
            for turn, result in zip(turns, results, strict=True):
                turn.result = result

    def _commit(self, turns: list[_Turn]) -> list[Any]:
        with unavailable_when_passing(), self._connection.transaction() as transaction:
            return [turn.work(transaction) for turn in turns]


def _tell(turns: list[_Turn]) -> None:
    for turn in turns:
        turn.tell()
