"""From a form as sent to its decision, checked by the model the API uses; or to the errors, each with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.forms.faults import words_for
from api.forms.model import MOST, PARTS, WHOLE, Field, Form, Widget
from api.forms.submission import FormSubmission
from api.http.field_errors import FieldError, of_body, of_instants
from domain.decider.decide import RULES
from domain.decisions import Decision
from texts.catalogue import current

NUMBERS = (
    "ref",
    *("expected_level", "expected_generation", "expected_call", "expected_round", "expected_visit"),
    *("expected_session", "expected_version"),
)
"""Carried fields that are numbers."""

WAYS = {
    Widget.SURE: "tick",
    Widget.REPORTS: "tick",
    **dict.fromkeys((Widget.CHOICE, Widget.PICK, Widget.LEAD, Widget.UNIT, Widget.ITEM, Widget.RUNG), "choice"),
}
"""How a field is filled in, where nothing is typed."""
FLAGS = ("corrects", "handover")
"""Carried fields that are true where they are carried."""

SPAN = re.compile(r"(\d+)\s*(\D+)")
"""A length of time in words: a figure and its unit."""

INSTANTS = ("captured_at", "end")
"""Parts of a row that are a date and time."""


@dataclass
class ParsedForm:
    """What a form was read as: the decision, or the errors by the place they belong to."""

    decision: Decision | None = None
    faults: dict[str, str] = field(default_factory=dict)


def filled(form: Form, sent: FormSubmission, zone: ZoneInfo) -> ParsedForm:
    """Return the decision a form sent, or its errors; its files are stored already and named by their digests."""
    places: dict[int, int] = {}
    value: dict[str, Any] = {"kind": form.kind}
    for name in form.carries:
        value[name] = _carried(name, sent.one(name))
    for one in form.fields:
        if one.widget is Widget.RUNG:
            value |= _rung(sent.one(one.name))
        elif one.beside:
            continue
        elif one.widget is Widget.QUESTIONS:
            value |= {one.name: _ticked(one, sent)} if one.name in sent.values else {}
        elif made := _value(one, sent, zone, lambda row: _rows(row, sent, zone, places)):
            value[one.name] = made
    faults = {place: current().word("on_page", "holds a NUL character") for place in sent.holding("\x00")}
    faults |= {
        _place_of(one): _missing(one)
        for one in form.fields
        if one.required and one.name not in value and not (one.beside and sent.one(one.name))
    }
    if faults:
        return ParsedForm(faults=faults)
    try:
        said = RULES[form.kind].model.model_validate_json(json.dumps(value), strict=True, extra="forbid")
    except ValidationError as wrong:
        raw = wrong.errors(include_url=False)[:20]
        found = [
            one.model_copy(update={"message": words_for(form, fault)})
            for one, fault in zip(of_body(raw), raw, strict=True)
        ]
        inside = {(one.pointer or "").rpartition("/")[0].rpartition("/")[0] for one in found}
        inside |= {(one.pointer or "").rpartition("/")[0] for one in found}
        found = [one for one in found if one.pointer not in inside]  # a list of faulty rows is called too short as well
        return ParsedForm(faults={_place(form, one, places): one.message for one in found})
    if beyond := of_instants(said):
        return ParsedForm(faults={_place(form, one, places): one.message for one in beyond})
    return ParsedForm(decision=said)


def unmeant(form: Form, sent: FormSubmission) -> dict[str, str]:
    """Return what is wrong with a form that sends no decision: that nobody has ticked it."""
    return {one.name: _missing(one) for one in form.fields if one.required and not sent.one(one.name)}


def _missing(one: Field) -> str:
    """Return what is asked for where a field was left empty: to fill in, to choose, or to tick."""
    return current().word("lacks", WAYS.get(one.widget, "typed"))


def _value(
    one: Field, sent: FormSubmission, zone: ZoneInfo, rows: Callable[[Field], list[dict[str, str]]]
) -> str | Sequence[str | int] | list[dict[str, str]]:
    match one.widget:
        case Widget.UNITS | Widget.REPORTS:
            return _ticked(one, sent)
        case Widget.ITEM:
            return [_number(found)] if (found := sent.one(one.name)) else []
        case Widget.EVIDENCE | Widget.ACTIONS:
            return rows(one)
        case Widget.TITLE:
            return " ".join(sent.one(one.name).split())
        case Widget.SPAN:
            return _span(sent.one(one.name))
        case Widget.WHEN:
            return _instant(found, zone) if (found := sent.one(one.name)) else ""
    return sent.one(one.name)


def _ticked(one: Field, sent: FormSubmission) -> list[str]:
    """Return the boxes that were ticked; that none was is an answer, too, where the form had any."""
    return [code for code in sent.all(one.name) if code]


def _span(text: str) -> str:
    """Return a length of time as the model takes it; what is none is left as it was typed."""
    found = SPAN.fullmatch(text)
    code = current().words["span_typed"].get(found[2]) if found else None
    return f"{found[1]}{code}" if found and code else text


def _carried(name: str, text: str) -> str | int:
    """Return a field that the form carried; numbers are numbers again, and flags are set."""
    if name in FLAGS:
        return text == "1" or text
    return _number(text) if name in NUMBERS else text


def _number(text: str) -> str | int:
    return int(text) if text.isdecimal() and len(text) < 10 else text


def rung(clock: str, unit: str, level: int, generation: int) -> str:
    """Return a clock, the level it has reached and its generation as the code of one option."""
    return f"{clock}/{unit}/{level}/{generation}"


def clock_code(clock: str, unit: str, generation: int) -> str:
    """Return a clock in a generation of it as the code of one option."""
    return f"{clock}/{unit}//{generation}"


def _rung(text: str) -> dict[str, str | int]:
    """Return the clock that was chosen, and the level and generation it had when the page was made."""
    names = ("clock", "unit", "expected_level", "expected_generation")
    return {name: _carried(name, part) for name, part in zip(names, text.split("/", 3), strict=False) if part}


def _rows(one: Field, sent: FormSubmission, zone: ZoneInfo, places: dict[int, int]) -> list[dict[str, str]]:
    """Return the rows in which something was filled in; `places` records which row of the form each came from."""
    rows: list[dict[str, str]] = []
    for row in range(MOST[one.widget]):
        if sent.one(f"{one.name}-{row}-drop"):
            continue
        parts = {part: sent.one(f"{one.name}-{row}-{part}") for part in PARTS[one.widget]}
        found = {part: _instant(text, zone) if part in INSTANTS else text for part, text in parts.items() if text}
        if one.widget is Widget.EVIDENCE and (digest := sent.one(f"{one.name}-{row}-digest")):
            found["digest"] = digest
        if found:
            places[len(rows)] = row
            rows.append(found)
    return rows


def _instant(text: str, zone: ZoneInfo) -> str:
    """Return what a date-and-time field sent, in the office's zone; what is no date becomes a text no model takes."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return "–"  # not the text itself: a bare number would pass for seconds since 1970
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _place_of(one: Field) -> str:
    return f"{one.name}-0-{PARTS[one.widget][0]}" if one.widget in PARTS else one.name


def _place(form: Form, fault: FieldError, places: Mapping[int, int]) -> str:
    """Return the field of the form an error belongs to, or `WHOLE` where it has none."""
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
    faulty = "url" if len(steps) == 2 and "url" in parts else parts[0]  # of a whole row: no address, no file
    return f"{one.name}-{row}-{faulty}"
