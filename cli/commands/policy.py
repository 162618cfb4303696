"""The command `piyao policy check`: every clock of every level with its due time, for a given start."""
# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.help_page import CommandSet
from cli.help_texts import help_text

app = CommandSet(help=help_text("policy"))


@app.callback()
def policy() -> None:
    """Check the policy."""


@app.command(help=help_text("policy_check"))
def check(
    start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], metavar=help_text("kind_start"), help=help_text("policy_start")),
    ] = None,
    config: Annotated[Path | None, typer.Option(help=help_text("config"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=help_text("json"))] = False,
) -> None:
    """Print every level and clock with its due time."""
    from cli.actions.policy import check_policy

    check_policy(config, start, as_json=as_json)
