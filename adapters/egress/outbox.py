"""The outbox on disk: one JSON line per key, even if several processes write and any of them may be killed."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.egress.outbox_keys import OutboxKeys, Place, begin_anew, known, move, place
from domain.errors import Unavailable
from texts.catalogue import current

LOCK_WAIT = 1.0
"""Seconds to wait for the lock: its holder writes one line only, unless it was frozen while writing."""

PIECE = 256 * 1024
"""How many bytes are read at a time, and how many there may be behind the index's place: their keys are in memory."""

FULL = 64 * 1024 * 1024
"""From which size on a file is put aside and the next one begun."""


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

    The files alone count: under the lock of the present one (which ends with the process) the lines of other processes
    are read, then the new ones are added. A line cut short by a kill or a full disk is no JSON; it counts as absent,
    and the next writer ends it. Lines that wait together are written together, and each caller is answered once its
    line is on the disk. A full file is put aside under a number; its keys stay known, whatever becomes of it. Of what
    is long written, an index beside the file has the keys (`outbox_keys`).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index = OutboxKeys(path.with_suffix(".keys"))
        self._recent: set[str] = set()
        """The keys between the index's place and what was read last."""
        self._read = self._indexed = Place(0, 0, b"")
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
            except sqlite3.OperationalError as problem:  # the index is on the same disk
                fault = Unavailable(current().phrase("effect", "disk", reason=str(problem)))
            except Exception as bug:  # raised in every waiting caller
                fault = bug
            for line in lines:
                line.tell(fault)

    def _add(self, lines: Sequence[_Line]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._locked()
        try:
            with self._index.opened() as index:
                whole = self._catch_up(file, index)
                if whole and os.fstat(file).st_size >= FULL:
                    file = self._put_aside(file, index)
                fresh = {line.key: line.content for line in lines if not self._has(line.key, index)}
            if fresh:
                _write(file, b"".join([b"" if whole else b"\n", *fresh.values()]))
            fcntl.flock(file, fcntl.LOCK_UN)
            # Also for a known key: its writer may not have synced it. Outside the lock, so that the disk serves several
            # writers at once.
            os.fsync(file)
        finally:
            os.close(file)  # releases the lock too

    def _locked(self) -> int:
        """Open the present file and take its lock; while that was waited for, the file may have been put aside."""
        while True:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                _lock(file)
                if self.path.exists() and os.path.samestat(os.fstat(file), self.path.stat()):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)

    def _has(self, key: str, index: sqlite3.Connection) -> bool:
        return key in self._recent or known(index, key)

    def _catch_up(self, file: int, index: sqlite3.Connection) -> bool:
        """Read the lines added since the last look, a piece at a time; return whether the file ends with a whole line.

        If it was begun anew, it is read from its beginning.
        """
        indexed = place(index)
        if indexed == Place(1, 0, b""):
            indexed = self._take_up(index)
        if not indexed.fits(file):
            indexed = begin_anew(index, indexed.file)
        if indexed != self._indexed or not self._read.fits(file):
            self._recent, self._read, self._indexed = set(), indexed, indexed
        while (found := _lines(file, self._read.offset)) is not None:
            lines, end = found
            self._recent |= set(_keys(lines))
            self._read = Place.at(indexed.file, end, file)
            if end - self._indexed.offset > PIECE:
                self._index_all(file, index)
        return self._read.offset == os.fstat(file).st_size

    def _take_up(self, index: sqlite3.Connection) -> Place:
        """Read the keys of the files put aside into an index that is new."""
        last = 0
        for path in sorted(self.path.parent.glob(f"{self.path.stem}-[0-9]*{self.path.suffix}")):
            last = int(path.stem.rpartition("-")[2])
            file, end = os.open(path, os.O_RDONLY), 0
            try:
                while (found := _lines(file, end)) is not None:
                    lines, end = found
                    move(index, Place.at(last, end, file), _keys(lines))
            finally:
                os.close(file)
        move(index, Place(last + 1, 0, b""))
        return place(index)

    def _index_all(self, file: int, index: sqlite3.Connection) -> None:
        """Move what was read into the index; another process may have written it, so it is synced first."""
        os.fsync(file)
        move(index, self._read, self._recent)
        self._recent, self._indexed = set(), self._read

    def _put_aside(self, file: int, index: sqlite3.Connection) -> int:
        """Give the full file a number, and begin and lock the next one.

        The index says so first: if nothing more is done, the next writer finds the full file in place of the next one.
        """
        self._index_all(file, index)
        number = self._read.file
        self._recent, self._read = set(), Place(number + 1, 0, b"")
        self._indexed = self._read
        move(index, self._read)
        index.commit()
        self.path.rename(self.path.with_stem(f"{self.path.stem}-{number:04d}"))
        following = self._locked()
        os.close(file)
        return following


def _lines(file: int, offset: int) -> tuple[list[bytes], int] | None:
    """Return the next whole lines of a file and where they end; None if there is none."""
    length = PIECE
    while True:
        read = os.pread(file, length, offset)
        complete, newline, _ = read.rpartition(b"\n")
        if newline:
            return complete.splitlines(), offset + len(complete) + 1
        if len(read) < length:
            return None
        length *= 2


def _keys(lines: Sequence[bytes]) -> Iterator[str]:
    for line in lines:
        try:
            yield str(json.loads(line)["key"])
        except (ValueError, KeyError, TypeError):
            continue  # cut short


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
