"""Key files: the key of the seal, shared by API and worker, other keys of the program's own, and personal keys."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from adapters.synced_folder import sync_folder

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The mode bits that let others than the owner use a file."""


class KeyFileUnfit(Exception):
    """Raised when a file is not used as a key: `why` is `open` (others than its owner can use it) or `none` in it."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(str(path), why)
        self.path, self.why = path, why


def seal_key(path: Path) -> bytes:
    """Return the key of the seal; as `made_key`."""
    return made_key(path)


def made_key(path: Path) -> bytes:
    """Return the key in a file, 32 bytes; make it if there is none.

    The file holds it in hex. Two processes that start at once get the same key.

    Raises:
        KeyFileUnfit: others than the owner can read or write the file, or it holds no key of 32 bytes.

    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path, secrets.token_hex(32))
    _refuse_open(path)
    return _key_in(_text(path), path)


def token_keys(path: Path) -> list[bytes]:
    """Return the keys for reading signed texts, the newest last: earlier ones from `<path>.old`, then the seal's.

    Each line of that file is a key that was replaced. Links signed with it work until they expire or the line is
    removed.

    Raises:
        KeyFileUnfit: a line holds no key of 32 bytes.

    """
    earlier = path.with_name(path.name + ".old")
    if not earlier.exists():
        return [seal_key(path)]
    _refuse_open(earlier)
    return [*(_key_in(line, earlier) for line in _text(earlier).split()), seal_key(path)]


def write_sample_keys(folder: Path, keys: Mapping[str, str]) -> None:
    """Write each sample person's key to `<folder>/<person id>.key`, for its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for person, key in keys.items():
        if not person or "/" in person or person.startswith("."):
            raise ValueError(f"person id {person!r} cannot name a file")
        _create(folder / f"{person}.key", key, replace=True)


def new_personal_key() -> tuple[str, str]:
    """Return a new personal key and its SHA-256 (hex), which is all that is kept of it."""
    key = secrets.token_urlsafe(32)
    return key, sha256(key.encode()).hexdigest()


@contextmanager
def written_when_done(path: Path, key: str) -> Iterator[None]:
    """Write a key to its file, for its owner only, once the block has ended well.

    The key is on the disk before the block begins, so that nothing is changed for a key that cannot be stored.

    Raises:
        OSError: the file cannot be written.

    """
    if path.is_dir():  # else replacing it would fail after the block
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    draft = _draft(path, key)
    try:
        yield
        draft.replace(path)
        with suppress(OSError):  # it is there, and what was done for it holds
            sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def open_to_others(places: Iterable[Path]) -> list[Path]:
    """Return the key files among `places`, and in the folders among them, that others than the owner can use."""
    files = {file for place in places for file in (place.rglob("*") if place.is_dir() else (place,)) if file.is_file()}
    return sorted(file for file in files if stat.S_IMODE(file.stat().st_mode) & OTHERS)


def _refuse_open(path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) & OTHERS:
        raise KeyFileUnfit(path, "open")


def _text(path: Path) -> str:
    """Return the text of a key file; an editor may have put a byte order mark before it."""
    return path.read_text(encoding="utf-8-sig", errors="replace")


def _key_in(text: str, path: Path) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise KeyFileUnfit(path, "none")
    return key


def _create(path: Path, content: str, *, replace: bool = False) -> None:
    """Put a whole file in its place in one step; an existing file stays, unless `replace`."""
    draft = _draft(path, content)
    try:
        if replace:
            draft.replace(path)
        else:
            with suppress(FileExistsError):  # another process was first; its key counts
                path.hardlink_to(draft)
        sync_folder(path.parent)  # also for another process's key, which may not be synced yet
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path, content: str) -> Path:
    """Write a whole file beside `path`, synced to the disk, for its owner only, and return its path."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w", encoding="utf-8") as out:
            out.write(content + "\n")
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft
