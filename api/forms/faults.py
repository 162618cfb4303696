"""What is wrong with a field, as its officer reads it beside the field: what to do, and no name of the program's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.forms.model import Form, Widget
from texts.catalogue import current

PLACES: Mapping[str, tuple[str, ...]] = {
    "remarks_needed": ("remarks",),
    "channels_outstanding": ("remarks",),
    "findings_outstanding": ("remarks",),
    "actions_outstanding": ("remarks",),
    "votes_need_reason": ("reason",),
    "left_out_needs_reason": ("reason",),
    "unusual_kind_needs_reason": ("reason",),
    "unfilled": ("text",),
    "unknown_information": ("information",),
    "unit_without_unit_issuer": ("unit",),
    "overrule_needs_reason": ("reason",),
    "cannot_lead": ("lead", "to"),
    "nobody_to_call": ("units",),
    "ruling_needs_verdict": ("verdict",),
    "interim_concludes": ("known",),
    "extension_too_long": ("longer",),
    "extension_beyond_response": ("longer",),
    "pause_ends_before_it_begins": ("until",),
    "pause_too_long": ("until",),
    "code_needed": ("code",),
    "wrong_code": ("code",),
    "no_code": ("code",),
}
"""The fields a refusal is about, by its code; the first that the form has counts."""


def place_of(form: Form, code: str) -> str | None:
    """Return the field of a form that a refusal is about; None if it is about the form as a whole."""
    names = {one.name for one in form.fields}
    return next((name for name in PLACES.get(code, ()) if name in names), None)


def words_for(form: Form, fault: Mapping[str, Any]) -> str:
    """Return what to do about a fault that pydantic found in what a form sent."""
    words, kind = current().words["on_page"], str(fault["type"])
    reason = str(fault.get("ctx", {}).get("error", "")) if kind == "value_error" else kind
    field = next((one for one in form.fields if fault["loc"] and one.name == fault["loc"][0]), None)
    if field is not None and field.widget is Widget.SPAN:
        reason = "span"
    sentence = words.get(reason, words["other"])
    try:
        return sentence.format(**fault.get("ctx", {}))
    except (KeyError, IndexError, ValueError):  # an edited text must not turn a 422 into a 500
        return words["other"]
