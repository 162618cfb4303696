"""The command `piyao figures`, which calls the API."""
# ruff: noqa: PLC0415

from __future__ import annotations

from cli.commands.cases import HERE, ApiUrl, AsJson, KeyFile


def figures(api_url: ApiUrl = HERE, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Count how triage took what was proposed."""
    from cli.actions import figures as actions
    from cli.run import run_call

    run_call(actions.triage(api_url, key_file, as_json=as_json))
