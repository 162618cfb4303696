"""Turns: a few at a time, the rest in the order in which they came, and no more of them than can wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.errors import TooMany

LATER = 2
"""Seconds after which somebody for whom there was no room may come again."""


class Turns:
    """The turns at one thing: `at_once` are served, `waiting` may wait, in order; `code` refuses the others."""

    def __init__(self, at_once: int, waiting: int, code: str) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most, self._code, self.taken = at_once + waiting, code, 0

    def must_have_room(self) -> None:
        """Refuse whoever would come now if too many wait.

        Raises:
            TooMany: too many wait already.

        """
        if self.taken >= self._most:
            raise TooMany(self._code, tried=self.taken + 1, limit=self._most, seconds=LATER)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and keep it for a while.

        Raises:
            TooMany: too many wait already; nothing was done.

        """
        self.must_have_room()
        self.taken += 1
        try:
            async with self._places:
                yield
        finally:
            self.taken -= 1


class NamedTurns:
    """The turns at each of many things, by name; one nobody is at is forgotten. `code` says that there is no room."""

    def __init__(self, at_once: int, waiting: int, code: str) -> None:
        self._at_once, self._waiting, self._code = at_once, waiting, code
        self._turns: dict[str, Turns] = {}

    def __len__(self) -> int:
        """Return at how many things somebody is or waits."""
        return len(self._turns)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn at a thing, and keep it for a while.

        Raises:
            TooMany: too many wait for it already; nothing was done.

        """
        turns = self._turns.setdefault(name, Turns(self._at_once, self._waiting, self._code))
        try:
            async with turns.turn():
                yield
        finally:
            if not turns.taken:
                self._turns.pop(name, None)
