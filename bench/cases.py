"""Measure how many standard cases a machine carries per second, compared with a bare workflow on the same server.

`python -m bench.cases [--json FILE]`; the exit status is 1 if the case is slower than `LEAST` of the bare one. Times
depend on the machine and on what else it does: read the ratios.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import logs
from api.app import FOLLOWING, follow
from bench.support import baseline_workflow, offices, report, standard_case
from bench.support.lateness import percentile
from bench.support.player import Player
from bench.support.processes import ROOT, Server, cpu_of, dev_server, pid_of, python
from cli.supervisor import temporal_server
from cli.supervisor.process import ManagedProcess
from settings import Settings
from temporal.client import connect
from wiring.api import open_desk
from wiring.office import load_office

PATIENCE = 60.0
"""Seconds the register has to catch up with the cases after a round."""

WAITS = ("p50_ms", "p99_ms")
LEAST, AIM = 0.6, 1.0
ORDER = (("bare", "full"), ("full", "bare"), ("bare", "full"))


class Playing(Protocol):
    """A player of cases, as a caller uses it over and over."""

    decided: int
    took: list[float]
    closed_late: int

    def opens_and_publishes(self) -> Awaitable[Any]:
        """Play a case up to its last decision but one."""

    def closes(self, case: Any) -> Awaitable[None]:
        """Close a case."""


@dataclass(frozen=True)
class Side:
    """One of the two sides that are compared: its player, and the processes that work for it."""

    player: Playing
    server: ManagedProcess
    worker: ManagedProcess

    def cpu(self) -> dict[str, float]:
        """Return the processor time each part has used so far, in seconds."""
        return {
            "server": cpu_of(pid_of(self.server)),
            "worker": cpu_of(pid_of(self.worker)),
            "desk": cpu_of(os.getpid()),
        }


async def caller(player: Playing, over: asyncio.Event) -> None:
    """Play case after case until `over`; close each after the next was played, so that no publication is waited for."""
    played = None
    while not over.is_set():
        case = await player.opens_and_publishes()
        if played is not None:
            await player.closes(played)
        played = case
    if played is not None:
        await player.closes(played)


async def play(side: Side, *, callers: int, ramp: float, seconds: float) -> dict[str, float]:
    """Let callers play, and measure a window in the middle of it; return rates and milliseconds per case.

    A case is eleven decisions.
    """
    over = asyncio.Event()
    playing = [asyncio.create_task(caller(side.player, over)) for _ in range(callers)]
    await asyncio.sleep(ramp)
    begun, decided, cpu = time.monotonic(), side.player.decided, side.cpu()
    side.player.took.clear()
    await asyncio.sleep(seconds)
    cases = (side.player.decided - decided) / standard_case.DECISIONS
    passed, used, took = time.monotonic() - begun, side.cpu(), list(side.player.took)
    over.set()
    await asyncio.gather(*playing)
    spent = {f"{part}_ms": round(1000 * (used[part] - cpu[part]) / cases, 1) for part in used}
    waits = {f"p{share}_ms": round(1000 * percentile(took, share), 1) for share in (50, 99)}
    return {"per_s": round(cases / passed, 2), **spent, "cpu_ms": round(sum(spent.values()), 1), **waits}


async def settled(player: Player) -> None:
    """Wait until the register has all that the cases did; its timelines are then whole."""
    async with asyncio.timeout(PATIENCE):
        while await player.desk.register.due(player.desk.now(), 1):
            await player.desk.follow()


@asynccontextmanager
async def sides(folder: Path, *, as_ours: bool = False) -> AsyncIterator[dict[str, Side]]:
    """Run one server, the two workers, and the desk in this process; `as_ours` as in `baseline_workflow`."""
    own = [baseline_workflow.AS_OURS] if as_ours else []
    config = offices.unbounded(folder)
    settings = Settings(
        config=config, data=folder, task_queue="full", smtp_url=None, message_url=None, partner_url=None
    )
    environment = {"PIYAO_CONFIG": str(config), "PIYAO_DATA": str(folder), "PIYAO_TASK_QUEUE": "full"}
    async with AsyncExitStack() as stack:
        server: Server = await stack.enter_async_context(dev_server(folder))
        client = await connect(None)
        caller = client if as_ours else await baseline_workflow.plain_client()
        full = await stack.enter_async_context(python("worker", [str(ROOT / "worker.py")], folder, environment))
        floor = await stack.enter_async_context(
            python("bare", ["-m", "bench.support.baseline_workflow", *own], folder, environment)
        )
        async with asyncio.timeout(30):
            for queue in ("full", baseline_workflow.QUEUE):
                await temporal_server.wait_for_worker(client, queue)
        desk = await stack.enter_async_context(open_desk(settings, load_office(settings)))
        following = asyncio.create_task(follow(desk, FOLLOWING))  # as the API does beside the decisions
        stack.callback(following.cancel)
        yield {
            "full": Side(Player(desk), server.part, full),
            "bare": Side(baseline_workflow.BarePlayer(caller), server.part, floor),
        }


async def measure(callers: int, warm_up: float, seconds: float, *, as_ours: bool) -> list[dict[str, dict[str, float]]]:
    """Warm both sides up, then play them in turn; return the figures of each round."""
    rounds = []
    with tempfile.TemporaryDirectory(prefix="piyao-cases-") as folder:
        async with sides(Path(folder), as_ours=as_ours) as both:
            for side in both.values():
                await play(side, callers=callers, ramp=warm_up - 1, seconds=1)
            for order in ORDER:
                rounds.append({})
                for name in order:
                    rounds[-1][name] = await play(both[name], callers=callers, ramp=2, seconds=seconds)
                    await settled(both["full"].player)  # what is left to follow must not slow the other side down
    return rounds


def figures(rounds: list[dict[str, dict[str, float]]]) -> dict[str, Any]:
    """Return medians; a ratio is the median of each round's own ratio, because load comes and goes."""

    def median(side: str, figure: str) -> float:
        return round(statistics.median(one[side][figure] for one in rounds), 2)

    def ratio(figure: str) -> float:
        return round(statistics.median(one["full"][figure] / one["bare"][figure] for one in rounds), 3)

    parts = ("server_ms", "worker_ms", "desk_ms", "cpu_ms")
    cpu = {side: {part: median(side, part) for part in parts} for side in ("full", "bare")}
    return {
        "full_per_s": median("full", "per_s"),
        "bare_per_s": median("bare", "per_s"),
        "ratio_to_bare": ratio("per_s"),
        "decision": {
            **{side: {wait: median(side, wait) for wait in WAITS} for side in ("full", "bare")},
            "full_to_bare": {wait: ratio(wait) for wait in WAITS},
        },
        "cpu_ms_per_case": {**cpu, "full_to_bare": {part: ratio(part) for part in parts}},
        "rounds": rounds,
    }


