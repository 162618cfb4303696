"""Changes of `people.toml`: comments and order stay, the whole office is validated, and no edit is lost."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Array, InlineTable, Table

from adapters.office.load import read_office
from adapters.office.problems import PEOPLE, ConfigProblem, OfficeError, shown
from domain.office.office import Office

LOCK_WAIT = 10.0
"""Seconds to wait for another process that edits; an edit takes a fraction of a second."""

Entry = Table | InlineTable


class Change(NamedTuple):
    """The office before and after an edit."""

    before: Office
    after: Office


class PeopleFile:
    """The file of persons in one office's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, person: Mapping[str, Any]) -> Change:
        """Add a person at the end; a value that is None or False is left out.

        Raises:
            OfficeError: the office with this person would not be valid; nothing was written.
            OSError: the file cannot be read or written, or another process holds it.

        """
        return self._edit(lambda people: appended(people, person))

    def set_key(self, person_id: str, digest: str) -> Change:
        """Set a person's key by its digest (SHA-256, hex); raise as `add` does."""

        def edit(people: TOMLDocument) -> str:
            _entry(people, person_id)["key_digest"] = digest
            return tomlkit.dumps(people)

        return self._edit(edit)

    def end(self, person_id: str, last_day: date, *, drop_key: bool) -> Change:
        """End a person's time in the seats after `last_day`, unless it ends sooner; raise as `add` does.

        If it began later than `last_day`, it now begins on that day, so that the entry stays valid and still shows
        when.
        """

        def edit(people: TOMLDocument) -> str:
            entry = _entry(people, person_id)
            until = entry.get("until")
            entry["until"] = min(last_day, until) if isinstance(until, date) else last_day
            if isinstance(since := entry.get("since"), date) and since > entry["until"]:
                entry["since"] = entry["until"]
            if drop_key:
                entry.pop("key_digest", None)
            return tomlkit.dumps(people)

        return self._edit(edit)

    def _edit(self, edit: Callable[[TOMLDocument], str]) -> Change:
        with _held(self._folder):
            before = read_office(self._folder)
            file = (self._folder / PEOPLE).resolve()  # so that a symbolic link stays one
            text = edit(tomlkit.parse(file.read_text(encoding="utf-8")))
            after = read_office(self._folder, {PEOPLE: text})
            _replace(file, text)
        return Change(before, after)


def appended(people: TOMLDocument, person: Mapping[str, Any]) -> str:
    """Return the file's text with one more person."""
    given = {key: value for key, value in person.items() if value is not None and value is not False}
    entries = people.get("person")
    if isinstance(entries, Array):  # written as one list
        entries.append(_filled(tomlkit.inline_table(), given))
        return tomlkit.dumps(people)
    text = tomlkit.dumps(people).rstrip("\n")
    one = AoT([_filled(tomlkit.table(), given)])
    return (f"{text}\n\n" if text else "") + tomlkit.dumps({"person": one})


def _filled(entry: Any, person: Mapping[str, Any]) -> Any:
    for key, value in person.items():
        if isinstance(value, Mapping):
            inline = tomlkit.inline_table()
            inline.update(value)
            entry[key] = inline
        else:
            entry[key] = list(value) if isinstance(value, tuple) else value
    return entry


def _entry(people: TOMLDocument, person_id: str) -> Entry:
    entries: Any = people["person"]  # the loader has found it
    for entry in entries:
        if entry.get("id") == person_id:
            found: Entry = entry
            return found
    raise OfficeError(
        [ConfigProblem(PEOPLE, "person", shown(person_id), "no such person; allowed: the id of a person")]
    )


@contextmanager
def _held(folder: Path) -> Iterator[None]:
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


def _replace(file: Path, text: str) -> None:
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


def sync_folder(folder: Path) -> None:
    """Sync to the disk what was renamed in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
