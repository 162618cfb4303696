"""What is put in its place is there after a power failure: the folder that names it is synced as well."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from adapters.credentials import key_files
from adapters.evidence.store import DiskFiles
from adapters.office.editing.people_file import PeopleFile
from settings import PACKAGED
from tests.adapters.evidence.sample_files import TEXT, in_pieces

pytestmark = pytest.mark.people


async def kept_file(folder: Path) -> Path:
    kept = await DiskFiles(folder).keep(in_pieces(TEXT))
    return folder / kept.digest[:2]


async def edited_file(folder: Path) -> Path:
    shutil.copytree(PACKAGED, folder, dirs_exist_ok=True)
    PeopleFile(folder).change("swj-duty", {"name": "王新"}, {})
    return folder


async def key_of_the_seal(folder: Path) -> Path:
    key_files.seal_key(folder / "keys" / "seal.key")
    return folder / "keys"


async def personal_key(folder: Path) -> Path:
    with key_files.written_when_done(folder / "wang.key", "k"):
        pass
    return folder


@pytest.mark.parametrize("write", [kept_file, edited_file, key_of_the_seal, personal_key])
async def test_a_file_is_named_on_the_disk_before_anybody_is_told_of_it(
    write: Callable[[Path], Awaitable[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, to_disk = [], os.fsync

    def noted(handle: int) -> None:
        synced.append(os.fstat(handle if isinstance(handle, int) else handle.fileno()))
        to_disk(handle)

    monkeypatch.setattr(os, "fsync", noted)

    folder = await write(tmp_path)

    assert stat.S_ISREG(synced[0].st_mode), "the file before its name"
    assert any(os.path.samestat(folder.stat(), one) for one in synced[1:])
