"""What is on its way at a moment: starts, decisions and effects between their first and their last byte."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import count


class Kind(StrEnum):
    START = "start"
    DECISION = "decision"
    EFFECT = "effect"


class Watch:
    """What is in flight, in whichever thread, and when decisions were sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count()
        self._flying: dict[int, tuple[Kind, str]] = {}
        self._sent: list[float] = []

    @contextmanager
    def flight(self, kind: Kind, what: str) -> Iterator[None]:
        """Count as in flight for as long as the block takes."""
        with self._lock:
            number = next(self._numbers)
            self._flying[number] = (kind, what)
            if kind is Kind.DECISION:
                self._sent.append(time.monotonic())
        try:
            yield
        finally:
            with self._lock:
                del self._flying[number]

    def flying(self) -> dict[Kind, list[str]]:
        """What is in flight now, by kind."""
        with self._lock:
            found: dict[Kind, list[str]] = {}
            for kind, what in self._flying.values():
                found.setdefault(kind, []).append(what)
        return found

    async def takes_off(self, kind: Kind) -> None:
        """Wait until something of this kind is in flight."""
        while kind not in self.flying():  # noqa: ASYNC110  (flights begin in threads too)
            await asyncio.sleep(0.001)

    def first_decision_after(self, moment: float) -> float | None:
        """Seconds from a moment to the first decision sent after it; None when none was."""
        with self._lock:
            return next((sent - moment for sent in self._sent if sent >= moment), None)
