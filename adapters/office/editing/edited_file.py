"""Changes of a file an office edits: comments and order stay, the whole office is validated, and no edit is lost."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Array, InlineTable, Table

from adapters.office.load import read_office
from adapters.office.problems import ConfigProblem, OfficeError, rule, shown
from adapters.synced_folder import sync_folder
from domain.office.office import Office

LOCK_WAIT = 10.0
"""Seconds to wait for another process that edits; an edit takes a fraction of a second."""

Entry = Table | InlineTable


class Change(NamedTuple):
    """The office before and after an edit."""

    before: Office
    after: Office


class EditedFile:
    """One TOML file in an office's folder, with a list of tables."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name

    def edit(self, edit: Callable[[TOMLDocument], str]) -> Change:
        """Replace the file by what `edit` makes of it.

        Raises:
            OfficeError: the office would not be valid then; nothing was written.
            OSError: the file cannot be read or written, or another process holds it.

        """
        with held(self._folder):
            before = read_office(self._folder)
            file = (self._folder / self._name).resolve()  # so that a symbolic link stays one
            text = edit(tomlkit.parse(file.read_text(encoding="utf-8-sig")))
            after = read_office(self._folder, {self._name: text})
            replace_file(file, text)
        return Change(before, after)


def appended(document: TOMLDocument, key: str, given: Mapping[str, Any]) -> str:
    """Return a file's text with one more table at the end of its list; values that are None or False are left out."""
    kept = {name: value for name, value in given.items() if value is not None and value is not False}
    entries = document.get(key)
    if isinstance(entries, Array):  # written as one list
        entries.append(_filled(tomlkit.inline_table(), kept))
        return tomlkit.dumps(document)
    text = tomlkit.dumps(document).rstrip("\n")
    one = AoT([_filled(tomlkit.table(), kept)])
    return (f"{text}\n\n" if text else "") + tomlkit.dumps({key: one})


def entry_of(document: TOMLDocument, file: str, key: str, name: str, value: str) -> tuple[Any, int, Entry]:
    """Return the list of a file, the place in it of the table whose `name` is `value`, and that table.

    Raises:
        OfficeError: there is none.

    """
    entries: Any = document[key]  # the loader has found it
    for place, entry in enumerate(entries):
        if entry.get(name) == value:
            return entries, place, entry
    raise OfficeError([ConfigProblem(file, key, shown(value), rule(f"no_such_{key}"))])


def _filled(entry: Any, given: Mapping[str, Any]) -> Any:
    for key, value in given.items():
        if isinstance(value, Mapping):
            inline = tomlkit.inline_table()
            inline.update(value)
            entry[key] = inline
        else:
            entry[key] = list(value) if isinstance(value, tuple) else value
    return entry


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Lock the file against other editors; the lock is on the folder, because each edit replaces the file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        until = time.monotonic() + LOCK_WAIT
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def replace_file(file: Path, text: str) -> None:
    """Replace the whole file in one step, with the mode it had."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            os.fchmod(out.fileno(), stat.S_IMODE(file.stat().st_mode))
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
        sync_folder(file.parent)
    finally:
        draft.unlink(missing_ok=True)
