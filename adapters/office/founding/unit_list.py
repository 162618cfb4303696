"""A list of units from a file: `[[unit]]` tables, or a table as an office keeps it (CSV, one unit a line)."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.office.problems import ConfigProblem, OfficeError, rule
from texts.catalogue import current
from texts.system_errors import reason

LISTS = ("topics", "releases", "exclusive", "seats")
"""Columns that hold several values in one cell."""
BETWEEN = re.compile(r"[、，；;|]+")


def read_units(file: Path) -> list[dict[str, Any]]:
    """Return what is given about each unit of a file, by the keys of `units.toml`.

    The first line of a table may name its columns, in Chinese or by those keys; without it, the first column is the
    name and the second the short name.

    Raises:
        OfficeError: the file cannot be read, or a column has no such name.

    """
    text = _text(file)
    if file.suffix == ".toml":
        try:
            return [dict(one) for one in tomllib.loads(text).get("unit", [])]
        except tomllib.TOMLDecodeError:
            raise _unfit(file, rule("no_toml")) from None
    rows = [row for row in csv.reader(text.split("\n")) if any(cell.strip() for cell in row)]
    columns, rows = _columns(file, rows)
    return [_given(columns, row) for row in rows]


def _text(file: Path) -> str:
    try:
        raw = file.expanduser().read_bytes()
    except OSError as problem:
        raise _unfit(file, reason(problem)) from problem
    except RuntimeError:  # its home is nobody's
        raise _unfit(file, rule("home_unknown")) from None
    for encoding in ("utf-8-sig", "gb18030"):  # a spreadsheet writes the latter where its language is Chinese
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise _unfit(file, rule("no_encoding"))


def _columns(file: Path, rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    names = {word: key for key, word in current().words.get("unit_column", {}).items()}
    first = [cell.strip() for cell in rows[0]] if rows else []
    keys = [names.get(cell, cell) for cell in first]
    if "name" not in keys:
        return ["name", "short"], rows
    unknown = [cell for cell, key in zip(first, keys, strict=True) if key not in names.values()]
    if unknown:
        raise _unfit(file, rule("unknown_columns", found="、".join(unknown), known="、".join(names)))
    return keys, rows[1:]


def _given(columns: list[str], row: list[str]) -> dict[str, Any]:
    words = current().words
    kinds = {word: code for code, word in words.get("unit_kind", {}).items()}
    seats = {word: code for code, word in words.get("seat", {}).items()}
    given: dict[str, Any] = {}
    for key, cell in zip(columns, (cell.strip() for cell in row), strict=False):
        if cell and key in LISTS:
            parts = [part.strip() for part in BETWEEN.split(cell) if part.strip()]
            given[key] = [seats.get(part, part) for part in parts] if key == "seats" else parts
        elif cell:
            given[key] = kinds.get(cell, cell) if key == "kind" else cell
    return given


def named(text: str) -> list[dict[str, Any]]:
    """Return units given by name alone, such as `市水务局，市生态环境局=hbj`, with a code where one is wanted."""
    found: list[dict[str, Any]] = []
    for one in (part.strip() for part in re.split(r"[,，、\n]", text)):
        name, _, code = (part.strip() for part in one.partition("="))
        if name:
            found.append({"name": name, **({"code": code} if code else {})})
    return found


def _unfit(file: Path, says: str) -> OfficeError:
    return OfficeError([ConfigProblem(str(file), "", "", says)])


Given = Mapping[str, Any]
"""What is given about one unit, by the keys of `units.toml`."""
