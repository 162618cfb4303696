"""The command line `piyao`: every command declares its arguments, and leaves the work to a module of its own.

Nothing heavy is imported before a command needs it, so `--help` answers at once.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from cli.commands import calendar, cases, doctor, init, people, policy, roster, services
from cli.help_texts import help_text

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.add_typer(cases.app, name="cases")
app.add_typer(people.app, name="people")
app.add_typer(policy.app, name="policy")
app.add_typer(roster.app, name="roster")
app.add_typer(calendar.app, name="calendar")
app.command(help=help_text("init"))(init.init)
app.command(help=help_text("doctor"))(doctor.doctor)
app.command()(services.up)
app.command()(services.worker)
app.command()(services.api)
app.command()(services.demo)
app.command()(cases.report)
app.command(help=help_text("clocks"))(cases.clocks)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(cases.decide)
app.command()(cases.code)


@app.callback(invoke_without_command=True)
def piyao(
    show: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """Take rumor cases from the first report to the published answer, in time."""
    if show:
        print(version("piyao"))
        raise typer.Exit
