"""The commands that run Piyao's parts: `piyao up`, `worker`, `api`, `demo`."""
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.help_texts import help_text

Data = Annotated[Path | None, typer.Option(help=help_text("data"), show_default="./data")]
Config = Annotated[Path | None, typer.Option(help=help_text("config"))]
AsJson = Annotated[bool, typer.Option("--json", help=help_text("json"))]


def up(
    data: Data = None,
    config: Config = None,
    api_port: Annotated[int | None, typer.Option(help=help_text("api_port"), show_default="8400")] = None,
    temporal_port: Annotated[int, typer.Option(help=help_text("temporal_port"))] = 7233,
    ui_port: Annotated[int, typer.Option(help=help_text("ui_port"))] = 8233,
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
    reports: Annotated[Path | None, typer.Option(help=help_text("demo_reports"))] = None,
    summary: Annotated[Path | None, typer.Option(help=help_text("demo_summary"))] = None,
    exit_when_done: Annotated[bool, typer.Option("--exit", help=help_text("demo_exit"))] = False,
    data: Annotated[Path | None, typer.Option(help=help_text("demo_data"))] = None,
    fast: Annotated[bool, typer.Option("--fast/--slow", help=help_text("demo_fast"), show_default="--fast")] = True,
) -> None:
    """Play a demo: reports come in, officers of several units act, answers are published."""
    from cli.run import run_demo

    run_demo(reports, summary, data, exit_when_done=exit_when_done, fast=fast)
