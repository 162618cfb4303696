"""The office's files as far as they can be read: what fits is used, so that one mistake does not hide the next."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from adapters.office.problems import CALENDAR, PEOPLE, POLICY, UNITS, ConfigProblem, path, rule, shown, take
from adapters.office.schema.calendar import CalendarIn
from adapters.office.schema.levels import LevelIn
from adapters.office.schema.people import PeopleIn, PersonIn
from adapters.office.schema.policy import PolicyIn
from adapters.office.schema.units import UnitIn, UnitsIn
from domain.vocabulary import Level
from settings import PACKAGED
from texts.system_errors import reason

T = TypeVar("T", UnitIn, PersonIn)

NAMED_BY: dict[type[UnitIn] | type[PersonIn], tuple[str, str]] = {UnitIn: ("unit", "code"), PersonIn: ("person", "id")}
"""For each model, the key of its list of tables, and the key that names one of them in a message."""


@dataclass
class Parsed:
    """What could be read of the files; None or a missing entry stands for what could not."""

    units: UnitsIn | None = None
    policy: PolicyIn | None = None
    unit_list: list[UnitIn] = field(default_factory=list)
    codes: set[str] | None = None
    levels: dict[Level, LevelIn] = field(default_factory=dict)
    persons: list[PersonIn] = field(default_factory=list)
    people_read: bool = False
    calendar: CalendarIn | None = None

    def unit(self, code: str) -> UnitIn | None:
        """Return a unit that could be read, or None."""
        return next((unit for unit in self.unit_list if unit.code == code), None)


def parse(folder: Path, problems: list[ConfigProblem], drafts: Mapping[str, str]) -> Parsed:
    """Return what the four files, or the drafts of them, hold; add what is wrong with keys and values to `problems`."""
    parsed = Parsed()
    if (raw := toml(folder, UNITS, problems, drafts)) is not None:
        parsed.units = take(UnitsIn, raw, UNITS, "", problems)
        parsed.unit_list = _each(UnitIn, raw, UNITS, problems)
        parsed.codes = {str(one.get("code")) for one in _tables(raw, "unit")}
    if (raw := toml(folder, POLICY, problems, drafts)) is not None:
        parsed.policy = take(PolicyIn, raw, POLICY, "", problems)
        parsed.levels = _levels(raw.get("level"), problems)
    if (raw := toml(folder, PEOPLE, problems, drafts)) is not None:
        before = len(problems)
        take(PeopleIn, raw, PEOPLE, "", problems)
        parsed.persons = _each(PersonIn, raw, PEOPLE, problems)
        parsed.people_read = len(problems) == before
    if (raw := toml(calendar_folder(folder), CALENDAR, problems, drafts)) is not None:
        parsed.calendar = take(CalendarIn, raw, CALENDAR, "", problems)
    return parsed


def calendar_folder(folder: Path) -> Path:
    """Return the folder of the calendar: the packaged one for an office without its own calendar."""
    return folder if os.path.lexists(folder / CALENDAR) else PACKAGED


def toml(
    folder: Path, name: str, problems: list[ConfigProblem], drafts: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    """Return the content of a file, or of its draft; if it cannot be read, add a problem and return None.

    The content is shared: nobody changes it.
    """
    try:
        draft = (drafts or {}).get(name)
        return _read((folder / name).read_text(encoding="utf-8-sig") if draft is None else draft)
    except OSError as error:
        problems.append(ConfigProblem(name, "", "", rule("file_unreadable", folder=folder, reason=reason(error))))
    except UnicodeDecodeError as error:
        problems.append(ConfigProblem(name, "", "", rule("file_no_utf8", byte=error.start)))
    except tomllib.TOMLDecodeError as error:
        problems.append(ConfigProblem(name, "", "", _no_toml(error)))
    return None


def _no_toml(error: tomllib.TOMLDecodeError) -> str:
    """Return where a file is no TOML; the library's own words are English, and hold the place only."""
    place = re.search(r"at line (\d+), column (\d+)", str(error))
    return rule("no_toml_at", line=place[1], column=place[2]) if place else rule("no_toml")


@lru_cache(maxsize=32)  # most files of an office that is read again have not changed
def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def _tables(raw: dict[str, Any], key: str) -> list[dict[str, Any]]:
    entries = raw.get(key)
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _each(model: type[T], raw: dict[str, Any], file: str, problems: list[ConfigProblem]) -> list[T]:
    key, name = NAMED_BY[model]
    entries = raw.get(key)
    found: list[T] = []
    for position, one in enumerate(entries if isinstance(entries, list) else []):
        label = one.get(name) if isinstance(one, dict) else None
        at = f"{key}[{label}]" if isinstance(label, str) and label else f"{key}[{position}]"
        if (read := take(model, one, file, at, problems)) is not None:
            found.append(read)
    return found


def _levels(raw: Any, problems: list[ConfigProblem]) -> dict[Level, LevelIn]:
    tables = raw if isinstance(raw, dict) else {}
    allowed = "、".join(Level)
    problems += [
        ConfigProblem(POLICY, path("level", name), shown(name), rule("unknown_level", allowed=allowed))
        for name in tables
        if name not in list(Level)
    ]
    levels: dict[Level, LevelIn] = {}
    for level in Level:
        at = path("level", level.value)
        if level not in tables:
            problems.append(ConfigProblem(POLICY, at, "", rule("level_missing", allowed=allowed)))
        elif (read := take(LevelIn, tables[level], POLICY, at, problems)) is not None:
            levels[level] = read
    return levels
