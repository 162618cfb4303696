"""The commands on cases, which call the API: `piyao report`, `cases list|show`, `clocks`, `decide`, `code`."""
# ruff: noqa: PLC0415

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="Read cases.")

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for programs.")]
ApiUrl = Annotated[str, typer.Option("--api", envvar="PIYAO_API_URL", help="Address of the API.")]
KeyFile = Annotated[Path | None, typer.Option(envvar="PIYAO_KEY_FILE", help="File with your personal key.")]
Once = Annotated[str | None, typer.Option("--key", help="Idempotency key; the same again changes nothing.")]
HERE = "http://127.0.0.1:8400"


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
    from cli.actions import cases as room

    body = {"text": _given(text), "place": place, "channel": channel, "url": url, "at": at}
    _speak(room.report(api_url, key_file, body, once=key, as_json=as_json))


@app.command("list")
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
    from cli.actions import cases as room

    where = {
        "stage": stage, "level": level, "unit": unit, "topic": topic,
        "district": district, "owner": owner, "overdue": overdue,
    }  # fmt: skip
    _speak(room.list_cases(api_url, key_file, where, as_json=as_json))


@app.command()
def show(case: str, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Show one case: how it stands, who owes what by when, and its timeline."""
    from cli.actions import cases as room

    _speak(room.show(api_url, key_file, case, as_json=as_json))


def clocks(case: str, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Explain every clock of a case."""
    from cli.actions import cases as room

    _speak(room.clocks(api_url, key_file, case, as_json=as_json))


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
    from cli.actions import cases as room
    from cli.actions.decision_fields import Unreadable, fields

    try:
        message = fields(context.args, None if body is None else _given(body))
    except Unreadable as unreadable:
        raise typer.BadParameter(str(unreadable)) from None
    _speak(room.decide(api_url, key_file, case, {**message, "kind": kind}, once=key, code=code, as_json=as_json))


def code(case: str, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Have the code sent that signing a red or orange case asks for."""
    from cli.actions import cases as room

    _speak(room.code(api_url, key_file, case, as_json=as_json))


def _given(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def _speak(call: Any) -> None:
    from cli.run import spoken

    spoken(call)
