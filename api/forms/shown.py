"""A form as the template draws it: its controls, their options, and the inputs of each row."""

from __future__ import annotations

from dataclasses import dataclass

from api.forms.model import Form, Widget
from api.html.evidence import ShownFile


@dataclass(frozen=True)
class Option:
    """One option of a field; `group` is the heading it stands under, `about` what is said of it. Both may be empty."""

    code: str
    word: str
    chosen: bool
    group: str = ""
    about: str = ""


@dataclass(frozen=True)
class FieldInput:
    """One input of a row; it has `options` if its value is chosen from a list.

    Of a file that is stored already: `file` is how it can be looked at, None before the case names it; `file_name` is
    its name as it was sent, and `dropped` whether its row is to be left out.
    """

    id: str
    name: str
    part: str
    label: str
    value: str
    fault: str | None
    options: tuple[Option, ...] = ()
    file: ShownFile | None = None
    file_name: str = ""
    dropped: bool = False
    required: str = ""
    """The word of `[page]` by which the input is marked as one that must be filled in; empty without one."""
    accept: str = ""


@dataclass(frozen=True)
class Control:
    """One field as the template draws it; the `suggested` options stand apart, in front of the others."""

    id: str
    name: str
    widget: Widget
    label: str
    hint: str
    required: bool
    most: int
    value: str
    fault: str | None
    options: tuple[Option, ...] = ()
    suggested: tuple[Option, ...] = ()
    rows: tuple[tuple[FieldInput, ...], ...] = ()

    @property
    def groups(self) -> list[tuple[str, list[Option]]]:
        """Return the options under their headings; a list without any is one group."""
        found: dict[str, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return list(found.items())


@dataclass(frozen=True)
class Shown:
    """One form as the template draws it."""

    id: str
    form: Form
    legend: str
    help: str
    send: str
    hidden: tuple[tuple[str, str], ...]
    controls: tuple[Control, ...]
    faults: tuple[tuple[str, str], ...]

    @property
    def open(self) -> bool:
        """Return whether a form that is `aside` is unfolded: yes if it was just sent and has errors."""
        return bool(self.faults)
