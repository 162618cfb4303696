"""The commands that run Piyao's parts: `piyao up`, `worker`, `api`, `demo`."""
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(help="Folder for the register, keys, evidence files, outbox and logs.", show_default="./data"),
]
Config = Annotated[Path | None, typer.Option(help="Folder with units, people, policy, calendar and texts.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def up(
    data: Data = None,
    config: Config = None,
    api_port: Annotated[
        int | None, typer.Option(help="Port of the API; 0 picks a free one.", show_default="8400")
    ] = None,
    temporal_port: Annotated[int, typer.Option(help="Port of Temporal; 0 picks a free one.")] = 7233,
    ui_port: Annotated[int, typer.Option(help="Port of the Temporal UI; 0 picks a free one.")] = 8233,
    as_json: AsJson = False,
) -> None:
    """Run Temporal, the worker and the API together until Ctrl-C."""
    from cli.run import run_up

    run_up(data, config, api_port, temporal_port, ui_port, as_json=as_json)


def worker() -> None:
    """Run a worker until SIGTERM, connected to the Temporal server at TEMPORAL_ADDRESS."""
    from cli.run import run_worker

    run_worker()


def api() -> None:
    """Run the HTTP API until SIGTERM."""
    from cli.run import run_api

    run_api()


def demo(
    reports: Annotated[
        Path | None, typer.Option(help="JSON-lines file; each line has text or claim, and may have verdict.")
    ] = None,
    summary: Annotated[Path | None, typer.Option(help="Write the figures to this file as JSON.")] = None,
    exit_when_done: Annotated[bool, typer.Option("--exit", help="Exit when all cases have been played.")] = False,
    data: Annotated[Path | None, typer.Option(help="Keep the data in this folder instead of a temporary one.")] = None,
    fast: Annotated[bool, typer.Option("--fast/--slow", help="Play without pauses, or slowly enough to watch.")] = True,
) -> None:
    """Play a demo: reports come in, officers of several units act, answers are published."""
    from cli.run import run_demo

    run_demo(reports, summary, data, exit_when_done=exit_when_done, fast=fast)
