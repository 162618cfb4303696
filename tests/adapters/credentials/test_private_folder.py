"""The data folder is its owner's alone: what was open is closed, and no stranger can hold its lock."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.credentials import private_folder
from adapters.credentials.private_folder import ForeignOwner, Locked, exposed, keep_private, locked

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")
NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A data folder as older versions made it, which every user of the machine can enter."""
    with tempfile.TemporaryDirectory() as name:
        outer = Path(name)
        outer.chmod(0o755)
        folder = outer / "data"
        (folder / "files" / "ab").mkdir(parents=True)
        for file in ("register.db", "up.lock", "files/ab/abcd"):
            (folder / file).write_text("x")
        for place in (folder, *folder.rglob("*")):
            place.chmod(0o755 if place.is_dir() else 0o644)
        yield folder


def modes(folder: Path) -> set[int]:
    return {path.lstat().st_mode & 0o777 for path in (folder, *folder.rglob("*")) if not path.is_symlink()}


def test_a_new_folder_and_an_open_one_end_up_closed(tmp_path: Path, open_folder: Path) -> None:
    old = os.umask(0)
    try:
        keep_private(tmp_path / "new")
    finally:
        os.umask(old)
    assert len(exposed(open_folder)) == 6

    keep_private(open_folder)

    assert modes(tmp_path / "new") == {0o700}
    assert modes(open_folder) == {0o700, 0o600}
    assert exposed(open_folder) == []


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("x")
    outside.chmod(0o644)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to(outside)

    keep_private(tmp_path / "data")

    assert outside.stat().st_mode & 0o777 == 0o644


def test_only_one_process_holds_the_lock(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", "up.lock"), pytest.raises(Locked), locked(tmp_path / "lock", "up.lock"):
        pass
    with locked(tmp_path / "lock", "up.lock"):
        pass


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    keep_private(tmp_path / "lock")
    (tmp_path / "lock" / "up.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic link"), locked(tmp_path / "lock", "up.lock"):
        pass
    assert not (tmp_path / "elsewhere").exists()


HOLDS = """
import fcntl, os, sys, time
os.setuid(int(sys.argv[2]))
held = open(sys.argv[1] + "/up.lock")
fcntl.flock(held, fcntl.LOCK_SH)
print("held", flush=True)
sys.stdin.readline()
try:
    os.listdir(sys.argv[1])
except PermissionError:
    print("kept out", flush=True)
"""


@as_root
def test_another_user_cannot_hold_up_the_start(open_folder: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(open_folder), str(NOBODY)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stranger:
        assert stranger.stdout is not None
        assert stranger.stdout.readline() == "held\n"

        keep_private(open_folder)
        with locked(open_folder / "lock", "up.lock"):
            assert stranger.communicate("\n")[0] == "kept out\n"


@as_root
def test_what_belongs_to_another_user_is_refused_and_told(open_folder: Path) -> None:
    os.chown(open_folder / "register.db", NOBODY, NOBODY)
    keep_private(open_folder)
    assert exposed(open_folder) == [open_folder / "register.db"]
    assert private_folder.exposed_files([open_folder / "register.db", open_folder / "none"]) == [
        open_folder / "register.db"
    ]

    os.chown(open_folder, NOBODY, NOBODY)
    with pytest.raises(ForeignOwner) as refused:
        keep_private(open_folder)
    assert (refused.value.path, refused.value.owner) == (open_folder, NOBODY)
