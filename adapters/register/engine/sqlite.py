"""How the register's file is opened: commits are durable, other processes are waited for, foreign keys are enforced."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Row, Select, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from adapters.register.engine.errors import is_busy, unavailable_when_passing
from adapters.register.engine.identity import FileIdentity

BETWEEN_TRIES = timedelta(milliseconds=1)
"""The pause between two tries to begin a transaction."""
READERS = 3
"""How many connections read; each is a thread of its own, so more of them than cores gain nothing."""


def register_url(place: str | Path) -> URL:
    """Return the URL of a register's file; a path is taken as it stands, whatever its name means in a URL.

    Raises:
        ValueError: it names no SQLite file.

    """
    if isinstance(place, Path):
        return URL.create("sqlite", database=str(place))
    parsed = make_url(place)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        shown = parsed.render_as_string(hide_password=True)
        raise ValueError(f"register address {shown}: expected sqlite:///<file>, a file on a local disk")
    return parsed.set(drivername="sqlite")  # an earlier version wrote another driver here


def existing(url: URL) -> URL:
    """Return the URL by which a register's file is opened only if it is there: a missing one is not made anew."""
    return url.set(database=file_uri(url), query={"mode": "rw", "uri": "true"})


def file_uri(url: URL) -> str:
    """Return the URI by which SQLite itself opens a register's file, whatever characters its path has."""
    return f"file://{quote(str(Path(url.database or '').absolute()))}"


class WritingConnection:
    """One writing connection, kept open; one thread uses it.

    Every transaction is IMMEDIATE: one that reads first and then writes would otherwise lose what another process wrote
    in between, or fail half-way (docs/decisions/0008). It is begun and ended on the driver's connection: through the
    pool and the engine's own transactions a small write costs twice the processor time.
    """

    def __init__(self, url: URL, patience: timedelta, identity: FileIdentity | None = None) -> None:
        address = existing(url) if identity else url
        self._engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        _settle(self._engine, timedelta(), "foreign_keys=ON")
        self._patience, self._identity = patience, identity
        self._open: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Begin a transaction and commit it when the block ends; an exception in the block undoes it.

        Raises:
            Unavailable: the file was moved away or replaced, before or meanwhile.

        """
        if self._open is None:
            self._open = self._engine.connect()
            self._open.begin()  # never ended: the engine takes all that follows for one open transaction
        driver: Any = self._open.connection.driver_connection
        self._check()
        _begin_immediate(driver, self._patience)
        try:
            if self._identity is not None:
                self._identity.remember_log()
            yield self._open
            driver.execute("COMMIT")
            self._check()
        except BaseException:
            if driver.in_transaction:  # a full disk has undone it already
                driver.execute("ROLLBACK")
            raise

    def _check(self) -> None:
        if self._identity is not None:
            self._identity.check()

    def close(self) -> None:
        """Close the connection."""
        if self._open is not None:
            self._open.close()


def _begin_immediate(driver: sqlite3.Connection, patience: timedelta) -> None:
    # SQLite's own waiting sleeps up to 100 ms between two tries, so a busier process gets the lock each time.
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
        # The driver's own BEGIN is deferred; without an isolation level it sends none.
        connection.isolation_level = None
        cursor = connection.cursor()
        waits = f"busy_timeout={patience // timedelta(milliseconds=1)}"
        # Even a pragma reads the file, and another process that opens it just now may hold it: wait for that.
        for pragma in ("busy_timeout=5000", "synchronous=FULL", *more, waits):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


class Reader:
    """A few connections that read and cannot write, each in a thread of its own; one statement is one snapshot."""

    def __init__(self, url: URL, patience: timedelta, identity: FileIdentity | None = None) -> None:
        self._identity = identity
        # Every query is one statement with its own snapshot: BEGIN and ROLLBACK around it would only cost time.
        self._engine = create_engine(
            existing(url),
            poolclass=QueuePool,
            pool_size=READERS,
            max_overflow=0,
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            connect_args={"check_same_thread": False},  # the pool hands a connection to one thread after another
        )
        _settle(self._engine, patience, "query_only=ON")
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="register-reader")

    async def rows(self, question: Select[Any], values: dict[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Return all rows of a query.

        Raises:
            Unavailable: the file does not answer now, or was moved away or replaced.

        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, question, values)

    async def first(self, question: Select[Any], values: dict[str, Any] | None = None) -> Row[Any] | None:
        """Return the first row of a query, or None; the query itself should be limited to one."""
        rows = await self.rows(question, values)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Close the connections, once those who read have done."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    def _read(self, question: Select[Any], values: dict[str, Any] | None) -> Sequence[Row[Any]]:
        if self._identity is not None:
            self._identity.check()
        with unavailable_when_passing(), self._engine.connect() as connection:
            return connection.execute(question, values).all()
