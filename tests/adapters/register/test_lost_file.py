"""A register that was moved away, replaced, damaged, or written by a newer version: nothing is answered for it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from adapters.register.engine.errors import RegisterUnfit
from adapters.register.engine.sqlite import register_url
from adapters.register.engine.upgrade import examine
from adapters.register.store import SqlRegister
from domain.access.reading import EVERYTHING
from domain.errors import Unavailable
from domain.ports.rows import CaseFilter
from tests.adapters.register.factories import filing, url


def moved(file: Path) -> None:
    file.rename(file.with_name("elsewhere.db"))


def removed(file: Path) -> None:
    file.unlink()


def replaced(file: Path) -> None:
    shutil.copy(file, file.with_name("copy.db"))
    file.with_name("copy.db").replace(file)


def log_removed(file: Path) -> None:
    file.with_name(file.name + "-wal").unlink()


def folder_moved(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))


@pytest.mark.parametrize("happens", [moved, removed, replaced, log_removed, folder_moved])
async def test_nothing_is_answered_for_a_file_nobody_can_find(tmp_path: Path, happens: Callable[[Path], None]) -> None:
    folder = tmp_path / "data"
    register = await SqlRegister.open(url(folder))
    await register.file(filing("一条已经收下的网传说法"))

    happens(folder / "register.db")

    with pytest.raises(Unavailable, match="moved away or replaced"):
        await register.file(filing("另一条还没有收下的网传说法"))
    with pytest.raises(Unavailable, match="moved away or replaced"):
        await register.cases(CaseFilter(limit=10), EVERYTHING)
    assert happens in (replaced, log_removed) or not (folder / "register.db").exists()  # none was made in its place
    await register.close()


async def test_a_file_that_goes_away_during_a_transaction_is_not_answered_for(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    await register.ping()

    with pytest.raises(Unavailable, match="moved away or replaced"):
        await register._writer.run(lambda _: moved(tmp_path / "register.db"))
    await register.close()


async def test_a_file_that_was_moved_back_is_used_again(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    await register.file(filing("一条已经收下的网传说法"))
    moved(tmp_path / "register.db")
    with pytest.raises(Unavailable):
        await register.ping()

    (tmp_path / "elsewhere.db").rename(tmp_path / "register.db")

    await register.file(filing("另一条后来收下的网传说法"))
    assert len(await register.cases(CaseFilter(limit=10), EVERYTHING)) == 2
    await register.close()


async def test_a_damaged_file_is_unavailable_and_not_a_bug(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    for number in range(50):
        await register.file(filing(f"第{number}条完全不一样的网传说法" + "长" * 2000))
    with closing(sqlite3.connect(tmp_path / "register.db")) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "register.db").open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))

    with pytest.raises(Unavailable, match="damaged"):
        await register.cases(CaseFilter(limit=100), EVERYTHING)
    await register.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(("-shm", "-wal"))}


async def made(folder: Path) -> Path:
    register = await SqlRegister.open(url(folder))
    await register.file(filing("一条已经收下的网传说法"))
    await register.close()
    return folder / "register.db"


def as_newer(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")


def as_damaged(file: Path) -> None:
    file.write_bytes(b"this is no database" * 1000)


@pytest.mark.parametrize(
    ("happens", "why"), [(removed, "missing"), (moved, "missing"), (as_damaged, "damaged"), (as_newer, "newer")]
)
async def test_a_start_is_refused_with_the_reason_and_nothing_is_made(
    tmp_path: Path, happens: Callable[[Path], None], why: str
) -> None:
    file = await made(tmp_path)
    happens(file)
    before = contents(tmp_path)

    with pytest.raises(RegisterUnfit) as refused:
        await SqlRegister.open(url(tmp_path))

    assert (refused.value.why, refused.value.file) == (why, file)
    assert why != "newer" or refused.value.values == {"current": "9999", "newest": "0020"}
    assert contents(tmp_path) == before


async def test_a_register_of_before_the_mark_gets_one(tmp_path: Path) -> None:
    file = await made(tmp_path)
    (tmp_path / "register.db.made").unlink()
    examine(register_url(url(tmp_path)))

    register = await SqlRegister.open(url(tmp_path))
    await register.close()

    assert (tmp_path / "register.db.made").stat().st_mode & 0o077 == 0
    assert file.exists()
