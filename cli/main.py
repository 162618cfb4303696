"""The command line `piyao`: every command says what it takes, and leaves the work to a room of its own.

Nothing heavy is imported before a command needs it, so `--help` answers at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import calendar, doctor, init, people, policy, roster
from cli.help_texts import help_text

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
cases = typer.Typer(no_args_is_help=True, help="Read cases.")
app.add_typer(cases, name="cases")
app.add_typer(people.app, name="people")
app.add_typer(policy.app, name="policy")
app.add_typer(roster.app, name="roster")
app.add_typer(calendar.app, name="calendar")
app.command(help=help_text("init"))(init.init)
app.command(help=help_text("doctor"))(doctor.doctor)

Data = Annotated[Path | None, typer.Option(help="Folder for everything that is kept.", show_default="./data")]
Config = Annotated[Path | None, typer.Option(help="Folder with units, people, policy, calendar and texts.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for programs.")]
ApiUrl = Annotated[str, typer.Option("--api", envvar="PIYAO_API_URL", help="Address of the API.")]
KeyFile = Annotated[Path | None, typer.Option(envvar="PIYAO_KEY_FILE", help="File with your personal key.")]
Once = Annotated[str | None, typer.Option("--key", help="Idempotency key; the same again changes nothing.")]
HERE = "http://127.0.0.1:8400"


@app.callback(invoke_without_command=True)
def piyao(
    show: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and stop.")] = False,
) -> None:
    """Take rumor cases from the first report to the published answer, in time."""
    if show:
        print(version("piyao"))
        raise typer.Exit


@app.command()
def up(
    data: Data = None,
    config: Config = None,
    api_port: Annotated[int | None, typer.Option(help="Port of the API; 0: any.", show_default="8400")] = None,
    temporal_port: Annotated[int, typer.Option(help="Port of Temporal; 0: any.")] = 7233,
    ui_port: Annotated[int, typer.Option(help="Port of Temporal's pages; 0: any.")] = 8233,
    as_json: AsJson = False,
) -> None:
    """Run Temporal, the worker and the API together until Ctrl-C."""
    from cli.running import run_up

    run_up(data, config, api_port, temporal_port, ui_port, as_json=as_json)


@app.command()
def worker() -> None:
    """Run a worker against the Temporal of TEMPORAL_ADDRESS until SIGTERM."""
    from cli.running import run_worker

    run_worker()


@app.command()
def api() -> None:
    """Run the HTTP API until SIGTERM."""
    from cli.running import run_api

    run_api()


@app.command()
def demo(
    reports: Annotated[Path | None, typer.Option(help="JSON lines with text or claim, and verdict.")] = None,
    summary: Annotated[Path | None, typer.Option(help="Write the figures to this file as JSON.")] = None,
    leave: Annotated[bool, typer.Option("--exit", help="End when everything has been played.")] = False,
    data: Annotated[Path | None, typer.Option(help="Keep the data here instead of a scratch folder.")] = None,
    fast: Annotated[bool, typer.Option("--fast/--slow", help="Play without pauses, or slowly enough to watch.")] = True,
) -> None:
    """Play the main job: reports come in, officers of several units act, answers are published."""
    from cli.running import run_demo

    run_demo(reports, summary, data, leave=leave, fast=fast)


@app.command()
def report(
    text: Annotated[str, typer.Argument(help="What was heard, to the letter; - reads it from standard input.")],
    place: Annotated[str | None, typer.Option(help="Where it goes around.")] = None,
    channel: Annotated[str, typer.Option(help="public, or KIND:UNIT such as platform:pt1.")] = "public",
    url: Annotated[str | None, typer.Option(help="Where it was seen.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was seen, such as 2026-11-23T20:12:00+08:00.")] = None,
    key: Once = None,
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a report."""
    from cli import cases as room

    body = {"text": _given(text), "place": place, "channel": channel, "url": url, "at": at}
    _speak(room.report(api_url, key_file, body, once=key, as_json=as_json))


@cases.command("list")
def list_cases(
    stage: Annotated[str | None, typer.Option(help="report, triage, verification, rebuttal, closure.")] = None,
    level: Annotated[str | None, typer.Option(help="red, orange, yellow, blue.")] = None,
    unit: Annotated[str | None, typer.Option(help="Code of a unit that was asked.")] = None,
    topic: Annotated[str | None, typer.Option()] = None,
    district: Annotated[str | None, typer.Option()] = None,
    owner: Annotated[str | None, typer.Option(help="Code of a unit that owes something now.")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--in-time")] = None,
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List cases, newest first, with who owes what by when."""
    from cli import cases as room

    where = {
        "stage": stage, "level": level, "unit": unit, "topic": topic,
        "district": district, "owner": owner, "overdue": overdue,
    }  # fmt: skip
    _speak(room.list_cases(api_url, key_file, where, as_json=as_json))


@cases.command()
def show(case: str, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Show one case: how it stands, who owes what by when, and its timeline."""
    from cli import cases as room

    _speak(room.show(api_url, key_file, case, as_json=as_json))


@app.command(help=help_text("clocks"))
def clocks(case: str, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Explain every clock of a case."""
    from cli import cases as room

    _speak(room.clocks(api_url, key_file, case, as_json=as_json))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def decide(
    context: typer.Context,
    case: str,
    kind: Annotated[str, typer.Argument(help="triage, accept, finding, draft, review, close, ...")],
    body: Annotated[str | None, typer.Option(help="The fields as JSON; - reads them from standard input.")] = None,
    code: Annotated[str | None, typer.Option(help="The code a signature asks for; see: piyao code CASE.")] = None,
    key: Once = None,
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a decision: fields as --field value (twice for a list), or as --body JSON."""
    from cli import cases as room
    from cli.fields import Unreadable, fields

    try:
        said = fields(context.args, None if body is None else _given(body))
    except Unreadable as unreadable:
        raise typer.BadParameter(str(unreadable)) from None
    _speak(room.decide(api_url, key_file, case, {**said, "kind": kind}, once=key, code=code, as_json=as_json))


@app.command()
def code(case: str, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Have the code sent that signing a red or orange case asks for."""
    from cli import cases as room

    _speak(room.code(api_url, key_file, case, as_json=as_json))


def _given(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def _speak(call: Any) -> None:
    from cli.running import spoken

    spoken(call)
