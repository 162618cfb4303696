"""The file itself: how it is made, migrated, and what happens when it cannot be written."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, insert
from sqlalchemy.exc import StatementError

from adapters.register.engine.sqlite import WritingConnection, register_url
from adapters.register.engine.tables import METADATA, numbers, receipts
from adapters.register.engine.upgrade import migrations
from adapters.register.store import SqlRegister
from domain.access.reading import EVERYTHING
from domain.errors import Unavailable
from domain.ports.rows import CaseFilter
from tests.adapters.register.factories import WATER, ask, filing, url

ROOT = Path(__file__).parents[3]
IMPATIENT = timedelta(milliseconds=100)

OPENER = """
import asyncio, sys
from adapters.register.store import SqlRegister

async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    register = await SqlRegister.open(sys.argv[1])
    await register.ping()
    await register.close()

asyncio.run(main())
"""

SMALL_DISK = """
import asyncio, resource, signal, sys
from adapters.register.store import SqlRegister
from domain.access.reading import EVERYTHING
from domain.errors import Unavailable
from domain.ports.rows import CaseFilter
from tests.adapters.register.factories import filing

async def main():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    register = await SqlRegister.open(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    kept = refused = 0
    for n in range(300):
        try:
            await register.file(filing(f"第{n}条完全不一样的网传说法" + "长" * 3000))
            kept += 1
        except Unavailable:
            refused += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    try:
        await register.ping()
        print("ping answered on a full disk")
    except Unavailable:
        pass
    assert kept and refused, (kept, refused)
    assert len(await register.cases(CaseFilter(limit=1000), EVERYTHING)) == kept
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await register.ping()
    await register.file(filing("磁盘又有空间以后的一条说法"))
    assert len(await register.cases(CaseFilter(limit=1000), EVERYTHING)) == kept + 1
    await register.close()
    print("healed")

asyncio.run(main())
"""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the write lock from outside, as another process would."""
    with closing(sqlite3.connect(folder / "register.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def schema(file: Path) -> dict[str, str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        )
        # Quotes and the order of constraints differ by how a table came about; what holds does not.
        return {name: "".join(sorted(re.sub(r'[\s",]', "", sql))) for name, sql in rows}


async def test_a_fresh_file_is_made_with_its_folder(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path / "new" / "data"))
    await register.ping()
    await register.close()

    assert ask(tmp_path / "new" / "data", "PRAGMA journal_mode") == [("wal",)]
    assert ask(tmp_path / "new" / "data", "SELECT version_num FROM alembic_version") == [("0020",)]


async def test_every_commit_is_synced_and_keys_are_enforced(register: SqlRegister) -> None:
    def settings(connection) -> tuple[int, ...]:
        return tuple(
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("synchronous", "foreign_keys")
        )

    assert await register._writer.run(settings) == (2, 1)


async def test_tables_and_migrations_do_not_differ(register: SqlRegister, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'register.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True, "compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


async def test_conditions_of_indexes_do_not_differ_either(register: SqlRegister, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    METADATA.create_all(engine)
    engine.dispose()

    assert schema(tmp_path / "register.db") == schema(tmp_path / "made.db")


def test_migrations_can_be_taken_back(tmp_path: Path) -> None:
    writing = WritingConnection(register_url(url(tmp_path)), IMPATIENT)
    with writing.transaction() as connection:
        command.upgrade(migrations(connection), "head")
    with writing.transaction() as connection:
        command.downgrade(migrations(connection), "base")
    writing.close()

    assert ask(tmp_path, "SELECT name FROM sqlite_master WHERE type = 'table'") == [("alembic_version",)]


def test_every_constraint_has_a_name() -> None:
    unnamed = [(table.name, one) for table in METADATA.tables.values() for one in table.constraints if one.name is None]

    assert unnamed == []


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "postgresql://u:s3cret@h/d"])
async def test_an_address_that_is_no_file_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="expected sqlite") as refusal:
        await SqlRegister.open(address)
    assert "s3cret" not in str(refusal.value)


async def test_a_file_in_use_elsewhere_opens_in_one_process_several_times(tmp_path: Path) -> None:
    registers = await asyncio.gather(*(SqlRegister.open(url(tmp_path)) for _ in range(4)))

    for register in registers:
        await register.ping()
        await register.close()


def test_processes_that_open_a_fresh_file_at_once_all_succeed(tmp_path: Path) -> None:
    command_line = [sys.executable, "-W", "error", "-c", OPENER, url(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    openers = [subprocess.Popen(command_line, cwd=ROOT, **pipes) for _ in range(4)]
    for opener in openers:
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        opener.stdin.write("go\n")
        opener.stdin.flush()
    faults = [opener.communicate(timeout=60)[1] for opener in openers]

    assert [opener.returncode for opener in openers] == [0] * 4, faults
    assert ask(tmp_path, "SELECT version_num FROM alembic_version") == [("0020",)]


async def test_a_locked_file_is_unavailable_to_writers_and_still_read(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path), patience=IMPATIENT)
    filed = await register.file(filing(WATER))

    with held(tmp_path):
        with pytest.raises(Unavailable):
            await register.file(filing(WATER))
        with pytest.raises(Unavailable):
            await register.ping()
        answers = await asyncio.gather(*(register.file(filing(WATER)) for _ in range(5)), return_exceptions=True)
        assert [type(one) for one in answers] == [Unavailable] * 5
        assert [row.sightings for row in await register.cases(CaseFilter(), EVERYTHING)] == [1]

    joined = await register.file(filing(WATER))
    assert joined.receipt.case_id == filed.receipt.case_id
    assert ask(tmp_path, "SELECT sightings FROM cases") == [(2,)]
    await register.close()


async def test_a_place_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "register.db").mkdir()

    with pytest.raises(Unavailable):
        await SqlRegister.open(url(tmp_path))


def test_a_full_disk_refuses_writers_and_heals_by_itself(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", SMALL_DISK, url(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert (ended.returncode, ended.stdout) == (0, "healed\n"), ended.stderr
    assert ask(tmp_path, "PRAGMA integrity_check") == [("ok",)]


async def test_a_closed_register_is_unavailable(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    await register.close()
    await register.close()

    with pytest.raises(Unavailable):
        await register.ping()


async def test_what_waits_is_written_before_closing(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    waiting = [asyncio.create_task(register.file(filing(WATER))) for _ in range(150)]
    await asyncio.sleep(0)
    await register.close()

    assert len({one.receipt.case_id for one in await asyncio.gather(*waiting)}) == 1
    assert ask(tmp_path, "SELECT sightings FROM cases") == [(150,)]


async def test_a_time_without_zone_is_refused(register: SqlRegister) -> None:
    row = {"key": "k", "case_id": "c", "person": "p", "unit": "u", "channel": "mail", "at": datetime(2026, 1, 1)}  # noqa: DTZ001

    with pytest.raises(StatementError, match="no time zone"):
        await register._writer.run(lambda transaction: transaction.execute(insert(receipts), row))


async def test_a_fault_in_the_program_is_not_called_unavailable(register: SqlRegister) -> None:
    def twice(transaction) -> None:
        transaction.execute(insert(numbers).values(year=1, last=1))
        transaction.execute(insert(numbers).values(year=1, last=1))

    with pytest.raises(Exception, match="UNIQUE"):
        await register._writer.run(twice)


async def test_the_frequent_questions_use_their_indexes(register: SqlRegister, tmp_path: Path) -> None:
    plans = {
        "SELECT * FROM reports WHERE owed = 1 ORDER BY position LIMIT 9": "ix_reports_owed",
        "SELECT * FROM cases WHERE claim_key = 'k' AND running = 1": "claim_key",
        "SELECT 1 FROM reports WHERE case_id = 'c' AND place = 'p'": "ix_reports_case_id_place",
        "SELECT 1 FROM decisions WHERE outcome IS NULL ORDER BY created_at": "ix_decisions_unfinished",
        "SELECT * FROM publications WHERE case_id = 'c' ORDER BY version DESC": "ix_publications_case_id_version",
    }
    for question, index in plans.items():
        steps = " ".join(row[3] for row in ask(tmp_path, f"EXPLAIN QUERY PLAN {question}"))
        assert index in steps, (question, steps)
        assert "TEMP B-TREE" not in steps, (question, steps)


def test_opening_and_closing_leaves_no_resource_behind(tmp_path: Path) -> None:
    async def once() -> None:
        register = await SqlRegister.open(url(tmp_path))
        await register.cases(CaseFilter(), EVERYTHING)
        await register.close()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(once())


async def test_readers_who_go_away_leave_their_connections_to_others(register: SqlRegister) -> None:
    await register.file(filing(WATER))
    for _ in range(10):
        asked = [asyncio.create_task(register.cases(CaseFilter(), EVERYTHING)) for _ in range(6)]
        await asyncio.sleep(0.001)
        for question in asked:
            question.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    answers = await asyncio.wait_for(asyncio.gather(*(register.cases(CaseFilter(), EVERYTHING) for _ in range(6))), 10)
    assert [len(rows) for rows in answers] == [1] * 6
