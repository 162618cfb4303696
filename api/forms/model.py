"""What a form of a page consists of: its fields, how each is asked for, and for which offer the form is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.tasks.action import AvailableAction

WHOLE = ""
"""The place of an error that belongs to no field of the form."""


class Widget(StrEnum):
    """The ways a field is asked for; `task_fields.html.j2` has a macro for each."""

    LINE = "line"
    WHEN = "when"
    WEB = "web"
    TEXT = "text"
    TITLE = "title"
    CHOICE = "choice"
    PICK = "pick"
    LEAD = "lead"
    UNIT = "unit"
    UNITS = "units"
    EVIDENCE = "evidence"
    ACTIONS = "actions"
    ITEM = "item"
    RUNG = "rung"
    SPAN = "span"
    SURE = "sure"
    DISTRICT = "district"
    QUESTIONS = "questions"
    REPORTS = "reports"


ROWS: Mapping[Widget, int] = {Widget.EVIDENCE: 3, Widget.ACTIONS: 4}
"""How many rows an empty form has."""

MOST: Mapping[Widget, int] = {Widget.EVIDENCE: 20, Widget.ACTIONS: 4}
"""How many rows a form may send: of evidence, as many as a finding may have; of actions, those it adds each time."""

PARTS: Mapping[Widget, tuple[str, ...]] = {
    Widget.EVIDENCE: ("kind", "source", "url", "captured_at"),
    Widget.ACTIONS: ("do", "unit", "end", "what"),
}
"""What is typed in one row, by the widget that has rows."""


@dataclass(frozen=True)
class Field:
    """One field of a decision's model, as a form asks for it.

    `words` names the vocabulary of its `codes`, `most` is the number of characters it takes, and `fresh` leaves out
    units that have been asked already.
    """

    name: str
    widget: Widget = Widget.LINE
    required: bool = False
    words: str = ""
    codes: tuple[str, ...] = ()
    most: int = 200
    fresh: bool = False
    beside: bool = False
    """Sent beside the decision and no part of it, such as a signing code."""


SURE = Field("sure", Widget.SURE, required=True, beside=True)
"""The tick by which an officer means what is sent: on every form that could be sent without filling anything in, and
before what cannot be undone. Machines follow links and send forms, too."""


@dataclass(frozen=True)
class Form:
    """One form of the decision `kind`. It is shown for each offer that it `fits`.

    `carries` names the fields it sends back as the offer preset them. `unless` names a field for which the offer must
    not exclude every code, `chooses` one that the offer must limit to some codes, `lacks` those it must not limit,
    and `act` the act that the offer must preset. A form that is `aside` is folded away, because officers seldom come
    for it. `stale` names the field beside which the page says that the case has moved on.
    """

    name: str
    kind: str
    fields: tuple[Field, ...] = ()
    carries: tuple[str, ...] = ()
    unless: str = ""
    chooses: str = ""
    aside: bool = False
    lacks: tuple[str, ...] = ()
    act: str = ""
    stale: str = ""

    def fits(self, offer: AvailableAction) -> bool:
        """Return whether this form is for an offer."""
        known = all(name in offer.preset for name in self.carries) and (not self.chooses or self.chooses in offer.only)
        acts = not self.act or offer.preset.get("act") == self.act
        lacking = not any(name in offer.only for name in self.lacks)
        open_ = not self.unless or offer.only.get(self.unless) != ()
        return offer.kind == self.kind and known and acts and lacking and open_
