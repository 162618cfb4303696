"""The command line `piyao`: every command declares its arguments, and leaves the work to a module of its own.

Nothing heavy is imported before a command needs it, so `--help` answers at once.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from cli.commands import calendar, cases, doctor, figures, init, match, people, policy, roster, services, units
from cli.help_page import CommandSet
from cli.help_texts import help_text
from cli.usage_errors import refuse

app = CommandSet(help=help_text("piyao"), invoke_without_command=True)
app.command(help=help_text("report"), context_settings=cases.TEXT_FIRST)(cases.report)
app.add_typer(cases.app, name="cases")
app.command(help=help_text("clocks"))(cases.clocks)
app.command(help=help_text("decide"), context_settings=cases.ANY_FIELD)(cases.decide)
app.command(help=help_text("code"))(cases.code)
app.command(help=help_text("figures"))(figures.figures)
app.add_typer(match.app, name="match")
app.add_typer(units.app, name="units")
app.add_typer(people.app, name="people")
app.add_typer(policy.app, name="policy")
app.add_typer(roster.app, name="roster")
app.add_typer(calendar.app, name="calendar")
app.command(help=help_text("init"))(init.init)
app.command(help=help_text("doctor"))(doctor.doctor)
app.command(help=help_text("up"))(services.up)
app.command(help=help_text("worker"))(services.worker)
app.command(help=help_text("api"))(services.api)
app.command(help=help_text("demo"))(services.demo)


@app.callback(invoke_without_command=True)
def piyao(
    show: Annotated[bool, typer.Option("--version", is_eager=True, help=help_text("version"))] = False,
) -> None:
    """Take rumor cases from the first report to the published answer, in time."""
    if show:
        print(version("piyao"))
        raise typer.Exit


def run() -> None:
    """Run the command that was typed, and exit with its status."""
    try:
        for word in sys.argv[1:]:
            if not word.isascii() and "\udc80" <= max(word) <= "\udcff":
                raise typer.BadParameter(help_text("not_utf8"))
        status = app(prog_name="piyao", standalone_mode=False)
    except typer.TyperException as wrong:
        status = refuse(wrong)
    except typer.Abort:
        print(help_text("aborted"), file=sys.stderr)
        status = 1
    except OSError as fault:
        if fault.filename is None:  # not about a file of theirs
            raise
        print(_unusable(fault), file=sys.stderr)
        status = 1
    if status:
        raise SystemExit(status)


def _unusable(fault: OSError) -> str:
    """Return what the system says of a file that a command was to look at, wherever it did."""
    from texts.system_errors import reason  # noqa: PLC0415  (heavy, and only needed now)

    return help_text("unusable", file=fault.filename, reason=reason(fault))
