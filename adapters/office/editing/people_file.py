"""Changes of `people.toml`: a person added, changed, given a key, or ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from adapters.office.editing.edited_file import Change, EditedFile, Entry, appended, entry_of
from adapters.office.problems import PEOPLE

LIST = "person"
"""The key of the list of persons."""


class PeopleFile:
    """The file of persons in one office's folder."""

    def __init__(self, folder: Path) -> None:
        self._file = EditedFile(folder, PEOPLE)

    def add(self, person: Mapping[str, Any]) -> Change:
        """Add a person at the end; a value that is None or False is left out.

        Raises:
            OfficeError: the office with this person would not be valid; nothing was written.
            OSError: the file cannot be read or written, or another process holds it.

        """
        return self._file.edit(lambda people: appended(people, LIST, person))

    def change(self, person_id: str, values: Mapping[str, Any], addresses: Mapping[str, str]) -> Change:
        """Set values of a person, and addresses by channel; None and an empty address are taken out; raise as `add`."""

        def edit(people: TOMLDocument) -> str:
            entry = _entry(people, person_id)
            for key, value in values.items():
                _set(entry, key, list(value) if isinstance(value, tuple) else value)
            if addresses:
                known = entry.setdefault("addresses", tomlkit.inline_table())
                for channel, address in addresses.items():
                    _set(known, channel, address or None)
            return tomlkit.dumps(people)

        return self._file.edit(edit)

    def set_key(self, person_id: str, digest: str) -> Change:
        """Set a person's key by its digest (SHA-256, hex); raise as `add` does."""
        return self.change(person_id, {"key_digest": digest}, {})

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

        return self._file.edit(edit)


def _entry(people: TOMLDocument, person_id: str) -> Entry:
    return entry_of(people, PEOPLE, LIST, "id", person_id)[2]


def _set(entry: Any, key: str, value: Any) -> None:
    if value is None:
        entry.pop(key, None)
    else:
        entry[key] = value
