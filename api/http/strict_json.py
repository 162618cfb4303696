"""Strict JSON: no duplicate keys, NaN, infinite or giant numbers, or lone surrogates: readers differ in these."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DEPTH = 32
DIGITS = 20

_MARK = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class _Fault:
    """A marker in a parsed value, where the text is not allowed; `what` names the reason."""

    what: str


class NotStrictError(ValueError):
    """Raised when a text is not strict JSON: `path` leads to the place; without one, `line` and `column` do."""

    def __init__(self, what: str, path: tuple[str | int, ...] = (), line: int = 0, column: int = 0) -> None:
        super().__init__(what)
        self.what, self.path, self.line, self.column = what, path, line, column


def parse(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises:
        NotStrictError: it is not JSON, or holds what the module's first line excludes, or is nested deeper than 32.

    """
    _refuse_depth(raw)
    try:
        value = json.loads(
            _text(raw),
            object_pairs_hook=_object,
            parse_constant=lambda _: _Fault("not_a_number"),
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as wrong:
        raise NotStrictError("not_json", line=wrong.lineno, column=wrong.colno) from None
    for path, what in _faults(value, ()):
        raise NotStrictError(what, path)
    return value


def _text(raw: bytes) -> str:
    if raw.startswith(b"\xef\xbb\xbf"):
        raise NotStrictError("bom")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NotStrictError("not_utf8") from None


def _refuse_depth(raw: bytes) -> None:
    """Count brackets outside strings before any parser recurses; one pass, whatever the text holds."""
    depth, inside = 0, False
    for found in _MARK.finditer(raw):
        mark = found.group()
        if mark == b'"':
            inside = not inside
        elif inside or len(mark) > 1:
            continue
        elif mark in b"[{":
            depth += 1
            if depth > DEPTH:
                raise NotStrictError("too_deep")
        else:
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        found[key] = _Fault("duplicate_key") if key in found else value
    return found


def _float(text: str) -> float | _Fault:
    value = float(text)
    return value if math.isfinite(value) else _Fault("not_a_number")


def _int(text: str) -> int | _Fault:
    return int(text) if len(text) <= DIGITS else _Fault("too_many_digits")


def _faults(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, _Fault):
        yield path, value.what
    elif isinstance(value, str) and _SURROGATE.search(value):
        yield path, "lone_surrogate"
    elif isinstance(value, dict):
        for key, item in value.items():
            if _SURROGATE.search(key):
                yield path, "lone_surrogate"
            yield from _faults(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _faults(item, (*path, place))
