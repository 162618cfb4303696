"""Measure whether a decision takes longer the more other cases are open, compared with an office where few are.

`python -m bench.growth [--json FILE]`; the exit status is 1 if a decision beside the most open cases takes more than
`MOST` times as long as beside the fewest. Two offices run side by side, each with a server, a worker and a desk of its
own: in one the fewest stay open, in the other their number grows. Every decision is taken in both, one right after the
other, so that other load of the machine meets both; at the first size they are equals, and show how far equals differ.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import logs
from bench.support import lateness, offices, report, standard_case
from bench.support.outbox_watch import Watch, watching
from bench.support.player import Player, digest_of
from bench.support.processes import ROOT, dev_server, python
from cli.supervisor import temporal_server
from domain.case.answer import Answer
from settings import Settings
from temporal.client import connect
from wiring.api import open_desk
from wiring.office import load_office

SIZES = (100, 1000, 5000)
MOST = 1.3

CASES = 40
"""How many cases are played at each size, in each office: ten decisions each, and the closing, which is not timed."""

TOGETHER = 20
"""How many cases are opened at the same time."""

AHEAD = 500
"""How many cases are opened before their letters are waited for: reports are taken in faster than cases begin."""

SETTLED = 5.0
"""Seconds of rest after the last case was opened."""

PATIENCE = 600.0
"""Seconds after which the letter of a new case counts as missing."""


class Growing:
    """One office: its player, and how many cases are open."""

    def __init__(self, player: Player, letters: Watch) -> None:
        self.player, self._letters, self._open = player, letters, 0
        self.times: list[float] = []
        """How long each decision took, in milliseconds."""

    async def grow(self, size: int) -> None:
        """Open cases until there are `size`, each of which has called the duty seat."""
        while self._open < size:
            more, begun = min(size - self._open, AHEAD), datetime.now(UTC)
            gate = asyncio.Semaphore(TOGETHER)
            cases = await asyncio.gather(*(self._report(gate) for _ in range(more)))
            await self._letters.wait_for(dict.fromkeys(cases, begun), patience=PATIENCE)
            self._open += more

    async def _report(self, gate: asyncio.Semaphore) -> str:
        async with gate:
            return await self.player.report()

    async def says(self, case: str, line: standard_case.Line) -> Answer:
        """Take one decision, and record how long it took."""
        begun = time.perf_counter()
        answer = await self.player.says(case, line)
        self.times.append(1000 * (time.perf_counter() - begun))
        return answer


async def play(offices: Sequence[Growing]) -> None:
    """Play one case in each office, decision by decision in turn, beginning with the first office."""
    cases = [await office.player.report() for office in offices]
    drafted: list[Answer] = []
    for line in standard_case.before_the_text():
        drafted = [await office.says(case, line) for office, case in zip(offices, cases, strict=True)]
    signed = [standard_case.signatures(digest_of(answer)) for answer in drafted]
    for lines in zip(*signed, strict=True):
        for office, case, line in zip(offices, cases, lines, strict=True):
            await office.says(case, line)
    for office, case in zip(offices, cases, strict=True):
        await office.player.closes(case)


async def compare(few: Growing, many: Growing, cases: int) -> dict[str, float]:
    """Play cases in both offices; return how long decisions took."""
    few.times.clear()
    many.times.clear()
    for number in range(cases):
        await play((few, many) if number % 2 else (many, few))
    p50, p50_of_few = lateness.percentile(many.times, 50), lateness.percentile(few.times, 50)
    return {
        "p50_ms": round(p50, 2),
        "p99_ms": round(lateness.percentile(many.times, 99), 2),
        "beside_fewest_p50_ms": round(p50_of_few, 2),
        "beside_fewest_p99_ms": round(lateness.percentile(few.times, 99), 2),
        "ratio": round(p50 / p50_of_few, 3),
    }


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Growing]:
    """Run a server, a worker and, in this process, a desk; the environment then names this server."""
    config = offices.unbounded(folder)
    settings = Settings(
        config=config, data=folder, task_queue="growth", smtp_url=None, message_url=None, partner_url=None
    )
    environment = {"PIYAO_CONFIG": str(config), "PIYAO_DATA": str(folder), "PIYAO_TASK_QUEUE": "growth"}
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(dev_server(folder))
        await stack.enter_async_context(python("worker", [str(ROOT / "worker.py")], folder, environment))
        async with asyncio.timeout(90):
            await temporal_server.wait_for_worker(await connect(None), "growth")
        desk = await stack.enter_async_context(open_desk(settings, load_office(settings)))
        letters = await stack.enter_async_context(watching(folder / "outbox" / "notices.jsonl"))
        yield Growing(Player(desk), letters)


async def measure(sizes: Sequence[int], cases: int) -> dict[str, dict[str, float]]:
    """Let one office grow beside another, and compare them at each size."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="piyao-growth-") as folder:
        # One after the other: a desk and a worker keep to the server that was the environment's when they began.
        async with office(Path(folder) / "few") as few, office(Path(folder) / "many") as many:
            await few.grow(sizes[0])
            await many.grow(sizes[0])
            await compare(few, many, max(1, cases // 10))  # not measured: the first cases load what all need
            for size in sizes:
                await many.grow(size)
                await asyncio.sleep(SETTLED)
                found[str(size)] = await compare(few, many, cases)
                print(f"{size} open: {found[str(size)]}", file=sys.stderr, flush=True)  # all of it takes minutes
    return found


def main() -> int:
    """Measure, print, write; return the exit status."""
    parser = report.parser(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="how many other cases are open")
    parser.add_argument("--cases", type=int, default=CASES, help="how many cases are played at each size")
    args = parser.parse_args()
    logs.configure(level="WARNING")
    found: dict[str, Any] = asyncio.run(measure(args.sizes, args.cases))
    report.show_beside("One decision beside so many open cases; samples: 10 decisions of each case", found)
    most = found[str(args.sizes[-1])]["ratio"]
    report.write(args.json, {**found, "ratio": most})
    if most > MOST:
        print(f"bench-growth: {most} times as long beside {args.sizes[-1]} cases; at most {MOST}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
