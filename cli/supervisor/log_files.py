"""The log files of the parts: each is bounded, and so is what is kept of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

LARGEST = 8 * 2**20
"""Bytes of a log file before it is put aside."""

KEPT = 4
"""How many earlier pieces of a log are kept."""

EVERY = 1.0
"""Seconds between two looks at the sizes."""


async def keep_bounded(logs: Sequence[Path]) -> None:
    """Put logs aside that have grown too large, for ever."""
    while True:
        for log in logs:
            await asyncio.to_thread(put_aside, log)
        await asyncio.sleep(EVERY)


def put_aside(log: Path, largest: int = LARGEST, kept: int = KEPT) -> bool:
    """Put a log aside if it is larger than `largest`; return whether it was.

    The part goes on writing to its file, which is emptied: it appends. At most the last `largest` bytes are kept of it.
    A line written between copying and emptying is lost.
    """
    size = log.stat().st_size if log.exists() else 0
    if size <= largest:
        return False
    for number in range(kept, 1, -1):
        if (earlier := _piece(log, number - 1)).exists():
            earlier.replace(_piece(log, number))
    with log.open("rb") as whole, _piece(log, 1).open("wb") as piece:
        whole.seek(size - largest)
        piece.write(whole.read(largest))
    os.truncate(log, 0)
    return True


def _piece(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
