"""The commands that run Piyao's parts: `piyao up`, `worker`, `api`, `demo`."""
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path | None, typer.Option(help="Folder for everything that is kept.", show_default="./data")]
Config = Annotated[Path | None, typer.Option(help="Folder with units, people, policy, calendar and texts.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for programs.")]


def up(
    data: Data = None,
    config: Config = None,
    api_port: Annotated[int | None, typer.Option(help="Port of the API; 0: any.", show_default="8400")] = None,
    temporal_port: Annotated[int, typer.Option(help="Port of Temporal; 0: any.")] = 7233,
    ui_port: Annotated[int, typer.Option(help="Port of Temporal's pages; 0: any.")] = 8233,
    as_json: AsJson = False,
) -> None:
    """Run Temporal, the worker and the API together until Ctrl-C."""
    from cli.run import run_up

    run_up(data, config, api_port, temporal_port, ui_port, as_json=as_json)


def worker() -> None:
    """Run a worker against the Temporal of TEMPORAL_ADDRESS until SIGTERM."""
    from cli.run import run_worker

    run_worker()


def api() -> None:
    """Run the HTTP API until SIGTERM."""
    from cli.run import run_api

    run_api()


def demo(
    reports: Annotated[Path | None, typer.Option(help="JSON lines with text or claim, and verdict.")] = None,
    summary: Annotated[Path | None, typer.Option(help="Write the figures to this file as JSON.")] = None,
    leave: Annotated[bool, typer.Option("--exit", help="End when everything has been played.")] = False,
    data: Annotated[Path | None, typer.Option(help="Keep the data here instead of a scratch folder.")] = None,
    fast: Annotated[bool, typer.Option("--fast/--slow", help="Play without pauses, or slowly enough to watch.")] = True,
) -> None:
    """Play the main job: reports come in, officers of several units act, answers are published."""
    from cli.run import run_demo

    run_demo(reports, summary, data, leave=leave, fast=fast)
