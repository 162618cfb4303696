"""The outbox on disk: one JSON line per key, even if several processes write and any of them may be killed."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import Unavailable
from texts.catalogue import current

LOCK_WAIT = 1.0
"""Seconds to wait for the lock: its holder writes one line only, unless it was frozen while writing."""


@dataclass(frozen=True)
class _Line:
    key: str
    content: bytes
    written: asyncio.Future[None]

    def tell(self, fault: Exception | None) -> None:
        if self.written.done():  # the caller no longer waits
            return
        if fault is None:
            self.written.set_result(None)
        else:
            self.written.set_exception(fault)


class Outbox:
    """A file to which lines are appended; a key that is already in it is not written again.

    The file alone counts: under its lock (which ends with the process) the lines of other processes are read, then the
    new ones are added. A line cut short by a kill or a full disk is no JSON; it counts as absent, and the next writer
    ends it. Lines that wait together are written together, and each caller is answered once its line is on the disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: set[str] = set()
        self._read = 0
        self._waiting: list[_Line] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, key: str, line: Mapping[str, object]) -> None:
        """Write `line` once per `key`, synced to the disk.

        Raises:
            Unavailable: the disk is full or cannot be written; the same call may be made again.

        """
        content = json.dumps({"key": key, **line}, ensure_ascii=False).encode() + b"\n"
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Line(key, content, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await written

    async def _write_all(self) -> None:
        """Write the waiting lines, and those added meanwhile; a line is also written if its caller no longer waits."""
        while self._waiting:
            lines, self._waiting = self._waiting, []
            fault: Exception | None = None
            try:
                await asyncio.to_thread(self._add, lines)
            except OSError as problem:
                reason = problem.strerror or type(problem).__name__
                fault = Unavailable(current().phrase("effect", "disk", reason=reason))
            except Exception as bug:  # raised in every waiting caller
                fault = bug
            for line in lines:
                line.tell(fault)

    def _add(self, lines: Sequence[_Line]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _lock(file)
            whole = self._catch_up(file)
            new = {line.key: line.content for line in lines if line.key not in self._keys}
            if new:
                _write(file, b"".join([b"" if whole else b"\n", *new.values()]))
            fcntl.flock(file, fcntl.LOCK_UN)
            # Also for a known key: its writer may not have synced it. Outside the lock, so that the disk serves several
            # writers at once.
            os.fsync(file)
        finally:
            os.close(file)  # releases the lock too

    def _catch_up(self, file: int) -> bool:
        """Read the lines added since the last look; return whether the file ends with a whole line."""
        size = os.fstat(file).st_size
        if size < self._read:  # the file was replaced or cut
            self._keys, self._read = set(), 0
        added = os.pread(file, size - self._read, self._read)
        complete, newline, rest = added.rpartition(b"\n")
        for line in complete.splitlines():
            try:
                self._keys.add(str(json.loads(line)["key"]))
            except (ValueError, KeyError, TypeError):
                continue  # cut short
        self._read += len(complete) + len(newline)
        return not rest


def _lock(file: int) -> None:
    until = time.monotonic() + LOCK_WAIT
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.002)


def _write(file: int, content: bytes) -> None:
    """Write in one call, so that no other process's line gets in between."""
    if os.write(file, content) < len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
