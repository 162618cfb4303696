"""Run the thousand in both modes, print who won how often; ends with 1 when a level rang that must not."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

import logs
from temporal import search_attributes
from tests.conftest import SERVER, TIME_SKIPPING
from tests.race.reading import Won
from tests.race.trials import MODES, THOUSAND, hurried_office, race

LEAST = 0.1
"""Which share of all races each way to win must have."""


async def run(runs: int) -> list[str]:
    """Run `runs` races in each mode; returns what is wrong."""
    args = [part for flag in TIME_SKIPPING for part in ("--dynamic-config-value", flag)]
    wrong: list[str] = []
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(SERVER), dev_server_extra_args=args
    ) as server:
        await search_attributes.ensure(server.client)
        for mode in MODES:
            with tempfile.TemporaryDirectory(prefix="piyao-race-") as folder:
                office, begun = hurried_office(Path(folder) / "config", THOUSAND), time.monotonic()
                raced = await race(server, Path(folder), mode, runs, office=office, pace=THOUSAND)
            counts = ", ".join(f"{won} {raced.counts[won]}" for won in Won)
            print(f"{mode}: {raced.counts.total()} races in {time.monotonic() - begun:.0f} s: {counts}", flush=True)
            rare = [won for won in Won if raced.counts[won] < runs * LEAST]
            wrong += raced.wrong + [f"{mode}: {won} only {raced.counts[won]} of {runs} times" for won in rare]
    return wrong


def main() -> int:
    """Run, tell, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="how many races in each mode")
    asked = parser.parse_args()
    logs.configure(level="ERROR")
    wrong = asyncio.run(run(asked.runs))
    for line in wrong:
        print(f"✗ {line}", file=sys.stderr)
    print(f"{'✗' if wrong else '✓'} {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
