"""Fields of a decision as written on the command line: `--level red --co-units hbj --co-units wjw`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cli.messages import message

LISTS = ("co_units", "evidence")
"""Fields that are lists even if they are given once."""

NUMBERS = ("expected_level", "expected_generation", "expected_call")


class Unreadable(Exception):
    """Raised when an argument cannot be read; says which one, and what is allowed."""


def fields(words: Sequence[str], body: str | None) -> dict[str, Any]:
    """Return the fields of a decision: those of `body` (a JSON object), overridden by each `--field value`.

    Raises:
        Unreadable: an argument is no field, a field lacks its value, or `body` is no JSON object.

    """
    found = _object(body, "--body") if body is not None else {}
    given: dict[str, list[Any]] = {}
    rest = list(words)
    while rest:
        name, value = _pair(rest)
        given.setdefault(name, []).append(_value(name, value))
    for name, values in given.items():
        if len(values) > 1 and name not in LISTS:
            raise Unreadable(message("field_twice", field=name))
        found[name] = values if name in LISTS else values[0]
    return found


def _pair(rest: list[str]) -> tuple[str, str]:
    """Take the next field off `rest`: `--name value` or `--name=value`."""
    option = rest.pop(0)
    if not option.startswith("--") or option == "--":
        raise Unreadable(message("no_field", word=option))
    name, joined, value = option.removeprefix("--").partition("=")
    if not joined:
        if not rest or rest[0].startswith("--"):
            raise Unreadable(message("field_without_value", field=name))
        value = rest.pop(0)
    return name.replace("-", "_"), value


def _value(name: str, text: str) -> Any:
    """Return one value: an object parsed from JSON, a number, or the text as it stands, depending on the field."""
    if name == "evidence":
        return _object(text, "--evidence")
    return int(text) if name in NUMBERS and text.isdecimal() else text


def _object(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise Unreadable(message("no_json", where=where, problem=problem)) from problem
    if not isinstance(found, dict):
        raise Unreadable(message("no_object", where=where))
    return found
