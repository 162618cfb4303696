"""The keys of an outbox up to a place in its file, in an index beside it, so that nobody reads the file whole again.

The files alone count. The index holds only keys of lines that are synced to the disk, and remembers the bytes before
its place: where they are others, the file was begun anew. An index that is missing or broken is made again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MARK = 512
"""How many bytes before a place are remembered: as good as always they hold the key of a line, and no two are equal."""

TABLES = """
CREATE TABLE IF NOT EXISTS keys (key BLOB PRIMARY KEY, file INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS of_file ON keys (file);
CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), file INTEGER, offset INTEGER, mark BLOB);
INSERT OR IGNORE INTO place VALUES (1, 1, 0, x'');
PRAGMA user_version = 1;
"""


@dataclass(frozen=True)
class Place:
    """A place in a file of the outbox: the file's number (each full one is followed by the next), and the bytes."""

    file: int
    offset: int
    mark: bytes

    @classmethod
    def at(cls, number: int, offset: int, file: int) -> Place:
        """Return the place at `offset` of the open `file`."""
        return cls(number, offset, os.pread(file, min(MARK, offset), offset - min(MARK, offset)))

    def fits(self, file: int) -> bool:
        """Return whether the open `file` still is the one in which this place was."""
        return Place.at(self.file, self.offset, file).mark == self.mark


class OutboxKeys:
    """The index of one outbox; it is used under the lock of the outbox's file only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Open the index, made anew if it is none; what is done with it is done as a whole."""
        connection = self._connected()
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def _connected(self) -> sqlite3.Connection:
        try:
            return self._made()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # no index any more
            self._path.unlink(missing_ok=True)
            return self._made()

    def _made(self) -> sqlite3.Connection:
        if not self._path.exists():
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._path)
        try:
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                connection.executescript(TABLES)
        except BaseException:
            connection.close()
            raise
        return connection


def place(index: sqlite3.Connection) -> Place:
    """Return up to where the index has the keys."""
    return Place(*index.execute("SELECT file, offset, mark FROM place").fetchone())


def move(index: sqlite3.Connection, to: Place, keys: Iterable[str] = ()) -> None:
    """Add keys of the file of `to`, which the index then has up to there."""
    index.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", ((_short(key), to.file) for key in keys))
    index.execute("UPDATE place SET file = ?, offset = ?, mark = ?", (to.file, to.offset, to.mark))


def begin_anew(index: sqlite3.Connection, number: int) -> Place:
    """Drop the keys of a file that is no longer the one they were read from."""
    index.execute("DELETE FROM keys WHERE file = ?", (number,))
    fresh = Place(number, 0, b"")
    move(index, fresh)
    return fresh


def known(index: sqlite3.Connection, key: str) -> bool:
    """Return whether the index has a key."""
    return index.execute("SELECT 1 FROM keys WHERE key = ?", (_short(key),)).fetchone() is not None


def _short(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()[:16]
