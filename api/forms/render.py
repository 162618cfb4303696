"""A form as it is shown: labels, hints, options, what was typed, and each error beside its field."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from api.forms.model import MOST, PARTS, ROWS, Field, Form, Widget
from api.forms.shown import Control, FieldInput, Option, Shown
from api.forms.submission import FormSubmission
from api.html.evidence import NO_FILES, ShownFiles
from domain.evidence import ENDINGS
from domain.office.office import Office
from domain.tasks.action import AvailableAction
from domain.vocabulary import ActionKind, ClockName, Level
from texts.catalogue import current
from texts.disarming import inert

ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)
"""What a browser offers first when a file is chosen."""


class OfferedQuestion(NamedTuple):
    """One question to tick: its code and sentence, the heading it stands under, and what answers it already."""

    code: str
    asks: str
    group: str
    why: str


class ListedReport(NamedTuple):
    """One report to tick: its id, its text on one line, and where and when it was handed in."""

    report_id: str
    text: str
    about: str


@dataclass(frozen=True)
class Drawing:
    """What all forms of a page are drawn with: the office, the units that are suggested, and those that were asked.

    `asked` maps the code of a unit to its short name, `involved` are the units that can be given an action, `named`
    holds, by field, the words for its codes, `files` are those of evidence that the case names, and `questions` those
    whoever triages answers, and `reports` those that wait in a basket.
    """

    office: Office
    suggested: Sequence[str] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    involved: Sequence[str] = ()
    named: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: ShownFiles = NO_FILES
    questions: Sequence[OfferedQuestion] = ()
    reports: Sequence[ListedReport] = ()

    def show(
        self,
        number: int,
        form: Form,
        offer: AvailableAction,
        sent: FormSubmission,
        faults: Mapping[str, str],
        key: str | None = None,
    ) -> Shown:
        """Return a form with what was `sent` or is known beforehand in its fields, and the errors beside them."""
        texts, place = current(), f"f{number}"
        known = {name: self._short(str(code)) for name, code in offer.preset.items()}
        unit = known.get("unit") or known.get("request_of", "")
        clock, number_of = inert(texts.word("clock", offer.preset.get("clock", ""))), inert(offer.preset.get("ref", ""))
        controls = tuple(self._control(place, form, one, offer, sent, faults) for one in form.fields)
        return Shown(
            id=place,
            form=form,
            legend=texts.phrase("form", form.name, unit=unit, clock=clock, ref=number_of),
            help=texts.words.get("form_help", {}).get(form.name, ""),
            send=texts.word("send", form.name),
            hidden=(
                ("form", form.name),
                ("kind", form.kind),
                ("key", key or secrets.token_urlsafe(18)),
                *((name, str(offer.preset.get(name, ""))) for name in form.carries),
            ),
            controls=controls,
            faults=_listed(place, controls, faults),
        )

    def _control(
        self,
        place: str,
        form: Form,
        one: Field,
        offer: AvailableAction,
        sent: FormSubmission,
        faults: Mapping[str, str],
    ) -> Control:
        options, suggested = self._options(one, offer, sent)
        return Control(
            id=f"{place}-{one.name}",
            name=one.name,
            widget=one.widget,
            label=label_of(form, one),
            hint=_text_of("hint", f"{form.name}_{one.name}") or _text_of("hint", one.name),
            required=one.required,
            most=one.most,
            value="" if one.beside and one.widget is not Widget.SURE else "\n".join(sent.values.get(one.name, ())[:1]),
            fault=faults.get(one.name),
            options=options,
            suggested=suggested,
            rows=self._rows(place, one, sent, faults) if one.widget in PARTS else (),
        )

    def _options(
        self, one: Field, offer: AvailableAction, sent: FormSubmission
    ) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
        chosen, texts = sent.all(one.name), current()
        if one.beside:
            return (), ()
        if one.codes or one.name in offer.only:
            codes = offer.only.get(one.name, one.codes)
            named = self.named.get(one.name, {})
            words = [texts.word(one.words, code) if one.words else named.get(code, self._short(code)) for code in codes]
            about = [self._about(one, code) for code in codes]
            listed = zip(codes, words, about, strict=True)
            return tuple(Option(code, word, code in chosen, about=says) for code, word, says in listed), ()
        if one.widget is Widget.QUESTIONS:
            asked = self.questions or self._answered(chosen)
            return tuple(Option(q.code, inert(q.asks), q.code in chosen, q.group, q.why) for q in asked), ()
        if one.widget is Widget.REPORTS:
            listed_reports = self.reports or [ListedReport(code, code, "") for code in chosen if code]
            return tuple(
                Option(r.report_id, inert(r.text), r.report_id in chosen, about=inert(r.about)) for r in listed_reports
            ), ()
        if one.widget is Widget.DISTRICT:
            return tuple(Option(name, inert(name), name in chosen) for name in self._districts(chosen)), ()
        if one.widget not in (Widget.LEAD, Widget.UNIT, Widget.UNITS):
            return (), ()
        units = self.office.units.values()
        able = [unit.code for unit in units if unit.can_lead or one.widget is not Widget.LEAD]
        open_to = {*offer.also, *chosen}
        usable = [code for code in able if not one.fresh or code not in self.asked or code in open_to]
        front = [code for code in self.suggested if code in usable]
        kinds = {unit.code: texts.word("unit_kind", unit.kind) for unit in units}
        options = [Option(code, self._short(code), code in chosen, kinds[code]) for code in usable]
        ahead = {option.code: option for option in options if option.code in front}
        return tuple(option for option in options if option.code not in ahead), tuple(ahead[code] for code in front)

    def _answered(self, chosen: Sequence[str]) -> list[OfferedQuestion]:
        """Return the questions that were ticked, where the case cannot say which it has: they are sent once more."""
        known = {question.code: question.asks for question in self.office.policy.risk.questions}
        return [OfferedQuestion(code, known.get(code, code), "", "") for code in chosen if code]

    def _about(self, one: Field, code: str) -> str:
        """Return what a level promises, and for what it is meant; empty for any other option."""
        if one.words != "level":
            return ""
        budgets, texts = self.office.terms.at(Level(code)).budgets, current()
        promised = {name: texts.span(budgets[name]) for name in (ClockName.ANSWER, ClockName.RESPONSE)}
        says = texts.phrase("page", "promise", answer=promised[ClockName.ANSWER], response=promised[ClockName.RESPONSE])
        return says + texts.words.get("level_criteria", {}).get(code, "")

    def _districts(self, chosen: Sequence[str]) -> list[str]:
        """Return the districts of the office's units, and what was chosen if it is none of them any more."""
        return [*dict.fromkeys((*self.office.districts, *(name for name in chosen if name)))]

    def _rows(
        self, place: str, one: Field, sent: FormSubmission, faults: Mapping[str, str]
    ) -> tuple[tuple[FieldInput, ...], ...]:
        parts = (*PARTS[one.widget], *(("file", "digest") if one.widget is Widget.EVIDENCE else ()))
        return tuple(
            tuple(self._part(place, one, f"{one.name}-{row}-{part}", part, sent, faults) for part in parts)
            for row in range(self._rows_of(one, sent))
        )

    def _rows_of(self, one: Field, sent: FormSubmission) -> int:
        """Return how many rows are drawn: those of an empty form, and one more than were filled in."""
        filled = [name.split("-")[1] for name in sent.values if name.startswith(f"{one.name}-") and sent.one(name)]
        used = max((int(row) + 1 for row in filled if row.isdecimal() and len(row) < 3), default=0)
        return min(MOST[one.widget], max(ROWS[one.widget], used + 1))

    def _part(
        self, place: str, one: Field, name: str, part: str, sent: FormSubmission, faults: Mapping[str, str]
    ) -> FieldInput:
        value = "".join(sent.values.get(name, ())[:1])
        words: dict[str, str] = {}
        if part == "do":
            words = {code: current().word("action", code) for code in ActionKind}
        elif part == "unit":
            words = {code: self._short(code) for code in self.involved}
        if words and value:
            words.setdefault(value, self._short(value))  # it was chosen, so it is kept though it is no option any more
        return FieldInput(
            id=f"{place}-{name}",
            name=name,
            part=part,
            label=current().word(one.widget, part),
            value=value,
            fault=faults.get(name),
            options=tuple(Option(code, word, code == value) for code, word in words.items()),
            file=self.files.known(value) if part == "digest" else None,
            file_name=sent.one(name.removesuffix("digest") + "name") if part == "digest" else "",
            required=self._must(one, part, first=name.split("-")[1] == "0"),
            accept=ACCEPT if part == "file" else "",
            dropped=part == "digest" and bool(sent.one(name.removesuffix("digest") + "drop")),
        )

    def _must(self, one: Field, part: str, *, first: bool) -> str:
        """Return the word by which an input of a row is marked: each field where it is, in the first row at once."""
        if part in ("url", "file") and one.widget is Widget.EVIDENCE:
            return "required_either"
        if part in ("digest", "what"):
            return ""
        return "required" if one.required and first else "required_row"

    def _short(self, code: str) -> str:
        unit = self.office.units.get(code)
        return unit.short if unit else self.asked.get(code) or inert(code)  # a form may send back any text


def label_of(form: Form, one: Field) -> str:
    """Return the label of a field: the one for this form, else the one for all forms."""
    if one.widget is Widget.SURE:
        return current().word("sure", form.name)
    return _text_of("field_of", f"{form.name}_{one.name}") or current().word("field", one.name)


def part_label(one: Widget, row: int, part: str) -> str:
    """Return the label of an input of a row, for use outside its row."""
    return f"{current().phrase(one, 'row', n=row + 1)} {current().word(one, part)}"


def _listed(place: str, controls: Sequence[Control], faults: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the errors for the head of the form, in the order of its fields: the id of each place, and a sentence."""
    labels = {control.name: control.label for control in controls}
    for control in controls:
        for number, row in enumerate(control.rows):
            labels |= {part.name: part_label(control.widget, number, part.part) for part in row}
    order = list(labels)
    found = []
    for name in sorted(faults, key=lambda name: order.index(name) if name in labels else -1):
        known = name in labels
        found.append((f"{place}-{name}" if known else "", f"{labels[name]}：{faults[name]}" if known else faults[name]))
    return tuple(found)


def _text_of(group: str, code: str) -> str:
    return current().words.get(group, {}).get(code, "")
