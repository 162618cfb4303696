"""The data folder: its owner's alone, with all that is in it."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from texts.system_errors import reason

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The mode bits that let others than the owner use a file."""


class ForeignOwner(Exception):
    """Raised when a folder or file belongs to somebody else; `path` is its place, `owner` the number of its owner."""

    def __init__(self, path: Path, owner: int) -> None:
        super().__init__(str(path), owner)
        self.path, self.owner = path, owner


class FolderUnfit(Exception):
    """Raised when there is no folder at a path and none can be made; `reason` is what the system says."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(str(path), reason)
        self.path, self.reason = path, reason


class Locked(Exception):
    """Raised when another process of the same owner holds a lock."""


def keep_private(folder: Path) -> None:
    """Make a folder for its owner only, or take from others what they may do in an existing one and all it holds.

    Links are not followed. What belongs to somebody else inside is left as it is (`exposed` finds it).

    Raises:
        ForeignOwner: the folder itself belongs to somebody else.
        FolderUnfit: there is something else in its place, or it cannot be made.

    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError as problem:
        raise FolderUnfit(folder, reason(problem)) from problem
    if status.st_uid != os.geteuid():
        raise ForeignOwner(folder, status.st_uid)
    _tighten(folder, status)  # first: from here on nobody gets in any more
    for path, found in _inside(folder):
        if found.st_uid == os.geteuid():
            _tighten(path, found)


def keep_private_files(files: Iterable[Path]) -> None:
    """Take from others what they may do with some files, as far as these exist and are this process's owner's."""
    for file in files:
        if file.is_file() and (found := file.stat()).st_uid == os.geteuid():
            _tighten(file, found)


def exposed(folder: Path) -> list[Path]:
    """Return the folder and what is in it, as far as others than this process's owner own it or can use it."""
    places = [(folder, folder.stat()), *_inside(folder)] if folder.is_dir() else []
    return sorted(path for path, found in places if found.st_uid != os.geteuid() or found.st_mode & OTHERS)


def exposed_files(files: Iterable[Path]) -> list[Path]:
    """Return those of some files, as far as they exist, that others than this process's owner own or can use."""
    found = [(file, file.stat()) for file in files if file.is_file()]
    return [file for file, status in found if status.st_uid != os.geteuid() or status.st_mode & OTHERS]


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock in a folder of its own, which never was open to others: nobody else can hold it before.

    Raises:
        Locked: another process holds it.
        ForeignOwner: the folder belongs to somebody else.

    """
    keep_private(folder)
    lock = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise Locked(str(folder / name)) from None
    try:
        yield
    finally:
        os.close(lock)


def _inside(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for where, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(where, name)
            try:
                found = path.lstat()
            except FileNotFoundError:  # a file of a running part that has gone meanwhile
                continue
            if not stat.S_ISLNK(found.st_mode):
                yield path, found


def _tighten(path: Path, found: os.stat_result) -> None:
    if found.st_mode & OTHERS:
        try:
            path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
        except FileNotFoundError:  # gone meanwhile
            return
