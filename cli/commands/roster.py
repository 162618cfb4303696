"""The command `piyao roster check`: which seats nobody holds, today or soon, and what to do about each."""
# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.help_page import CommandSet
from cli.help_texts import help_text

app = CommandSet(help=help_text("roster"))


@app.callback()
def roster() -> None:
    """Check the roster."""


@app.command(help=help_text("roster_check"))
def check(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar=help_text("kind_day"), help=help_text("roster_on"))
    ] = None,
    ahead: Annotated[
        int, typer.Option(min=0, max=366, metavar=help_text("kind_number"), help=help_text("roster_ahead"))
    ] = 30,
    config: Annotated[Path | None, typer.Option(help=help_text("config"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=help_text("json"))] = False,
) -> None:
    """Check the roster."""
    from cli.actions.roster import check_roster

    check_roster(config, on.date() if on else None, ahead, as_json=as_json)
