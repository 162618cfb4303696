"""What `piyao units` does: list, add, and remove with a word about everything that names the unit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.actions.members.editing import editable, edited
from cli.actions.members.office_words import seat_codes, unit_code
from cli.actions.written import coded
from cli.checks.result import shortened
from cli.messages import message, word
from cli.run import fail, office_of, settings_of
from domain.errors import Unavailable
from domain.office.office import Office, Unit
from domain.vocabulary import Seat, UnitKind
from wiring.office import units_file
from wiring.storage import open_cases_of

COLUMNS = ("code", "short", "kind", "parent", "people", "duty")

SEATS = (Seat.DUTY, Seat.LIAISON_A, Seat.LIAISON_B, Seat.DEPUTY, Seat.HEAD)
"""The seats of a unit of which nothing else is said; a district has its working officer too."""


def list_all(config: Path | None, *, as_json: bool) -> None:
    """Print the units, each with how many persons it has."""
    office = office_of(settings_of(config=config))
    if as_json:
        rows = [{**unit.model_dump(mode="json"), "people": _people(office, unit)} for unit in office.units.values()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        table.add_column(message(f"column_unit_{column}"), overflow="fold")
    for unit in office.units.values():
        table.add_row(*(escape(cell) for cell in _cells(office, unit)))
    Console(highlight=False).print(table)


def add_unit(config: Path | None, entry: dict[str, Any]) -> None:
    """Add a unit, and say what it still needs."""
    settings, office = editable(config)
    kind = coded(("unit_kind",), entry["kind"])
    usual = [*SEATS, *([Seat.OFFICER] if kind == UnitKind.DISTRICT else [])]
    seats = seat_codes(entry["seats"]) or [seat.value for seat in usual]
    parent = unit_code(office, entry["parent"]) if entry["parent"] else None
    edited(settings, lambda: units_file(settings).add({**entry, "kind": kind, "seats": seats, "parent": parent}))
    print(message("unit_added", code=entry["code"], name=entry["name"]))
    print(message("unit_needs_people", code=entry["code"]))
    print(message("restart_needed"))


def remove_unit(config: Path | None, data: Path | None, written: str) -> None:
    """Remove a unit, or exit with everything that still names it: persons, policy, other units, open cases."""
    settings, office = editable(config, data)
    unit = office.units[unit_code(office, written)]
    file = units_file(settings)
    lines = _naming(office, unit, file.mentions(unit.code))
    try:
        if cases := open_cases_of(settings, unit.code):
            lines.append(message("unit_in_cases", count=len(cases), cases=shortened(cases)))
    except Unavailable as problem:
        fail(message("register_unavailable", problem=problem))
    if lines:
        fail("\n".join([message("unit_named", unit=unit.short, code=unit.code), *lines]))
    edited(settings, lambda: file.remove(unit.code))
    print(message("unit_removed", unit=unit.short, code=unit.code))
    if unit.releases:
        print(message("unit_gave_alone", releases="、".join(unit.releases)))
    if unit.districts:
        print(message("unit_of_district", districts="、".join(unit.districts)))
    print(message("restart_needed"))


def _naming(office: Office, unit: Unit, found: Any) -> list[str]:
    """Return a line per kind of thing in the office's files that names a unit, and what to do about it."""
    lines = []
    if found.leads:
        lines.append(message("unit_leads"))
    if found.people:
        lines.append(message("unit_has_people", count=len(found.people), people=shortened(found.people)))
    if found.policy:
        lines.append(message("unit_in_policy", keys="、".join(found.policy)))
    if found.children:
        children = [f"{office.units[code].short}（{code}）" for code in found.children]
        lines.append(message("unit_has_children", units="、".join(children)))
    return lines


def _people(office: Office, unit: Unit) -> int:
    return sum(person.unit == unit.code for person in office.people)


def _cells(office: Office, unit: Unit) -> list[str]:
    parent = office.units[unit.parent].short if unit.parent else message("none_yet")
    return [unit.code, unit.short, word("unit_kind", unit.kind), parent, str(_people(office, unit)), unit.duty]
