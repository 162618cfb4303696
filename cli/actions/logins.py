"""What `piyao people sessions` and `piyao people end` do: show who is logged in, and end a person's logins at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.messages import message, word
from cli.run import fail, office_of, settings_of
from domain.access.sessions import Session
from domain.errors import Unavailable
from domain.office.office import Office
from wiring.logins import end_logins, stored_logins

COLUMNS = ("person", "way", "begun", "seen")


def list_logins(config: Path | None, data: Path | None, person: str | None, *, as_json: bool) -> None:
    """Print who is logged in."""
    settings = settings_of(config=config, data=data)
    office = office_of(settings)
    now = datetime.now(UTC)  # noqa: TID251  (the command line is where the present is known)
    logins = [one for one in _done(stored_logins(settings, person)) if one.alive(now)]
    if as_json:
        fields = {"person", "session_id", "way", "mobile", "begun_at", "seen_at"}
        print(json.dumps([one.model_dump(mode="json", include=fields) for one in logins], indent=2))
    elif not logins:
        print(message("nobody_logged_in"))
    else:
        Console(highlight=False).print(_table(logins, office))


def end_logins_of(config: Path | None, data: Path | None, person: str) -> None:
    """End all logins of a person; the personal key still opens new ones."""
    settings = settings_of(config=config, data=data)
    if all(one.id != person for one in office_of(settings).people):
        fail(message("no_such_person", id=person))
    print(message("logins_ended", id=person, count=_done(end_logins(settings, person))))


def _done(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what some work in the register returns; exit with a sentence if it cannot be opened."""
    try:
        return asyncio.run(work)
    except Unavailable as problem:
        fail(message("register_unavailable", problem=problem))


def _table(logins: list[Session], office: Office) -> Table:
    zone, names = ZoneInfo(office.policy.zone), {one.id: one.name for one in office.people}
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        table.add_column(message(f"column_login_{column}"), overflow="fold")
    for one in logins:
        person = escape(f"{names.get(one.person, '')}（{one.person}）")
        instants = (at.astimezone(zone).strftime("%m-%d %H:%M") for at in (one.begun_at, one.seen_at))
        table.add_row(person, word("inbox", f"way_{one.way}"), *instants)
    return table
