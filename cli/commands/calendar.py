"""The commands `piyao calendar`: which days are worked, how long the calendar is known, when a budget is due."""
# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.help_page import CommandSet
from cli.help_texts import help_text

app = CommandSet(help=help_text("calendar"))

Config = Annotated[Path | None, typer.Option(help=help_text("config"))]
AsJson = Annotated[bool, typer.Option("--json", help=help_text("json"))]
DAY, MONTH = ["%Y-%m-%d"], ["%Y-%m"]


@app.command(help=help_text("calendar_show"))
def show(
    month: Annotated[
        datetime | None,
        typer.Argument(formats=MONTH, metavar=help_text("kind_month"), help=help_text("calendar_month")),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show the days of a month."""
    from cli.actions.calendar import show_month

    show_month(config, month.date() if month else None, as_json=as_json)


@app.command(help=help_text("calendar_check"))
def check(
    on: Annotated[
        datetime | None, typer.Option(formats=DAY, metavar=help_text("kind_day"), help=help_text("calendar_on"))
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Compare the notices with the list, and print how long the calendar is known."""
    from cli.actions.calendar import check_calendar

    check_calendar(config, on.date() if on else None, as_json=as_json)


@app.command(help=help_text("calendar_due"))
def due(
    start: Annotated[str, typer.Argument(metavar=help_text("kind_start"), help=help_text("calendar_start"))],
    budget: Annotated[
        str | None, typer.Argument(metavar=help_text("kind_budget"), help=help_text("calendar_budget"))
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Print when a budget that begins at an instant is due."""
    from cli.actions.due_dates import print_due, print_dues

    if start == "-" and budget is None:
        print_dues(config, as_json=as_json)
    else:
        print_due(config, f"{start} {budget or ''}", as_json=as_json)
