"""The upgrade of a register's file to the tables of this version, wherever the program is installed."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection

from adapters.register.engine.errors import RegisterUnfit, is_damaged, is_passing, unavailable_when_passing
from adapters.register.engine.sqlite import WritingConnection, file_uri
from domain.errors import Unavailable

MIGRATIONS = Path(__file__).parent.parent / "migrations"
PATIENCE = timedelta(seconds=30)
"""How long a starting process waits for another one that is migrating."""

_one_at_a_time = Lock()
"""Alembic keeps its running migration in module state, so only one may run per process."""


def upgrade(url: URL) -> None:
    """Create the file if there is none and run the migrations it lacks, all or none of them.

    Processes that start together take turns on the file's write lock; the later ones find nothing left to do.

    Raises:
        Unavailable: the file cannot be opened or written, or another process holds it too long.
        RegisterUnfit: the file is missing, damaged, or of a newer version.

    """
    file = Path(url.database or "")
    examine(url)
    writing = WritingConnection(url, PATIENCE)
    try:
        with unavailable_when_passing(), _one_at_a_time:
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_ahead(file)
            with writing.transaction() as connection:
                command.upgrade(migrations(connection), "head")
            _made(file).touch(mode=0o600)
    finally:
        writing.close()


def examine(url: URL) -> None:
    """Check that a register's file can be used or made; nothing is made or changed.

    Raises:
        Unavailable: the file cannot be opened now.
        RegisterUnfit: it was made here and is missing, it is damaged, or of a newer version.

    """
    file = Path(url.database or "")
    if not file.exists():
        if _made(file).exists():
            raise RegisterUnfit("missing", file, mark=str(_made(file)))
        return
    try:
        current, newest = revisions(url)
        known = {script.revision for script in ScriptDirectory.from_config(_scripts()).walk_revisions()}
    except Unavailable as fault:
        if is_damaged(fault.__cause__):
            raise RegisterUnfit("damaged", file) from fault
        raise
    if current is not None and current not in known:
        raise RegisterUnfit("newer", file, current=current, newest=newest)


def never_made(url: URL) -> bool:
    """Return whether a register's file was never made where it belongs: neither it nor its mark is there."""
    file = Path(url.database or "")
    return not file.exists() and not _made(file).exists()


class Revisions(NamedTuple):
    """The migration a file is at (None: before the first), and the newest one of this version."""

    current: str | None
    newest: str | None


def revisions(url: URL) -> Revisions:
    """Return the migration a register's file is at; the file is neither made nor changed.

    Raises:
        Unavailable: there is no file, or it cannot be opened now.

    """
    newest = ScriptDirectory.from_config(_scripts()).get_current_head()
    # not mode=ro: that cannot open a file in WAL mode whose last user closed it
    with unavailable_when_passing(), closing(sqlite3.connect(f"{file_uri(url)}?mode=rw", uri=True)) as connection:
        migrated = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if migrated else None
    return Revisions(row[0] if row else None, newest)


def migrations(connection: Connection) -> Config:
    """Return Alembic's settings for one connection that is in a transaction."""
    config = _scripts()
    config.attributes["connection"] = connection
    return config


def _scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _made(file: Path) -> Path:
    """Return the mark that a register was made here: without its file, another one must not begin in its place."""
    return file.with_name(file.name + ".made")


def _write_ahead(file: Path) -> None:
    # The switch needs the file for itself and does not wait for others. It is permanent, so it is done only here.
    patient_until = time.monotonic() + PATIENCE.total_seconds()
    while True:
        connection = sqlite3.connect(file)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as fault:
            if not is_passing(fault) or time.monotonic() > patient_until:
                raise
            time.sleep(0.02)
        else:
            return
        finally:
            connection.close()
