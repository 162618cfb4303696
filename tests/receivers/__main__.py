"""Print what becomes of letters beside each kind of mail server: `make receivers`."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from temporalio.testing import WorkflowEnvironment

from temporal import search_attributes
from tests.conftest import SERVER, TIME_SKIPPING
from tests.receivers.story import KINDS, Outcome, played


def row(says: str, outcome: Outcome) -> tuple[str, ...]:
    copies = sorted(outcome.copies.values(), reverse=True)
    heard = ", ".join(f"{person} ({channel})" for person, channel in outcome.heard)
    return (
        says,
        str(copies or 0),
        str(outcome.connections),
        str(len(outcome.receipts)),
        heard or f"nobody: {len(outcome.undelivered)} lost, told to the administrators",
        ", ".join(outcome.events),
        f"{outcome.seconds:.0f} s",
    )


async def main(kinds: list[str], factor: float) -> None:
    table = Table("server", "copies per letter", "connections", "receipts", "who heard", "entries", "took")
    args = [part for flag in TIME_SKIPPING for part in ("--dynamic-config-value", flag)]
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(SERVER), dev_server_extra_args=args
    ) as server:
        await search_attributes.ensure(server.client)
        for name in kinds:
            with tempfile.TemporaryDirectory() as folder:
                short = factor if name != "cuts" else min(factor, 1 / 60)  # eleven minutes at full length
                outcome = await played(server, Path(folder), KINDS[name], factor=short, patience=1200)
                table.add_row(*row(KINDS[name].says, outcome))
    Console(width=180).print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--factor", type=float, default=1.0, help="how many times longer than life a story is")
    given = parser.parse_args()
    asyncio.run(main(given.kinds, given.factor))
