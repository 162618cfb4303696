"""Canonical JSON (RFC 8785), as entries of a timeline are stored and hashed."""

from __future__ import annotations

import json
from typing import Any

import rfc8785

EXACT = 2**53
"""Integers up to here have one way to be written in JSON; the library refuses larger ones."""

_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical_json(value: Any) -> bytes:
    """Return the canonical form of a JSON value.

    A value without fractions, and whose keys are ASCII, is written by the standard library in that same form, ten times
    as fast; a case writes each of its entries so.

    Raises:
        rfc8785.CanonicalizationError: the value has no canonical form.

    """
    return _write(value).encode() if _is_plain(value) else rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all(type(key) is str and key.isascii() for key in value) and all(map(_is_plain, value.values()))
    if kind is list:
        return all(map(_is_plain, value))
    return kind is str or value is None or kind is bool or (kind is int and -EXACT < value < EXACT)
