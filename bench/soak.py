"""Measure whether memory or descriptors of any part grow while the work stays the same.

`python -m bench.soak [--minutes N] [--json FILE]`. A server, a worker and an API run; cases are opened, published and
closed one after another, so that about as many are open all the time, and pages are read beside them. The exit status
is 1 if over the second half a part's descriptors grow, or its memory by more than `SLACK` of what it had.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import logs
from adapters.office.sample_keys import sample_key
from bench.flood import House, running
from bench.support import report
from bench.support.player import Player
from bench.support.processes import pid_of
from settings import Settings
from wiring.api import open_desk
from wiring.office import load_office

CALLERS = 3
EACH = 15.0
"""Seconds between two samples."""

PAUSE = 1.0
"""Seconds a caller rests after each case: the point is time, not load."""

SLACK = 0.05
FEW = 8
"""How many descriptors may come and go."""

READER = "wxb-duty"
PAGES = ("/healthz", "/bulletin", "/bulletin/feed.atom", "/v1/cases?limit=20", "/desk/login")


async def plays(player: Player, until: float) -> None:
    """Play case after case to its end."""
    while time.monotonic() < until:
        await player.closes(await player.opens_and_publishes())
        await asyncio.sleep(PAUSE)


async def reads(house: House, until: float) -> None:
    """Read pages and lists of the API, a few a second."""
    headers = {"Authorization": f"Bearer {sample_key(READER)}"}
    while time.monotonic() < until:
        for page in PAGES:
            await house.http.get(page, headers=headers)
        await asyncio.sleep(0.5)


async def samples(parts: Mapping[str, int], until: float) -> list[dict[str, float]]:
    """Return what each part holds, again and again: resident MiB and open descriptors."""
    found = []
    while time.monotonic() < until:
        await asyncio.sleep(EACH)
        found.append({figure: value for name, pid in parts.items() for figure, value in _held(name, pid).items()})
    return found


def _held(name: str, pid: int) -> dict[str, float]:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return {f"{name} MiB": round(resident / 1024, 1), f"{name} descriptors": len(os.listdir(f"/proc/{pid}/fd"))}


async def measure(minutes: float) -> list[dict[str, float]]:
    """Run the house, play and read for a while, and return the samples."""
    until = time.monotonic() + minutes * 60
    with tempfile.TemporaryDirectory(prefix="piyao-soak-") as place:
        folder = Path(place)
        settings = Settings(data=folder, task_queue="flood", smtp_url=None, message_url=None, partner_url=None)
        async with running(folder) as house, AsyncExitStack() as stack:
            desk = await stack.enter_async_context(open_desk(settings, load_office(settings)))
            player = Player(desk)
            parts = {name: pid_of(part) for name, part in house.parts.items()}
            work = [asyncio.create_task(plays(player, until)) for _ in range(CALLERS)]
            found, *_ = await asyncio.gather(samples(parts, until), reads(house, until), *work)
            return found


def grown(found: list[dict[str, float]]) -> dict[str, tuple[float, float]]:
    """Return what each figure was in the third and in the last quarter, as medians."""
    quarter = max(1, len(found) // 4)
    third, last = found[-2 * quarter : -quarter], found[-quarter:]
    return {name: (_median(third, name), _median(last, name)) for name in found[-1]}


def _median(rows: list[dict[str, float]], name: str) -> float:
    return round(statistics.median(row[name] for row in rows), 1)


def wrong(figures: dict[str, tuple[float, float]]) -> list[str]:
    """Return what has grown, a line each."""
    return [
        f"{name}: {before} -> {after}"
        for name, (before, after) in figures.items()
        if after > (before + FEW if name.endswith("descriptors") else before * (1 + SLACK))
    ]


def main() -> int:
    """Measure, print, write; return the exit status."""
    parser = report.parser(__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="how long it lasts")
    args = parser.parse_args()
    logs.configure(level="WARNING")
    found = asyncio.run(measure(args.minutes))
    figures = grown(found)
    shown: dict[str, Any] = {
        "at first": found[0],
        "third quarter": {name: one for name, (one, _) in figures.items()},
        "last quarter": {name: one for name, (_, one) in figures.items()},
    }
    report.show_beside(f"{args.minutes:.0f} minutes", shown)
    report.write(args.json, {"samples": found})
    for line in (lines := wrong(figures)):
        print(f"bench-soak: {line}", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    code = main()
    time.sleep(0.05)  # Temporal's native client may crash the interpreter at exit otherwise (sdk-python#300)
    sys.exit(code)
