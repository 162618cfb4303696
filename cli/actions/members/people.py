"""What `piyao people` does: every edit is validated with the whole office, and a key is shown once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.actions.members.editing import editable, edited
from cli.actions.members.office_words import seat_codes, unit_code
from cli.messages import message, word
from cli.run import fail, office_of, settings_of
from domain.office.office import Office, Person
from domain.vocabulary import Seat
from texts.system_errors import reason
from wiring.office import people_file
from wiring.storage import new_personal_key, write_key_when_done

COLUMNS = ("id", "name", "unit", "seats", "since", "until", "channels", "key")


def list_persons(config: Path | None, *, as_json: bool) -> None:
    """Print who holds which seat; addresses and digests of keys stay in the file."""
    office = office_of(settings_of(config=config))
    if as_json:
        print(json.dumps([_row(person) for person in office.people], ensure_ascii=False, indent=2))
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        table.add_column(message(f"column_person_{column}"), overflow="fold")
    for person in office.people:
        table.add_row(*(escape(cell) for cell in _cells(office, person)))
    Console(highlight=False).print(table)


def add_person(config: Path | None, entry: dict[str, Any], out: Path | None) -> None:
    """Add a person; print the key, or write it to `out`."""
    settings, office = editable(config)
    named = {"unit": unit_code(office, entry["unit"]), "seats": seat_codes(entry["seats"])}
    key, digest = new_personal_key()
    with _key_written(out, key):
        edited(settings, lambda: people_file(settings).add({**entry, **named, "key_digest": digest}))
    print(message("person_added", id=entry["id"]))
    _print_key(key, out)


def new_key(config: Path | None, person: str, out: Path | None) -> None:
    """Give a person another key; print it, or write it to `out`."""
    settings, _ = editable(config)
    key, digest = new_personal_key()
    with _key_written(out, key):
        edited(settings, lambda: people_file(settings).set_key(person, digest))
    print(message("person_rekeyed", id=person))
    _print_key(key, out)


def end_person(config: Path | None, person: str, on: date | None) -> None:
    """End a person's term before the day `on`, by default today, and revoke the key, at once if the day has come."""
    settings, office = editable(config)
    today = office.day(datetime.now(UTC))  # noqa: TID251  (the command line is where today is known)
    first_without = on or today
    has_come = first_without <= today
    change = edited(
        settings,
        lambda: people_file(settings).end(person, first_without - timedelta(days=1), drop_key=has_come),
    )
    until = next(one.until for one in change.after.people if one.id == person)
    print(message("person_ended" if has_come else "person_ends", id=person, until=until))
    for seat in seats_left_empty(change.before, change.after, person, max(first_without, today)):
        print(message("seat_empty", **seat))
    print(message("restart_needed"))


def change_person(config: Path | None, person: str, given: dict[str, Any], addresses: dict[str, str | None]) -> None:
    """Change what was given of a person's entry; an empty text takes a date or an address out of it."""
    settings, office = editable(config)
    values = {name: value for name, value in given.items() if value is not None}
    if "unit" in values:
        values["unit"] = unit_code(office, values["unit"])
    if "seats" in values:
        values["seats"] = seat_codes(values["seats"])
    for name in ("since", "until"):
        if name in values:
            values[name] = _day(name, values[name])
    new = {channel: address for channel, address in addresses.items() if address is not None}
    if not values and not new:
        fail(message("nothing_to_change"))
    change = edited(settings, lambda: people_file(settings).change(person, values, new))
    print(message("person_changed", id=person))
    today = change.after.day(datetime.now(UTC))  # noqa: TID251  (the command line is where today is known)
    for seat in seats_left_empty(change.before, change.after, person, today):
        print(message("seat_empty", **seat))
    print(message("restart_needed"))


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fail(message("no_day", option=f"--{name}", found=text))


def seats_left_empty(before: Office, after: Office, person: str, day: date) -> list[dict[str, str]]:
    """Return, in words, which of a person's seats nobody holds any more on `day`."""
    leaver = next(one for one in before.people if one.id == person)
    unit = after.units[leaver.unit]
    seats = [Seat(seat) for seat in leaver.seats if not after.seated(leaver.unit, seat, day)]
    empty = [{"unit": unit.short, "seat": word("seat", seat)} for seat in seats]
    if leaver.administrator and not any(one.administrator and one.serves(day) for one in after.people):
        empty.append({"unit": unit.short, "seat": word("seat", "administrator")})
    return empty


@contextmanager
def _key_written(out: Path | None, key: str) -> Iterator[None]:
    """Write a new key to its file, but only if the edit in the block succeeds."""
    if out is None:
        yield
        return
    try:
        with write_key_when_done(out, key):
            yield
    except OSError as problem:
        fail(message("key_unwritable", file=out, problem=reason(problem)))


def _print_key(key: str, out: Path | None) -> None:
    print(message("key_once", key=key) if out is None else message("key_in_file", file=out))
    print(message("restart_needed"))


def _row(person: Person) -> dict[str, Any]:
    row = person.model_dump(mode="json", exclude={"addresses", "key_digest"})
    return {**row, "channels": sorted(person.addresses), "has_key": person.key_digest is not None}


def _cells(office: Office, person: Person) -> list[str]:
    seats = [word("seat", seat) for seat in person.seats]
    if person.administrator:
        seats.append(word("seat", "administrator"))
    return [
        person.id,
        person.name,
        f"{office.units[person.unit].short}（{person.unit}）",
        "、".join(seats),
        str(person.since or message("none_yet")),
        str(person.until or message("none_yet")),
        "、".join(word("channel", channel) for channel in person.addresses),
        message("has_key" if person.key_digest else "has_no_key"),
    ]
