"""From what a form sent to the decision it says, checked by the model the API uses; or what is wrong, and where."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.faults import FieldError, of_body, said
from api.forms import PARTS, ROWS, WHOLE, Field, Form, Widget
from api.sent import Sent
from domain.decisions import Decision
from domain.stages import RULES

NUMBERS = ("ref", "expected_level")
"""What a form carries as a number."""


@dataclass
class Filled:
    """Be a form as it was sent: the decision, or what is wrong by the place it stands at."""

    said: Decision | None = None
    faults: dict[str, str] = field(default_factory=dict)


def filled(form: Form, sent: Sent, zone: ZoneInfo) -> Filled:
    """Turn what was sent into the decision it says; files have been taken in and are named by their digests."""
    places: dict[int, int] = {}
    value: dict[str, Any] = {"kind": form.kind}
    for name in form.carries:
        value[name] = _carried(name, sent.one(name))
    for one in form.fields:
        if one.beside:
            continue
        if made := _value(one, sent, zone, lambda: _evidence(sent, zone, places)):
            value[one.name] = made
    faults = {place: said("holds a NUL character", "NUL") for place in sent.holding("\x00")}
    faults |= {
        _place_of(one): said("missing", "missing") for one in form.fields if one.required and one.name not in value
    }
    if faults:
        return Filled(faults=faults)
    try:
        return Filled(said=RULES[form.kind].model.model_validate_json(json.dumps(value), strict=True))
    except ValidationError as wrong:
        found = of_body(wrong.errors(include_url=False))
        inside = {(one.pointer or "").rpartition("/")[0].rpartition("/")[0] for one in found}
        inside |= {(one.pointer or "").rpartition("/")[0] for one in found}
        found = [one for one in found if one.pointer not in inside]  # a list of faulty rows counts as short, too
        return Filled(faults={_place(form, one, places): one.message for one in found})


def _value(
    one: Field, sent: Sent, zone: ZoneInfo, evidence: Callable[[], list[dict[str, str]]]
) -> str | list[str] | list[dict[str, str]]:
    match one.widget:
        case Widget.UNITS:
            return [code for code in sent.all(one.name) if code]
        case Widget.EVIDENCE:
            return evidence()
        case Widget.WHEN:
            return _instant(found, zone) if (found := sent.one(one.name)) else ""
    return sent.one(one.name)


def _carried(name: str, text: str) -> str | int:
    """Read back what a form carried: numbers are numbers again."""
    return int(text) if name in NUMBERS and text.isdecimal() and len(text) < 10 else text


def _evidence(sent: Sent, zone: ZoneInfo, places: dict[int, int]) -> list[dict[str, str]]:
    """Build the rows somebody began to fill in; `places` remembers which row of the form each came from."""
    rows: list[dict[str, str]] = []
    for row in range(ROWS):
        parts = {part: sent.one(f"evidence-{row}-{part}") for part in PARTS}
        found = {part: text for part, text in parts.items() if text}
        if "captured_at" in found:
            found["captured_at"] = _instant(found["captured_at"], zone)
        if digest := sent.one(f"evidence-{row}-digest"):
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
    return f"{one.name}-0-kind" if one.widget is Widget.EVIDENCE else one.name


def _place(form: Form, fault: FieldError, places: Mapping[int, int]) -> str:
    """Find the field of the form a fault stands at; the form as a whole where it has none."""
    steps = (fault.pointer or "").split("/")[1:]
    name = steps[0] if steps else ""
    if name not in {one.name for one in form.fields}:
        return WHOLE
    if name == "evidence":
        row = places.get(int(steps[1]), 0) if len(steps) > 1 else 0
        whole = "url" if len(steps) == 2 else "kind"  # a row that is wrong as a whole names nothing to look at
        part = steps[2] if len(steps) > 2 and steps[2] in (*PARTS, "file") else whole
        return f"evidence-{row}-{part}"
    return name
