"""SQLite's errors when it cannot serve just now, turned into those of the ports."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import Unavailable

PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
"""Primary result codes that pass without a change of the program: the same call may be made again."""


DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""Primary result codes that say the file is no register any more."""

DAMAGE = "the register's file is damaged; stop the program and restore it from a backup"


class RegisterUnfit(Exception):
    """Raised when a register's file cannot be used: `why` is `missing`, `damaged` or `newer`, `file` is its path."""

    def __init__(self, why: str, file: Path, **values: str | None) -> None:
        super().__init__(why, str(file), values)
        self.why, self.file, self.values = why, file, values


def is_damaged(fault: BaseException | None) -> bool:
    """Return whether SQLite says that the file is damaged."""
    return _primary_code(fault) in DAMAGED


def is_passing(fault: BaseException | None) -> bool:
    """Return whether SQLite may serve the same call later."""
    return _primary_code(fault) in PASSING


def is_busy(fault: BaseException | None) -> bool:
    """Return whether another connection holds what this one needs."""
    return _primary_code(fault) == sqlite3.SQLITE_BUSY


def _primary_code(fault: BaseException | None) -> int:
    return getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF


@contextmanager
def unavailable_when_passing() -> Iterator[None]:
    """Raise Unavailable for a fault that may pass by itself, and for a damaged file; every other is raised as it is."""
    try:
        yield
    except PoolTimeout as fault:
        raise Unavailable("the register is busy: no connection became free") from fault
    except DBAPIError as fault:
        if is_damaged(fault.orig):
            raise Unavailable(DAMAGE) from fault
        if is_passing(fault.orig):
            raise Unavailable(f"the register does not answer now: {fault.orig}") from fault
        raise
    except sqlite3.Error as fault:
        if is_damaged(fault):
            raise Unavailable(DAMAGE) from fault
        if is_passing(fault):
            raise Unavailable(f"the register does not answer now: {fault}") from fault
        raise
