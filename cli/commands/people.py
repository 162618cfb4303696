"""The commands `piyao people`: who holds which seat, who has a key, who has left, who is logged in."""
# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.help_page import CommandSet
from cli.help_texts import help_text

app = CommandSet(help=help_text("people"))

Config = Annotated[Path | None, typer.Option(help=help_text("config"))]
Data = Annotated[Path | None, typer.Option(help=help_text("data"), show_default="./data")]
Out = Annotated[Path | None, typer.Option(help=help_text("out"))]
Id = Annotated[str, typer.Argument(metavar=help_text("kind_id"), help=help_text("person_id"))]
DAY = ["%Y-%m-%d"]


@app.command("list", help=help_text("people_list"))
def list_people(
    config: Config = None, as_json: Annotated[bool, typer.Option("--json", help=help_text("json"))] = False
) -> None:
    """List the persons of the office."""
    from cli.actions.members.people import list_persons

    list_persons(config, as_json=as_json)


@app.command(help=help_text("people_add"))
def add(
    person: Id,
    name: Annotated[str, typer.Option(help=help_text("name"))],
    unit: Annotated[str, typer.Option(help=help_text("unit"))],
    seat: Annotated[list[str] | None, typer.Option(help=help_text("seat"))] = None,
    mail: Annotated[str | None, typer.Option(help=help_text("mail"))] = None,
    sms: Annotated[str | None, typer.Option(help=help_text("sms"))] = None,
    wecom: Annotated[str | None, typer.Option(help=help_text("wecom"))] = None,
    phone: Annotated[str | None, typer.Option(help=help_text("phone"))] = None,
    since: Annotated[datetime | None, typer.Option(formats=DAY, help=help_text("since"))] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help=help_text("until"))] = None,
    administrator: Annotated[bool, typer.Option("--administrator", help=help_text("administrator"))] = False,
    out: Out = None,
    config: Config = None,
) -> None:
    """Add a person and print the new personal key."""
    from cli.actions.members.people import add_person

    addresses = {"mail": mail, "sms": sms, "wecom": wecom, "phone": phone}
    entry = {
        "id": person,
        "name": name,
        "unit": unit,
        "seats": seat or [],
        "since": _day(since),
        "until": _day(until),
        "addresses": {channel: address for channel, address in addresses.items() if address is not None},
        "administrator": administrator,
    }
    add_person(config, entry, out)


@app.command("set", help=help_text("people_set"))
def change(
    person: Id,
    name: Annotated[str | None, typer.Option(help=help_text("name"))] = None,
    unit: Annotated[str | None, typer.Option(help=help_text("unit"))] = None,
    seat: Annotated[list[str] | None, typer.Option(help=help_text("set_seat"))] = None,
    mail: Annotated[str | None, typer.Option(help=help_text("set_mail"))] = None,
    sms: Annotated[str | None, typer.Option(help=help_text("set_sms"))] = None,
    wecom: Annotated[str | None, typer.Option(help=help_text("set_wecom"))] = None,
    phone: Annotated[str | None, typer.Option(help=help_text("set_phone"))] = None,
    since: Annotated[str | None, typer.Option(metavar=help_text("kind_day"), help=help_text("set_since"))] = None,
    until: Annotated[str | None, typer.Option(metavar=help_text("kind_day"), help=help_text("set_until"))] = None,
    administrator: Annotated[
        bool | None, typer.Option("--administrator/--no-administrator", help=help_text("administrator"))
    ] = None,
    same_as: Annotated[str | None, typer.Option(metavar=help_text("kind_id"), help=help_text("same_as"))] = None,
    config: Config = None,
) -> None:
    """Change a person's entry: only what is given."""
    from cli.actions.members.people import change_person

    given = {
        "name": name,
        "unit": unit,
        "seats": seat or None,
        "since": since,
        "until": until,
        "administrator": administrator,
        "same_as": same_as,
    }
    change_person(config, person, given, {"mail": mail, "sms": sms, "wecom": wecom, "phone": phone})


@app.command(help=help_text("people_key"))
def key(person: Id, out: Out = None, config: Config = None) -> None:
    """Give a person a new key in place of the old one."""
    from cli.actions.members.people import new_key

    new_key(config, person, out)


@app.command(help=help_text("people_remove"))
def remove(
    person: Id,
    on: Annotated[
        datetime | None, typer.Option(formats=DAY, metavar=help_text("kind_day"), help=help_text("on"))
    ] = None,
    config: Config = None,
) -> None:
    """End a person's term in the seats."""
    from cli.actions.members.people import end_person

    end_person(config, person, _day(on))


@app.command(help=help_text("people_sessions"))
def sessions(
    person: Annotated[str | None, typer.Argument(metavar=help_text("kind_id"), help=help_text("person_id"))] = None,
    config: Config = None,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help=help_text("json"))] = False,
) -> None:
    """List who is logged in."""
    from cli.actions.logins import list_logins

    list_logins(config, data, person, as_json=as_json)


@app.command(help=help_text("people_end"))
def end(person: Id, config: Config = None, data: Data = None) -> None:
    """End all logins of a person."""
    from cli.actions.logins import end_logins_of

    end_logins_of(config, data, person)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
