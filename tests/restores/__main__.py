"""Run the drill, print its counts per stage and way; ends with 1 if anything is wrong."""

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
from tests.restores.drill import drill
from tests.restores.judging import counted
from tests.restores.matrix import Tried


async def run(each: int, closed: int) -> list[Tried]:
    """Run the drill on a server of its own."""
    args = [part for flag in TIME_SKIPPING for part in ("--dynamic-config-value", flag)]
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(SERVER), dev_server_extra_args=args
    ) as server:
        await search_attributes.ensure(server.client)
        with tempfile.TemporaryDirectory(prefix="piyao-restores-") as folder:
            return await drill(server, Path(folder), each, closed)


def main() -> int:
    """Run, tell, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=4, help="how many cases per stage and way")
    parser.add_argument("--closed", type=int, default=2, help="how many closed cases per way")
    asked = parser.parse_args()
    logs.configure(level="CRITICAL")
    begun = time.monotonic()
    tried = asyncio.run(run(asked.each, asked.closed))
    print("\n".join(counted(tried)))
    wrong = [f"{one.case} ({one.stage}, {one.way}): {line}" for one in tried for line in one.wrong]
    for line in wrong:
        print(f"✗ {line}", file=sys.stderr)
    print(f"{'✗' if wrong else '✓'} {len(tried)} cases in {time.monotonic() - begun:.0f} s, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