def show(found: dict[str, Any]) -> None:
    """Print the medians, side by side."""
    cpu = found["cpu_ms_per_case"]
    beside = {
        side: {"cases per second": found[f"{side}_per_s"], **{f"cpu {k}": v for k, v in cpu[side].items()}}
        for side in ("full", "bare")
    }
    beside["full ÷ bare"] = {
        "cases per second": found["ratio_to_bare"],
        **{f"cpu {k}": v for k, v in cpu["full_to_bare"].items()},
    }
    for side, waits in zip(beside, ("full", "bare", "full_to_bare"), strict=True):
        beside[side] |= {f"decision {k}": v for k, v in found["decision"][waits].items()}
    report.show_beside("Standard cases, medians of three rounds; processor time per case", beside)


def main() -> int:
    """Measure, print, write; return the exit status."""
    parser = report.parser(__doc__)
    parser.add_argument("--callers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of one round")
    parser.add_argument("--warm-up", type=float, default=8.0)
    parser.add_argument("--as-ours", action="store_true", help="spare the bare workflow what we spare the SDK, too")
    args = parser.parse_args()
    logs.configure(level="WARNING")
    found = figures(asyncio.run(measure(args.callers, args.warm_up, args.seconds, as_ours=args.as_ours)))
    show(found)
    report.write(args.json, found)
    if found["ratio_to_bare"] < LEAST:
        print(f"bench-cases: {found['ratio_to_bare']} of the bare workflow; at least {LEAST}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
