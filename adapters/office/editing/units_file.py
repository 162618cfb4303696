"""Changes of `units.toml`: a unit added or removed, and what else in the office's files names a unit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT

from adapters.office.editing.edited_file import Change, EditedFile, appended, entry_of
from adapters.office.editing.removed_table import without_table
from adapters.office.parsed import Parsed, parse
from adapters.office.problems import UNITS, path
from adapters.office.rules.policy import calls
from adapters.office.rules.signing import signers
from domain.terms import Whose, audience_parts

LIST = "unit"
"""The key of the list of units."""


class Mentions(NamedTuple):
    """What in the office's files names a unit: persons by id, keys of the policy, units it is the parent of.

    `leads` is whether it is the coordinating office.
    """

    people: tuple[str, ...]
    policy: tuple[str, ...]
    children: tuple[str, ...]
    leads: bool

    def any(self) -> bool:
        """Return whether anything names it."""
        return bool(self.people or self.policy or self.children or self.leads)


class UnitsFile:
    """The file of units in one office's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._file = folder, EditedFile(folder, UNITS)

    def add(self, unit: Mapping[str, Any]) -> Change:
        """Add a unit at the end; a value that is None or False is left out.

        Raises:
            OfficeError: the office with this unit would not be valid; nothing was written.
            OSError: the file cannot be read or written, or another process holds it.

        """
        return self._file.edit(lambda units: appended(units, LIST, unit))

    def remove(self, code: str) -> Change:
        """Remove a unit and the comment that heads it; raise as `add` does, also where something still names it."""

        def edit(units: TOMLDocument) -> str:
            entries, place, _ = entry_of(units, UNITS, LIST, "code", code)
            if isinstance(entries, AoT):
                return without_table(units, LIST, place)
            del entries[place]
            return tomlkit.dumps(units)

        return self._file.edit(edit)

    def mentions(self, code: str) -> Mentions:
        """Return what names a unit in the office's files, as far as they can be read."""
        return mentions(parse(self._folder, [], {}), code)


def mentions(parsed: Parsed, code: str) -> Mentions:
    """Return what names a unit in some of an office's files."""
    named = [(path(f"{key}.to", n), name) for key, call in calls(parsed) for n, name in enumerate(call.to)]
    if parsed.policy is not None:
        named += [(path(key, n), name) for key, names in signers(parsed.policy) for n, name in enumerate(names)]
    return Mentions(
        people=tuple(person.id for person in parsed.persons if person.unit == code),
        policy=tuple(key for key, name in named if (Whose.UNIT, code) == (audience_parts(name) or (None, None))[:2]),
        children=tuple(unit.code for unit in parsed.unit_list if unit.parent == code),
        leads=parsed.units is not None and parsed.units.office == code,
    )
