"""Key files: the key that proves actors, shared by API and worker, and the sample persons' own keys."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def seal_key(path: Path) -> bytes:
    """Read the key of the seal, or make it: 32 random bytes in hex; two processes that start at once get the same.

    Raises:
        PermissionError: others than the owner can read or write the file.
        ValueError: the file holds no key of 32 bytes.

    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path, secrets.token_hex(32))
    _refuse_open(path)
    return _key_in(path.read_text(encoding="ascii", errors="replace"), path)


def token_keys(path: Path) -> list[bytes]:
    """Return the keys signed texts are read with, the newest last: the seal's, and earlier ones from `<path>.old`.

    Each line of that file is a key that was replaced; links signed with it work until they expire or the line goes.

    Raises:
        ValueError: a line holds no key of 32 bytes.

    """
    earlier = path.with_name(path.name + ".old")
    if not earlier.exists():
        return [seal_key(path)]
    _refuse_open(earlier)
    return [*(_key_in(line, earlier) for line in earlier.read_text(encoding="ascii").split()), seal_key(path)]


def write_sample_keys(folder: Path, keys: Mapping[str, str]) -> None:
    """Write each sample person's key to `<folder>/<person id>.key`, for its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for person, key in keys.items():
        if not person or "/" in person or person.startswith("."):
            raise ValueError(f"person id {person!r} cannot name a file")
        _create(folder / f"{person}.key", key, replace=True)


def _refuse_open(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & OTHERS:
        raise PermissionError(f"{path}: others can use this key (mode {mode:04o}); allowed is 0600: chmod 600 {path}")


def _key_in(text: str, path: Path) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError(f"{path}: holds no key; a key is 64 hexadecimal digits")
    return key


def _create(path: Path, content: str, *, replace: bool = False) -> None:
    """Put a whole file in its place in one step; one that stands there wins, unless `replace`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w", encoding="utf-8") as out:
            out.write(content + "\n")
            out.flush()
            os.fsync(out.fileno())
        if replace:
            draft.replace(path)
        else:
            with suppress(FileExistsError):  # another process was first: its key is the key
                path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
