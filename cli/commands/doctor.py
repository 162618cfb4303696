"""The command `piyao doctor`: one line per check, what was found, and what to do."""
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.help_texts import help_text


def doctor(
    config: Annotated[Path | None, typer.Option(help=help_text("config"))] = None,
    data: Annotated[Path | None, typer.Option(help=help_text("data"), show_default="./data")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=help_text("json"))] = False,
) -> None:
    """Look whether everything an office needs is there."""
    import asyncio

    from cli.actions.doctor import examine, show
    from cli.run import settings_of

    findings = asyncio.run(examine(settings_of(config=config, data=data)))
    show(findings, as_json=as_json)
    if not all(finding.ok for finding in findings.values()):
        raise typer.Exit(1)
