"""The commands `piyao match`: why a report stands in the case where it stands."""
# ruff: noqa: PLC0415

from __future__ import annotations

from typing import Annotated

import typer

from cli.commands.cases import HERE, ApiUrl, AsJson, KeyFile
from cli.help_page import CommandSet
from cli.help_texts import help_text

app = CommandSet(help=help_text("match"))


@app.callback()
def match() -> None:
    """Keep `explain` a word of its own, although it is the only one."""


@app.command(help=help_text("match_explain"))
def explain(
    report: Annotated[str, typer.Argument(metavar=help_text("kind_report_id"), help=help_text("match_report"))],
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Explain why a report stands in its case."""
    from cli.actions import match as actions
    from cli.run import run_call

    run_call(actions.explain(api_url, key_file, report, as_json=as_json))
