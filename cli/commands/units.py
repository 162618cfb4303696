"""The commands `piyao units`: which units take part, one more, one less."""
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.help_page import CommandSet
from cli.help_texts import help_text

app = CommandSet(help=help_text("units"))

Config = Annotated[Path | None, typer.Option(help=help_text("config"))]
Data = Annotated[Path | None, typer.Option(help=help_text("data"), show_default="./data")]


@app.command("list", help=help_text("units_list"))
def list_units(
    config: Config = None, as_json: Annotated[bool, typer.Option("--json", help=help_text("json"))] = False
) -> None:
    """List the member units."""
    from cli.actions.members.units import list_all

    list_all(config, as_json=as_json)


@app.command(help=help_text("units_add"))
def add(
    code: Annotated[str, typer.Argument(metavar=help_text("kind_code"), help=help_text("unit_code"))],
    name: Annotated[str, typer.Option(help=help_text("unit_name"))],
    duty: Annotated[str, typer.Option(help=help_text("unit_duty"))],
    short: Annotated[str | None, typer.Option(help=help_text("unit_short"))] = None,
    kind: Annotated[str, typer.Option(help=help_text("unit_kind"), show_default=False)] = "department",
    parent: Annotated[str | None, typer.Option(help=help_text("unit_parent"))] = None,
    topic: Annotated[list[str] | None, typer.Option(help=help_text("unit_topic"))] = None,
    release: Annotated[list[str] | None, typer.Option(help=help_text("unit_release"))] = None,
    exclusive: Annotated[list[str] | None, typer.Option(help=help_text("unit_exclusive"))] = None,
    seat: Annotated[list[str] | None, typer.Option(help=help_text("unit_seat"))] = None,
    can_lead: Annotated[
        bool, typer.Option("--can-lead/--co-only", help=help_text("unit_can_lead"), show_default="--can-lead")
    ] = True,
    config: Config = None,
) -> None:
    """Add a unit."""
    from cli.actions.members.units import add_unit

    entry = {
        "code": code,
        "name": name,
        "short": short or name,
        "kind": kind,
        "topics": topic or None,
        "parent": parent,
        "can_lead": can_lead,
        "releases": release or None,
        "exclusive": exclusive or None,
        "duty": duty,
        "seats": seat or [],
    }
    add_unit(config, entry)


@app.command(help=help_text("units_remove"))
def remove(
    unit: Annotated[str, typer.Argument(metavar=help_text("kind_unit"), help=help_text("unit"))],
    config: Config = None,
    data: Data = None,
) -> None:
    """Remove a unit that nothing names any more."""
    from cli.actions.members.units import remove_unit

    remove_unit(config, data, unit)
