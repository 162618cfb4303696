"""What `piyao roster check` does: a line per gap of the roster, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from cli.messages import message, word
from cli.run import office_of, settings_of
from domain.office.office import Office
from domain.office.signability import lookalikes, unsignable
from domain.office.vacancies import Seating, doubled_seats, empty_seats, emptying_seats, vacancies


class RosterLine(NamedTuple):
    """One line of the report. A remark that is no gap leaves the exit status at 0."""

    gap: bool
    kind: str
    unit: str | None
    seats: tuple[str, ...]
    found: str
    todo: str


def check_roster(config: Path | None, on: date | None, ahead: int, *, as_json: bool) -> None:
    """Print the gaps of the roster from the day `on` to `ahead` days later; the exit status is 1 if there are any."""
    office = office_of(settings_of(config=config))
    today = on or office.day(datetime.now(UTC))  # noqa: TID251  (the command line is where today is known)
    lines = [*_lines(office, today, timedelta(days=ahead)), *_signing_lines(office, today)]
    gaps = sum(line.gap for line in lines)
    if as_json:
        print(json.dumps([line._asdict() for line in lines], ensure_ascii=False, indent=2))
    else:
        for line in lines:
            print(message("roster_line", mark=message("not_held" if line.gap else "noted"), found=line.found))
            print(message("check_todo", todo=line.todo))
        print(message("roster_gaps" if gaps else "roster_whole", count=gaps, day=today, days=ahead))
    if gaps:
        raise SystemExit(1)


def _lines(office: Office, today: date, ahead: timedelta) -> Iterator[RosterLine]:
    missing = vacancies(office, today)
    if missing.administrator:
        yield RosterLine(
            True, "administrator", None, (), message("roster_administrator"), message("todo_roster_administrator")
        )
    for code, seatings in groupby(empty_seats(office, today), key=lambda one: one.unit):
        yield _empty(office, code, list(seatings), unreachable=code in missing.unreachable)
    for name in missing.without_address:
        yield RosterLine(
            True,
            "address",
            None,
            (),
            message("roster_address", person=name),
            message("todo_roster_address", person=name),
        )
    for one in emptying_seats(office, today, ahead):
        found = message("roster_emptying", **_named(office, one), since=one.since)
        todo = message("todo_roster_emptying", since=one.since, unit=one.unit, seat=word("seat", one.seat))
        yield RosterLine(True, "emptying", one.unit, (one.seat,), found, todo)
    for one in doubled_seats(office, today):
        found = message("roster_doubled", **_named(office, one), persons="、".join(one.persons))
        yield RosterLine(False, "doubled", one.unit, (one.seat,), found, message("todo_roster_doubled"))


def _signing_lines(office: Office, today: date) -> Iterator[RosterLine]:
    """Tell which units' texts nobody could sign, and which entries may be one natural person."""
    for one in unsignable(office, today):
        unit = office.units[one.unit]
        issuers = "、".join(word("issuer", issuer) for issuer in one.issuers)
        found = message("roster_unsignable", unit=unit.short, code=unit.code, issuers=issuers)
        yield RosterLine(True, "unsignable", one.unit, (), found, message("todo_roster_unsignable", unit=unit.code))
    for alike in lookalikes(office, today):
        found = message("roster_lookalike", shared=alike.shared, persons="、".join(alike.persons))
        yield RosterLine(False, "lookalike", None, (), found, message("todo_roster_lookalike"))


def _empty(office: Office, code: str, seatings: Sequence[Seating], *, unreachable: bool) -> RosterLine:
    """Return the line of a unit with empty seats; a seat it does not have must be added to `units.toml` first."""
    unit = office.units[code]
    seats = tuple(one.seat for one in seatings)
    options = " ".join(f"--seat {word('seat', seat)}" for seat in seats)
    found = message("roster_empty", unit=unit.short, code=code, seats="、".join(word("seat", seat) for seat in seats))
    todo = message("todo_roster_empty", unit=code, options=options)
    if unknown := [seat for seat in seats if seat not in unit.seats]:
        todo = message("todo_roster_no_seat", unit=code, seats="、".join(unknown)) + todo
    return RosterLine(True, "empty", code, seats, found + (message("roster_unreachable") if unreachable else ""), todo)


def _named(office: Office, one: Seating) -> dict[str, str]:
    return {"unit": office.units[one.unit].short, "code": one.unit, "held": word("seat", one.seat)}
