"""The forms of the pages: which fields a decision is asked for with, and how what was sent becomes its JSON.

One row per form; the words stand under `[form]`, `[field]` and `[hint]` of task.toml. What comes back is checked by
the very model the API uses, so a page can say nothing the API would not take.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.faults import FieldError, of_body, said
from api.sent import Sent
from domain.decisions import Decision
from domain.offers import Offer
from domain.stages import RULES
from domain.words import Exit, Level, PhoneOutcome, PublicationKind, Verdict, Vote

ROWS = 3
"""How many pieces of evidence a form has room for; more go by the API."""

PARTS = ("kind", "source", "url", "captured_at")
WHOLE = ""
"""The place of a fault that belongs to no field of the form."""


class Widget(StrEnum):
    """Name how a field is asked for; `task_fields.html.j2` has a macro for each."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    PICK = "pick"
    LEAD = "lead"
    UNIT = "unit"
    UNITS = "units"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Field:
    """Be one field of a decision's model: `words` names the vocabulary of its codes, `fresh` asks for another unit."""

    name: str
    widget: Widget = Widget.LINE
    required: bool = False
    words: str = ""
    codes: tuple[str, ...] = ()
    most: int = 200
    fresh: bool = False


@dataclass(frozen=True)
class Form:
    """Be one form: `carries` names what it sends back as it was offered, `unless` a field that may be closed off.

    `chooses` names a field that an offer leaves open to some codes. A form that stands `aside` is folded away: it is
    seldom what somebody came for.
    """

    name: str
    kind: str
    fields: tuple[Field, ...] = ()
    carries: tuple[str, ...] = ()
    unless: str = ""
    chooses: str = ""
    aside: bool = False

    def fits(self, offer: Offer) -> bool:
        """Tell whether this form is for an offer."""
        known = all(name in offer.preset for name in self.carries) and (not self.chooses or self.chooses in offer.only)
        return offer.kind == self.kind and known and (not self.unless or offer.only.get(self.unless) != ())


def _reason(*, required: bool = False) -> Field:
    return Field("reason", required=required)


_LEVEL = Field("level", Widget.CHOICE, required=True, words="level", codes=tuple(Level))
_CLOCK = ("clock", "unit")

FORMS: tuple[Form, ...] = (
    Form(
        "triage",
        "triage",
        (
            _LEVEL,
            Field("topic", required=True),
            Field("lead", Widget.LEAD, required=True),
            Field("co_units", Widget.UNITS),
            Field("ask"),
            Field("district"),
            _reason(),
        ),
        unless="level",
    ),
    Form(
        "let_out",
        "triage",
        (
            Field("exit", Widget.PICK, required=True, words="exit", codes=tuple(Exit)),
            Field("pass_to", Widget.UNIT),
            _reason(),
        ),
        unless="exit",
        aside=True,
    ),
    Form("assign", "assign", (Field("lead", Widget.LEAD, required=True), _reason(required=True))),
    Form("accept", "accept"),
    Form(
        "finding",
        "finding",
        (
            Field("verdict", Widget.CHOICE, required=True, words="verdict", codes=tuple(Verdict)),
            Field("explanation", Widget.TEXT, required=True, most=4000),
            Field("evidence", Widget.EVIDENCE, required=True),
        ),
    ),
    Form("decline", "decline", (_reason(required=True), Field("suggested", Widget.UNIT)), aside=True),
    Form(
        "transfer",
        "transfer",
        (Field("to", Widget.LEAD, required=True, fresh=True), _reason(required=True)),
        carries=("unit",),
        aside=True,
    ),
    Form(
        "hand_on",
        "transfer",
        (
            Field("unit", Widget.PICK, required=True),
            Field("to", Widget.LEAD, required=True, fresh=True),
            _reason(required=True),
        ),
        chooses="unit",
        aside=True,
    ),
    Form(
        "draft",
        "draft",
        (
            Field("publication", Widget.CHOICE, required=True, words="publication", codes=tuple(PublicationKind)),
            Field("title", required=True),
            Field("text", Widget.TEXT, required=True, most=4000),
            _reason(),
        ),
    ),
    Form(
        "review",
        "review",
        (
            Field("outcome", Widget.CHOICE, required=True, words="vote", codes=tuple(Vote)),
            Field("remarks", Widget.TEXT),
        ),
        carries=("digest",),
    ),
    Form("close", "close", (Field("remarks"),)),
    Form("return_finding", "return_finding", (Field("missing", required=True),), carries=("unit",)),
    Form("add_unit", "add_unit", (Field("unit", Widget.UNIT, required=True, fresh=True), Field("ask")), aside=True),
    Form("relevel", "relevel", (_LEVEL, _reason(required=True)), aside=True),
    Form("acknowledge", "acknowledge", carries=_CLOCK),
    Form(
        "phone_log",
        "phone_log",
        (
            Field("outcome", Widget.CHOICE, required=True, words="phone_outcome", codes=tuple(PhoneOutcome)),
            Field("remarks"),
        ),
        carries=_CLOCK,
        aside=True,
    ),
    Form("note", "note", (Field("text", Widget.TEXT, required=True),), aside=True),
)
"""Every form there is, in the order of a page; a new kind needs a row here, one in `offers.py`, one in `links.py`."""

BY_NAME: Mapping[str, Form] = {form.name: form for form in FORMS}


@dataclass
class Filled:
    """Be a form as it was sent: the decision, or what is wrong by the place it stands at."""

    said: Decision | None = None
    faults: dict[str, str] = field(default_factory=dict)


def filled(form: Form, sent: Sent, zone: ZoneInfo, digests: Mapping[int, str]) -> Filled:
    """Turn what was sent into the decision it says; `digests` holds those of the files taken in, by evidence row."""
    places: dict[int, int] = {}
    value: dict[str, Any] = {"kind": form.kind}
    for name in form.carries:
        value[name] = sent.one(name)
    for one in form.fields:
        if made := _value(one, sent, lambda: _evidence(sent, zone, digests, places)):
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
        found = [one for one in found if one.pointer not in inside]  # a list of faulty rows counts as short, too
        return Filled(faults={_place(form, one, places): one.message for one in found})


def _value(
    one: Field, sent: Sent, evidence: Callable[[], list[dict[str, str]]]
) -> str | list[str] | list[dict[str, str]]:
    match one.widget:
        case Widget.UNITS:
            return [code for code in sent.all(one.name) if code]
        case Widget.EVIDENCE:
            return evidence()
    return sent.one(one.name)


def _evidence(sent: Sent, zone: ZoneInfo, digests: Mapping[int, str], places: dict[int, int]) -> list[dict[str, str]]:
    """Build the rows somebody began to fill in; `places` remembers which row of the form each came from."""
    rows: list[dict[str, str]] = []
    for row in range(ROWS):
        parts = {part: sent.one(f"evidence-{row}-{part}") for part in PARTS}
        found = {part: text for part, text in parts.items() if text}
        if "captured_at" in found:
            found["captured_at"] = _instant(found["captured_at"], zone)
        if row in digests:
            found["digest"] = digests[row]
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
        part = steps[2] if len(steps) > 2 and steps[2] in (*PARTS, "file") else "kind"
        return f"evidence-{row}-{part}"
    return name
