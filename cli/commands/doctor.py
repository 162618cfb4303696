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
    """Check that everything an office needs is there."""
    import asyncio

    from cli.run import settings_of

    settings = settings_of(config=config, data=data)  # before what reads the office's texts while it is imported

    from cli.actions.doctor import print_results, run_checks

    results = asyncio.run(run_checks(settings))
    print_results(results, as_json=as_json)
    if not all(result.ok for result in results.values()):
        raise typer.Exit(1)
