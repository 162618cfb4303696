"""Fields of a decision as written on the command line: `--level 红色 --co-units 生态环境局 --co-units wjw`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from cli.actions.written import said
from cli.help_page import OPTION
from cli.messages import message
from domain.clocks.pause import PauseReason
from domain.decisions import AnyDecision, Decision
from domain.vocabulary import (
    ActionKind,
    ClockName,
    ConsultAct,
    DeliveryAct,
    Exit,
    Issuer,
    Level,
    PhoneOutcome,
    PublicationKind,
    SlotKind,
    SyntheticMark,
    Verdict,
    Vote,
)
from texts.catalogue import current

UNITS = ("lead", "co_units", "unit", "units", "consents", "to", "pass_to", "suggested", "request_of")
"""Fields that hold codes of units; people may write names."""

WORDS: dict[type[StrEnum], tuple[str, ...]] = {
    Level: ("level", "level_short"),
    Exit: ("exit",),
    Verdict: ("verdict",),
    PublicationKind: ("publication",),
    Issuer: ("issuer",),
    SlotKind: ("slot",),
    Vote: ("vote",),
    ClockName: ("clock",),
    PhoneOutcome: ("phone_outcome",),
    PauseReason: ("pause_reason",),
    SyntheticMark: ("synthetic_mark",),
    ConsultAct: ("consult_act",),
    ActionKind: ("action",),
    DeliveryAct: ("delivery_act",),
}
"""The groups of words for the codes of a vocabulary."""

ANSWERS = {"true": True, "false": False}


class Unreadable(Exception):
    """Raised when an argument cannot be read; says which one, and what is allowed."""


class FieldKind(NamedTuple):
    """What a field holds: one value or a list, and values of which type (text if nothing else is known)."""

    many: bool = False
    of: Any = str


def fields(kind: str, words: Sequence[str], body: str | None) -> dict[str, Any]:
    """Return the fields of a decision, its kind among them: those of `body`, overridden by each `--field value`.

    Codes of a vocabulary may be written as the words officers read; codes of units stay as they are written.

    Raises:
        Unreadable: an argument is no field, a field lacks its value, or `body` is no JSON object.

    """
    kind = _code(("decision",), kind) or kind
    known = _fields_of(kind)
    found = _object(body, "--body") if body is not None else {}
    given: dict[str, list[Any]] = {}
    rest = list(words)
    while rest:
        name, value = _pair(rest)
        given.setdefault(name, []).append(_value(name, value, known.get(name, FieldKind())))
    for name, values in given.items():
        many = known.get(name, FieldKind()).many
        if len(values) > 1 and not many:
            raise Unreadable(message("field_twice", field=name))
        found[name] = values if many else values[0]
    return {**found, "kind": kind}


def _pair(rest: list[str]) -> tuple[str, str]:
    """Take the next field off `rest`: `--name value` or `--name=value`."""
    option = rest.pop(0)
    if not option.startswith("--") or option == "--":
        raise Unreadable(message("no_field", word=option))
    name, joined, value = option.removeprefix("--").partition("=")
    if not joined:
        if not rest or OPTION.fullmatch(rest[0]):
            raise Unreadable(message("field_without_value", field=name))
        value = rest.pop(0)
    return name.replace("-", "_"), value


def _value(name: str, text: str, kind: FieldKind) -> Any:
    """Return one value as its field holds it; what does not fit stays a text, which the API refuses by name."""
    if kind.many and isinstance(kind.of, type) and issubclass(kind.of, BaseModel):
        return _object(text, f"--{name}")
    if kind.of is bool:
        return ANSWERS.get(text, text)
    if kind.of is int and text.isdecimal():
        return int(text)
    return _code(WORDS.get(kind.of, ()), text) or text


def _code(groups: Sequence[str], word: str) -> str | None:
    """Return the code for which officers read a word; None if there is none.

    Raises:
        Unreadable: an office's own words say it for several.

    """
    codes = said((current().words.get(group, {}) for group in groups), word)
    if len(codes) > 1:
        raise Unreadable(message("word_ambiguous", word=word, codes="、".join(codes)))
    return codes[0] if codes else None


@cache
def _fields_of(kind: str) -> dict[str, FieldKind]:
    models: list[type[Decision]] = list(get_args(get_args(AnyDecision)[0]))
    model = next((one for one in models if one.model_fields["kind"].default == kind), None)
    return {} if model is None else {name: _kind(field.annotation) for name, field in model.model_fields.items()}


def _kind(annotation: Any) -> FieldKind:
    """Return what a field holds, from its annotation: `X`, `X | None`, `tuple[X, ...]`."""
    if get_origin(annotation) is tuple:
        return FieldKind(many=True, of=_kind(get_args(annotation)[0]).of)
    if isinstance(annotation, type):
        return FieldKind(of=annotation)
    parts = [one for one in get_args(annotation) if one is not NoneType]
    return _kind(parts[0]) if parts else FieldKind()


def _object(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text.removeprefix("\ufeff"))
    except ValueError as problem:
        raise Unreadable(message("no_json", where=where, line=getattr(problem, "lineno", 1))) from problem
    if not isinstance(found, dict):
        raise Unreadable(message("no_object", where=where))
    return found
