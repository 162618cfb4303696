"""What was typed into a form, kept whatever goes wrong: shown in its form to be sent again, or as text to be copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from api.forms.catalogue import BY_NAME
from api.forms.model import MOST, PARTS, Field, Form, Widget
from api.forms.render import Drawing, label_of, part_label
from api.forms.submission import FormSubmission
from domain.office.office import Office
from domain.tasks.action import AvailableAction
from texts.catalogue import current


@dataclass(frozen=True)
class RejectedForm:
    """A form that was not taken: why, what was sent, its errors, and the key with which it is sent again."""

    form: Form
    sent: FormSubmission
    says: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None


def resent(trouble: RejectedForm) -> tuple[Form, AvailableAction]:
    """Return the form, and an offer made from what was sent, so that it can be sent again."""
    form, sent = trouble.form, trouble.sent
    preset: dict[str, str | int] = {name: sent.one(name) for name in form.carries}
    only = {form.chooses: tuple(sent.all(form.chooses))} if form.chooses else {}
    return form, AvailableAction(kind=form.kind, preset=preset, only=only if any(only.values()) else {})


def alone(office: Office, trouble: RejectedForm) -> str:
    """Return a page with only the form and what was typed, for when the case around it cannot be shown."""
    form, offer = resent(trouble)
    shown = Drawing(office).show(0, form, offer, trouble.sent, trouble.faults, trouble.key)
    return current().say("task_kept.html", mode=office.terms.mode, says=trouble.says, shown=shown)


def typed(office: Office, sent: FormSubmission) -> list[tuple[str, str]]:
    """Return what was typed, as pairs of label and text to be read and copied; nothing secret is among it.

    Only fields of our own forms are shown: nobody typed the others into a page.
    """
    form = BY_NAME.get(sent.one("form"))
    fields = form.fields if form else ()
    lines = (line for one in fields if form and not one.beside for line in _lines(office, form, one, sent))
    return [(label, text) for label, text in lines if text.strip()]


def _lines(office: Office, form: Form, one: Field, sent: FormSubmission) -> Iterator[tuple[str, str]]:
    if one.widget in PARTS:
        yield from _rows(office, one, sent)
        return
    words = [_word(office, one, text) for text in sent.values.get(one.name, ()) if text.strip()]
    yield label_of(form, one), "、".join(words)


def _rows(office: Office, one: Field, sent: FormSubmission) -> Iterator[tuple[str, str]]:
    for row in range(MOST[one.widget]):
        for part in PARTS[one.widget]:
            text = "".join(sent.values.get(f"{one.name}-{row}-{part}", ())[:1])
            yield part_label(one.widget, row, part), _part_word(office, part, text)
        if given := sent.files.get(f"{one.name}-{row}-file"):
            yield part_label(one.widget, row, "file"), given.name
        if sent.one(f"{one.name}-{row}-digest"):
            name = sent.one(f"{one.name}-{row}-name") or current().word("evidence", "unnamed")
            yield part_label(one.widget, row, "file"), current().phrase("evidence", "kept", name=name)


def _part_word(office: Office, part: str, text: str) -> str:
    if part == "do":
        return current().word("action", text)
    unit = office.units.get(text) if part == "unit" else None
    return unit.short if unit else text


def _word(office: Office, one: Field, text: str) -> str:
    """Return the words people read for a chosen code, or the text itself."""
    if one.words:
        return current().word(one.words, text)
    if one.widget is Widget.QUESTIONS:
        asked = (question.asks for question in office.policy.risk.questions if question.code == text)
        return next(asked, text)
    chosen = one.widget in (Widget.LEAD, Widget.UNIT, Widget.UNITS, Widget.PICK)
    unit = office.units.get(text) if chosen else None
    return unit.short if unit else text
