"""How the register's file is opened: durable on every commit, patient with other processes, keys enforced."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import URL, Connection, Engine, Row, Select, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from adapters.register.engine.errors import is_busy, unavailable_when_passing

BETWEEN_TRIES = timedelta(milliseconds=1)
READERS = 3
"""Each reading connection is a thread of its own; more of them than cores gain nothing."""


def register_url(url: str) -> URL:
    """Read the address of a register's file.

    Raises:
        ValueError: it names no SQLite file.

    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        shown = parsed.render_as_string(hide_password=True)
        raise ValueError(f"register address {shown}: expected sqlite+aiosqlite:///<file>, a file on a local disk")
    return parsed.set(drivername="sqlite+aiosqlite")


class WritingConnection:
    """Be one writing connection, kept open; used by one thread.

    Every transaction is IMMEDIATE: one that reads first and then writes would otherwise lose what another process
    wrote in between, or fail half-way. It is begun and ended on the driver's connection: through the pool and the
    engine's own transactions a small write costs twice the processor time.
    """

    def __init__(self, url: URL, patience: timedelta) -> None:
        self._engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        _settle(self._engine, timedelta(), "foreign_keys=ON")
        self._patience = patience
        self._open: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Begin, and commit when the block ends; what it raises undoes it."""
        if self._open is None:
            self._open = self._engine.connect()
            self._open.begin()  # nobody ends this one: to the engine all that follows is one transaction, begun already
        driver: Any = self._open.connection.driver_connection
        _begin_immediate(driver, self._patience)
        try:
            yield self._open
            driver.execute("COMMIT")
        except BaseException:
            if driver.in_transaction:  # a full disk has undone it already
                driver.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the connection."""
        if self._open is not None:
            self._open.close()


def _begin_immediate(driver: sqlite3.Connection, patience: timedelta) -> None:
    # SQLite's own waiting sleeps up to 100 ms between two tries and so loses its turn to a busier process.
    patient_until = time.monotonic() + patience.total_seconds()
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            if not is_busy(fault) or time.monotonic() > patient_until:
                raise
            time.sleep(BETWEEN_TRIES.total_seconds())
        else:
            return


def _settle(engine: Engine, patience: timedelta, *more: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver's own BEGIN is deferred; without an isolation level it leaves beginning to us.
        connection.isolation_level = None
        cursor = connection.cursor()
        waits = f"busy_timeout={patience // timedelta(milliseconds=1)}"
        # Even a pragma reads the file, and another process that opens it at this moment may hold it: wait for that.
        for pragma in ("busy_timeout=5000", "synchronous=FULL", *more, waits):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


class Reader:
    """Answer questions from a few connections that cannot write; one statement is one snapshot."""

    def __init__(self, url: URL, patience: timedelta) -> None:
        # Every question is one statement, its own snapshot: BEGIN and ROLLBACK around it would only cost.
        self._engine: AsyncEngine = create_async_engine(
            url, pool_size=READERS, max_overflow=0, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True
        )
        _settle(self._engine.sync_engine, patience, "query_only=ON")

    async def rows(self, question: Select[Any], values: dict[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Return all rows.

        Raises:
            Unavailable: the file does not answer now.

        """
        with unavailable_when_passing():
            async with self._engine.connect() as connection:
                rows: Sequence[Row[Any]] = (await connection.execute(question, values)).all()
        return rows

    async def first(self, question: Select[Any], values: dict[str, Any] | None = None) -> Row[Any] | None:
        """Return the first row; the question itself asks for one."""
        rows = await self.rows(question, values)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()
