"""The commands on cases, which call the API: `piyao report`, `cases list|show|restore`, `clocks`, `decide`, `code`."""
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.help_page import CommandSet
from cli.help_texts import help_text

app = CommandSet(help=help_text("cases"))

TEXT_FIRST = {"ignore_unknown_options": True}
"""A report may begin with a hyphen; a word that looks like an option of ours is refused all the same."""
ANY_FIELD = {"allow_extra_args": True, "ignore_unknown_options": True}

AsJson = Annotated[bool, typer.Option("--json", help=help_text("json"))]
ApiUrl = Annotated[str, typer.Option("--api", envvar="PIYAO_API_URL", help=help_text("api_url"))]
KeyFile = Annotated[Path | None, typer.Option(envvar="PIYAO_KEY_FILE", help=help_text("key_file"))]
Key = Annotated[str | None, typer.Option("--key", help=help_text("idempotency_key"))]
Case = Annotated[str, typer.Argument(metavar=help_text("kind_case"), help=help_text("case"))]
HERE = "http://127.0.0.1:8400"


def report(
    text: Annotated[str, typer.Argument(metavar=help_text("kind_report"), help=help_text("report_text"))],
    place: Annotated[str | None, typer.Option(help=help_text("report_place"))] = None,
    channel: Annotated[str, typer.Option(help=help_text("report_channel"))] = "public",
    url: Annotated[str | None, typer.Option(help=help_text("report_url"))] = None,
    at: Annotated[str | None, typer.Option(help=help_text("report_at"))] = None,
    key: Key = None,
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a report."""
    from cli.actions import cases as actions
    from cli.actions.written import read_text

    body = {"text": read_text(text), "place": place, "channel": channel, "url": url, "at": at}
    _run(actions.report(api_url, key_file, body, idempotency_key=key, as_json=as_json))


@app.command("list", help=help_text("cases_list"))
def list_cases(
    stage: Annotated[str | None, typer.Option(help=help_text("list_stage"))] = None,
    level: Annotated[str | None, typer.Option(help=help_text("list_level"))] = None,
    unit: Annotated[str | None, typer.Option(help=help_text("list_unit"))] = None,
    topic: Annotated[str | None, typer.Option(help=help_text("list_topic"))] = None,
    district: Annotated[str | None, typer.Option(help=help_text("list_district"))] = None,
    owner: Annotated[str | None, typer.Option(help=help_text("list_owner"))] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--in-time", help=help_text("list_overdue"))] = None,
    stopped: Annotated[bool | None, typer.Option("--stopped/--not-stopped", help=help_text("list_stopped"))] = None,
    limit: Annotated[int, typer.Option(min=1, help=help_text("list_limit"))] = 50,
    whole: Annotated[bool, typer.Option("--all", help=help_text("list_all"))] = False,
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
    _run(actions.list_cases(api_url, key_file, where, None if whole else limit, as_json=as_json))


@app.command(help=help_text("cases_show"))
def show(case: Case, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Show one case: its state, its open deadlines, and its timeline."""
    from cli.actions import cases as actions

    _run(actions.show(api_url, key_file, case, as_json=as_json))


@app.command(help=help_text("cases_restore"))
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
    kind: Annotated[str, typer.Argument(metavar=help_text("kind_decision"), help=help_text("decision"))],
    body: Annotated[str | None, typer.Option(help=help_text("decide_body"))] = None,
    code: Annotated[str | None, typer.Option(help=help_text("decide_code"))] = None,
    key: Key = None,
    api_url: ApiUrl = HERE,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a decision. Give its fields as --field VALUE (repeat it for a list) or as --body JSON."""
    from cli.actions import cases as actions
    from cli.actions.decision_fields import Unreadable, fields
    from cli.actions.written import read_text

    try:
        decision = fields(kind, context.args, None if body is None else read_text(body))
    except Unreadable as unreadable:
        raise typer.BadParameter(str(unreadable), ctx=context) from None
    _run(actions.decide(api_url, key_file, case, decision, idempotency_key=key, code=code, as_json=as_json))


def code(case: Case, api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Send yourself the code for signing a red or orange case."""
    from cli.actions import cases as actions

    _run(actions.code(api_url, key_file, case, as_json=as_json))


def _run(call: Any) -> None:
    from cli.run import run_call

    run_call(call)
