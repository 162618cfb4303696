"""The commands on cases, which call the API: `piyao report`, `cases list|show|restore`, `clocks`, `decide`, `code`."""
# ruff: noqa: PLC0415

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="Read cases, and restore them.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ApiUrl = Annotated[str, typer.Option("--api", envvar="PIYAO_API_URL", help="Address of the API.")]
KeyFile = Annotated[Path | None, typer.Option(envvar="PIYAO_KEY_FILE", help="File with your personal key.")]
Key = Annotated[
    str | None, typer.Option("--key", help="Idempotency key. A second call with the same key changes nothing.")
]
Case = Annotated[str, typer.Argument(help="Id of the case, as printed by: piyao cases list.")]
HERE = "http://127.0.0.1:8400"


def report(
    text: Annotated[str, typer.Argument(help="The text of the report, unchanged; - reads it from standard input.")],
    place: Annotated[str | None, typer.Option(help="Where the claim circulates.")] = None,
    channel: Annotated[str, typer.Option(help="Source: public, or KIND:UNIT such as platform:pt1.")] = "public",
    url: Annotated[str | None, typer.Option(help="Address where it was seen.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was seen, such as 2026-11-23T20:12:00+08:00.")] = None,
    key: Key = None,
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a report."""
    from cli.actions import cases as actions

    body = {"text": _text_or_stdin(text), "place": place, "channel": channel, "url": url, "at": at}
    _run(actions.report(api_url, key_file, body, idempotency_key=key, as_json=as_json))


@app.command("list")
def list_cases(
    stage: Annotated[str | None, typer.Option(help="report, triage, verification, rebuttal, closure.")] = None,
    level: Annotated[str | None, typer.Option(help="red, orange, yellow, blue.")] = None,
    unit: Annotated[str | None, typer.Option(help="Code of a unit that was asked to verify.")] = None,
    topic: Annotated[str | None, typer.Option(help="Topic set by triage.")] = None,
    district: Annotated[str | None, typer.Option(help="District set by triage.")] = None,
    owner: Annotated[str | None, typer.Option(help="Code of a unit that owes a running clock.")] = None,
    overdue: Annotated[
        bool | None, typer.Option("--overdue/--in-time", help="Only overdue cases, or only cases in time.")
    ] = None,
    stopped: Annotated[
        bool | None, typer.Option("--stopped/--not-stopped", help="Only cases whose run was stopped, or only others.")
    ] = None,
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List cases, newest first, each with its open deadlines and the units that owe them."""
    from cli.actions import cases as actions

    where = {
        "stage": stage, "level": level, "unit": unit, "topic": topic,
        "district": district, "owner": owner, "overdue": overdue, "stopped": stopped,
    }  # fmt: skip
    _run(actions.list_cases(api_url, key_file, where, as_json=as_json))


@app.command()
def show(case: Case, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Show one case: its state, its open deadlines, and its timeline."""
    from cli.actions import cases as actions

    _run(actions.show(api_url, key_file, case, as_json=as_json))


@app.command()
def restore(case: Case, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Start a case again whose run was stopped or deleted in Temporal; for administrators."""
    from cli.actions import cases as actions

    _run(actions.restore(api_url, key_file, case, as_json=as_json))


def clocks(case: Case, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Explain every clock of a case."""
    from cli.actions import cases as actions

    _run(actions.clocks(api_url, key_file, case, as_json=as_json))


def decide(
    context: typer.Context,
    case: Case,
    kind: Annotated[str, typer.Argument(help="Kind of decision: triage, accept, finding, draft, review, close, ...")],
    body: Annotated[str | None, typer.Option(help="The fields as JSON; - reads them from standard input.")] = None,
    code: Annotated[
        str | None, typer.Option(help="Code for signing a red or orange case; get one with: piyao code CASE.")
    ] = None,
    key: Key = None,
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a decision. Give its fields as --field VALUE (repeat it for a list) or as --body JSON."""
    from cli.actions import cases as actions
    from cli.actions.decision_fields import Unreadable, fields

    try:
        decision = fields(context.args, None if body is None else _text_or_stdin(body))
    except Unreadable as unreadable:
        raise typer.BadParameter(str(unreadable)) from None
    _run(
        actions.decide(
            api_url, key_file, case, {**decision, "kind": kind}, idempotency_key=key, code=code, as_json=as_json
        )
    )


def code(case: Case, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Send yourself the code for signing a red or orange case."""
    from cli.actions import cases as actions

    _run(actions.code(api_url, key_file, case, as_json=as_json))


def _text_or_stdin(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def _run(call: Any) -> None:
    from cli.run import run_call

    run_call(call)
