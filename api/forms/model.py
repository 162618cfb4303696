"""What a form of a page is made of: its fields, how each is asked for, and for which offer the form is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.tasks.action import AvailableAction

WHOLE = ""
"""The place of a fault that belongs to no field of the form."""


class Widget(StrEnum):
    """Name how a field is asked for; `task_fields.html.j2` has a macro for each."""

    LINE = "line"
    WHEN = "when"
    WEB = "web"
    TEXT = "text"
    CHOICE = "choice"
    PICK = "pick"
    LEAD = "lead"
    UNIT = "unit"
    UNITS = "units"
    EVIDENCE = "evidence"
    ACTIONS = "actions"
    ITEM = "item"
    RUNG = "rung"


ROWS: Mapping[Widget, int] = {Widget.EVIDENCE: 3, Widget.ACTIONS: 4}
"""How many rows a form has room for: the only pieces of evidence it takes, or as many more actions each time."""

PARTS: Mapping[Widget, tuple[str, ...]] = {
    Widget.EVIDENCE: ("kind", "source", "url", "captured_at"),
    Widget.ACTIONS: ("do", "unit", "end", "what"),
}
"""What is typed in a row, by the widget that has rows."""


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
    beside: bool = False
    """Sent beside the decision and no part of it: a code."""


@dataclass(frozen=True)
class Form:
    """Be one form: `carries` names what it sends back as it was offered, `unless` a field that may be closed off.

    `chooses` names a field that an offer leaves open to some codes, `lacks` one it must not, `act` what it is to do. A
    form that stands `aside` is folded away: it is seldom what somebody came for. `stale` names the field beside which
    it is said that the case has moved on.
    """

    name: str
    kind: str
    fields: tuple[Field, ...] = ()
    carries: tuple[str, ...] = ()
    unless: str = ""
    chooses: str = ""
    aside: bool = False
    lacks: str = ""
    act: str = ""
    stale: str = ""

    def fits(self, offer: AvailableAction) -> bool:
        """Tell whether this form is for an offer."""
        known = all(name in offer.preset for name in self.carries) and (not self.chooses or self.chooses in offer.only)
        acts = not self.act or offer.preset.get("act") == self.act
        lacking = not self.lacks or self.lacks not in offer.only
        open_ = not self.unless or offer.only.get(self.unless) != ()
        return offer.kind == self.kind and known and acts and lacking and open_
