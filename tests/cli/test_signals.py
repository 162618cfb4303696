"""What runs until it is stopped collects garbage, though a command imports its parts without collecting any."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNS = {
    "a command of its own": "asyncio.run(signals.run_until_stopped(tell()))",
    "a service": "signals.serve(lambda stop: tell())",
}
TOLD = """
import asyncio, gc
import cli.main, starter
from cli.supervisor import signals

async def tell():
    print(gc.isenabled(), flush=True)

def run():
    print(gc.isenabled(), flush=True)
    {run}

cli.main.run = run
starter.main()
"""


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
async def test_garbage_is_collected_once_everything_is_imported(run: str) -> None:
    command = [sys.executable, "-c", TOLD.format(run=run)]

    ended = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert ended.stdout.split() == ["False", "True"]
