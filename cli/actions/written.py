"""What people write behind a command, or into it: texts, numbers of cases, and names in place of codes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import typer

from cli.api_client import NOT_SENT, ApiClient, ApiError
from cli.messages import message
from domain.case_number import case_number
from texts.catalogue import current

CODE = re.compile(r"[a-z][a-z0-9_]{0,15}")
"""The form of a unit's code."""
CASE_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""The form of a case's id."""


def read_text(written: str) -> str:
    """Return a text from the command, or from standard input where a hyphen stands, without a mark of byte order.

    Raises:
        BadParameter: it is not UTF-8.

    """
    if written != "-":
        return written
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter(message("help_not_utf8")) from None


def coded(groups: Iterable[str], written: str) -> str:
    """Return the code of a word officers read, looked up in `groups` of words; a code as it stands.

    Raises:
        BadParameter: it is neither, or the word of several.

    """
    known = [current().words.get(group, {}) for group in groups]
    codes = said(known, written)
    if not codes:
        raise typer.BadParameter(message("no_such_word", word=written, allowed="、".join(known[-1].values())))
    if len(codes) > 1:
        raise typer.BadParameter(message("word_ambiguous", word=written, codes="、".join(codes)))
    return codes[0]


def said(known: Iterable[Mapping[str, str]], written: str) -> list[str]:
    """Return the codes a text means in groups of words: a code means itself, a word what it stands for in a group."""
    groups = list(known)
    if any(written in words for words in groups):
        return [written]
    found = ([code for code, word in words.items() if word == written] for words in groups)
    return next((codes for codes in found if codes), [])


async def case_id(api: ApiClient, written: str) -> str:
    """Return the id of the case that a number or an id names.

    Raises:
        ApiError: it is neither, or no case the caller may read has that number.

    """
    if case_number(written) is None:
        if CASE_ID.fullmatch(written):
            return written
        raise ApiError(NOT_SENT, [message("no_case_named", word=written)])
    found = await api.get("/v1/cases", number=written)
    if not found:
        raise ApiError(NOT_SENT, [message("no_case_numbered", number=written)])
    return str(found[0]["case_id"])


async def unit_codes(api: ApiClient, body: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return `body` with the code of each unit whose name stands in one of its fields `names`.

    Raises:
        ApiError: no unit has such a name, or several have.

    """
    named = {name: body[name] for name in names if body.get(name) is not None}
    written = [one for value in named.values() for one in (value if isinstance(value, list) else [value])]
    if not all(isinstance(one, str) for one in written) or all(CODE.fullmatch(one) for one in written):
        return dict(body)
    units = [(one["code"], one["name"], one["short"]) for one in await api.get("/v1/units")]
    codes = {one: _only(one, meant(units, one)) for one in written}
    return {**body, **{k: [codes[one] for one in v] if isinstance(v, list) else codes[v] for k, v in named.items()}}


def meant(units: Iterable[tuple[str, str, str]], written: str) -> list[str]:
    """Return the codes of the units, each with name and short name, that a text means: a code means its unit alone."""
    found = {code: (name, short) for code, name, short in units}
    return [written] if written in found else [code for code, names in found.items() if written in names]


def _only(written: str, codes: list[str]) -> str:
    if not codes:
        raise ApiError(NOT_SENT, [message("no_such_unit", word=written)])
    if len(codes) > 1:
        raise ApiError(NOT_SENT, [message("unit_ambiguous", word=written, codes="、".join(codes))])
    return codes[0]
