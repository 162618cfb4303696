"""From what a form sent to the decision it says, checked by the model the API uses; or what is wrong, and where."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.forms.model import PARTS, ROWS, WHOLE, Field, Form, Widget
from api.forms.submission import FormSubmission
from api.http.field_errors import FieldError, field_message, of_body
from domain.decider.decide import RULES
from domain.decisions import Decision

NUMBERS = ("ref", "expected_level")
"""What a form carries as a number."""

INSTANTS = ("captured_at", "end")
"""What is typed in a row as a date and time."""


@dataclass
class ParsedForm:
    """Be a form as it was sent: the decision, or what is wrong by the place it stands at."""

    decision: Decision | None = None
    faults: dict[str, str] = field(default_factory=dict)


def filled(form: Form, sent: FormSubmission, zone: ZoneInfo) -> ParsedForm:
    """Turn what was sent into the decision it says; files have been taken in and are named by their digests."""
    places: dict[int, int] = {}
    value: dict[str, Any] = {"kind": form.kind}
    for name in form.carries:
        value[name] = _carried(name, sent.one(name))
    for one in form.fields:
        if one.widget is Widget.RUNG:
            value |= _rung(sent.one(one.name))
        elif one.beside:
            continue
        elif made := _value(one, sent, zone, lambda row: _rows(row, sent, zone, places)):
            value[one.name] = made
    faults = {place: field_message("holds a NUL character", "NUL") for place in sent.holding("\x00")}
    faults |= {
        _place_of(one): field_message("missing", "missing")
        for one in form.fields
        if one.required and one.name not in value
    }
    if faults:
        return ParsedForm(faults=faults)
    try:
        return ParsedForm(decision=RULES[form.kind].model.model_validate_json(json.dumps(value), strict=True))
    except ValidationError as wrong:
        found = of_body(wrong.errors(include_url=False))
        inside = {(one.pointer or "").rpartition("/")[0].rpartition("/")[0] for one in found}
        inside |= {(one.pointer or "").rpartition("/")[0] for one in found}
        found = [one for one in found if one.pointer not in inside]  # a list of faulty rows counts as short, too
        return ParsedForm(faults={_place(form, one, places): one.message for one in found})


def _value(
    one: Field, sent: FormSubmission, zone: ZoneInfo, rows: Callable[[Field], list[dict[str, str]]]
) -> str | Sequence[str | int] | list[dict[str, str]]:
    match one.widget:
        case Widget.UNITS:
            return [code for code in sent.all(one.name) if code]
        case Widget.ITEM:
            return [_number(found)] if (found := sent.one(one.name)) else []
        case Widget.EVIDENCE | Widget.ACTIONS:
            return rows(one)
        case Widget.WHEN:
            return _instant(found, zone) if (found := sent.one(one.name)) else ""
    return sent.one(one.name)


def _carried(name: str, text: str) -> str | int:
    """Read back what a form carried: numbers are numbers again."""
    return _number(text) if name in NUMBERS else text


def _number(text: str) -> str | int:
    return int(text) if text.isdecimal() and len(text) < 10 else text


def rung(clock: str, unit: str, level: int) -> str:
    """Write a clock and the rung it stands at as the code of one choice."""
    return f"{clock}/{unit}/{level}"


def clock_code(clock: str, unit: str) -> str:
    """Write a clock as the code of one choice."""
    return f"{clock}/{unit}"


def _rung(text: str) -> dict[str, str | int]:
    """Read back which clock was chosen, and the rung it stood at on the page."""
    parts = [part for part in text.split("/", 2) if part]
    return {name: _carried(name, part) for name, part in zip(("clock", "unit", "expected_level"), parts, strict=False)}


def _rows(one: Field, sent: FormSubmission, zone: ZoneInfo, places: dict[int, int]) -> list[dict[str, str]]:
    """Build the rows somebody began to fill in; `places` remembers which row of the form each came from."""
    rows: list[dict[str, str]] = []
    for row in range(ROWS[one.widget]):
        parts = {part: sent.one(f"{one.name}-{row}-{part}") for part in PARTS[one.widget]}
        found = {part: _instant(text, zone) if part in INSTANTS else text for part, text in parts.items() if text}
        if one.widget is Widget.EVIDENCE and (digest := sent.one(f"{one.name}-{row}-digest")):
            found["digest"] = digest
        if found:
            places[len(rows)] = row
            rows.append(found)
    return rows


def _instant(text: str, zone: ZoneInfo) -> str:
    """Read what a date and time field sends, in the office's zone; what is no date stays one no model takes."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return "–"  # not the text itself: a bare number would pass for seconds since 1970
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _place_of(one: Field) -> str:
    return f"{one.name}-0-{PARTS[one.widget][0]}" if one.widget in PARTS else one.name


def _place(form: Form, fault: FieldError, places: Mapping[int, int]) -> str:
    """Find the field of the form a fault stands at; the form as a whole where it has none."""
    steps = (fault.pointer or "").split("/")[1:]
    one = next((one for one in form.fields if steps and one.name == steps[0]), None)
    if one is None:
        return WHOLE
    if one.widget not in PARTS:
        return one.name
    row, parts = places.get(int(steps[1]), 0) if len(steps) > 1 else 0, PARTS[one.widget]
    if len(steps) > 2:
        known = steps[2] in parts or (one.widget is Widget.EVIDENCE and steps[2] == "file")
        return f"{one.name}-{row}-{steps[2] if known else parts[0]}"
    faulty = "url" if len(steps) == 2 and "url" in parts else parts[0]  # a whole row: it names nothing to look at
    return f"{one.name}-{row}-{faulty}"
