"""One error of one field, for programs and for people: a JSON pointer, a message, what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel

from domain.bounds import EARLIEST, LATEST, beyond_time
from texts.catalogue import current

SHOWN = ("enum", "literal_error", "string_pattern_mismatch", "datetime", "timezone", "int", "bool", "greater", "less")
"""Prefixes of the error types whose value may be repeated: codes, dates and figures; never free text."""

ENUMERATIONS = (
    *("level", "verdict", "exit", "publication", "issuer", "vote", "phone_outcome", "pause_reason", "synthetic_mark"),
    *("delivery_act", "consult_act", "action", "clock", "decision"),
)
"""The vocabularies of what a body may hold one code of."""

QUOTED = re.compile(r"'([^']*)'")
LISTS = ("expected", "expected_schemes")
"""Values of an error that list what is allowed, with an English word before the last."""


class FieldError(BaseModel):
    """One error: `pointer` (RFC 6901) into the body, or `parameter` of the query or a header; and what is wrong."""

    pointer: str | None = None
    parameter: str | None = None
    message: str
    value: str | int | float | bool | None = None
    allowed: list[str] | None = None


def pointer(path: Iterable[str | int]) -> str:
    """Return a path as a JSON pointer, cut to 200 characters because a hostile key may be long."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)[:200]


def of_body(faults: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Return what pydantic found in a body as field errors: at most 20; the others follow once these are corrected."""
    return [_field(fault, pointer=pointer(fault["loc"])) for fault in faults[:20]]


def of_instants(said: BaseModel) -> list[FieldError]:
    """Return the instants no usual calendar has in what was sent, as field errors: at most 20."""
    first, last = EARLIEST.year, LATEST.year - 1
    message = field_message("beyond_time", f"not between {first} and {last}", first=first, last=last)
    allowed = [f"{first}–{last}"]
    return [
        FieldError(pointer=pointer(path), message=message, value=instant.isoformat(), allowed=allowed)
        for path, instant in islice(beyond_time(said), 20)
    ]


def of_parameters(faults: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Return what FastAPI found in query and headers as field errors, at most 20."""
    return [_field(fault, parameter=str(fault["loc"][-1])[:100]) for fault in faults[:20]]


def field_message(reason: str, otherwise: str, /, **values: object) -> str:
    """Return the sentence of the texts for `reason`; `otherwise` where there is none, or its names do not fit."""
    sentence = current().words.get("invalid", {}).get(reason, otherwise)
    try:
        return sentence.format(**values)
    except (KeyError, IndexError, ValueError):  # an edited text must not turn a 422 into a 500
        return otherwise


def _field(fault: Mapping[str, Any], **where: str) -> FieldError:
    kind = str(fault["type"])
    context = {name: value for name, value in fault.get("ctx", {}).items() if isinstance(value, str | int)}
    listed = {name: _listed(QUOTED.findall(str(context[name]))) for name in LISTS if name in context}
    reason = str(fault.get("ctx", {}).get("error", "")) if kind == "value_error" else kind
    return FieldError(
        **where,
        message=field_message(reason, str(fault["msg"]).removeprefix("Value error, "), **(context | listed)),
        value=_short(fault.get("input")) if kind.startswith(SHOWN) or kind.endswith("_type") else None,
        allowed=_allowed(context),
    )


def _listed(codes: Sequence[str]) -> str:
    """Return codes with their words, as in `red（红色（一级））`, where one vocabulary has them all."""
    words = current().words
    group = next((words[name] for name in ENUMERATIONS if set(codes) <= words.get(name, {}).keys()), {})
    return "、".join(f"{code}（{group[code]}）" if code in group else code for code in codes)


def _short(value: object) -> str | int | float | bool | None:
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**15 else None
    return value if isinstance(value, str) and len(value) <= 40 else None


def _allowed(context: Mapping[str, object]) -> list[str] | None:
    if expected := context.get("expected", context.get("expected_schemes")):
        return QUOTED.findall(str(expected)) or [str(expected)]
    if "pattern" in context:
        return [str(context["pattern"])]
    bounds = [f"{name} {context[name]}" for name in ("min_length", "max_length", "ge", "le") if name in context]
    return bounds or None
