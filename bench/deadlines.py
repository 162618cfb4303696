"""Measure how late deadlines are, alone and many at once, beside a workflow that only sleeps on the same server.

`python -m bench.deadlines [--json FILE]`; the exit status is 1 if a lone one is later than `LONE_MOST` seconds, or many
at once are later than `MASS_MOST` times the bare ones. Times depend on the machine and on what else it does: read the
ratios.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import logs
from bench.support import lateness, offices, report
from bench.support.deadline_sides import Side, sides

LONE_MOST, MASS_MOST, MASS_AIM = 0.5, 2.0, 1.2
ORDER = (("bare", "full"), ("full", "bare"))

WARM_UP = 40
"""How many are opened on each side before anything is measured."""

SLACK = 1.4
"""The time planned for opening many, as a multiple of what opening took before; then they are all due."""

TRIES = 3
"""How often many are opened anew because their due time had passed before all were open."""

FAR = timedelta(days=1)

QUIET = timedelta(seconds=4)
"""How long nothing happens before many deadlines are due."""

APART = 0.6
"""Seconds from one lone deadline to the next, more or less by a third: so that they hit no beat of a poller."""

PATIENCE = 600.0
"""Seconds letters may take before the measurement gives up."""


class TooSlow(Exception):
    """Raised when this machine is too busy to open deadlines in time."""


class Pace:
    """How many deadlines a side opens per second, measured on those it opened before."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self._rate = 5.0

    async def opened(self, count: int, instant: datetime | None = None) -> tuple[list[str], datetime]:
        """Open many deadlines that are due at one instant, and wait until each has had its first letter.

        Returns their names and the instant; without `instant`, one that leaves time enough at the present pace.
        """
        begun = datetime.now(UTC)
        ready = timedelta(seconds=count / self._rate * SLACK) + 2 * QUIET
        instant = instant or (begun + ready).replace(microsecond=0)
        names = await self.side.open_due_at(instant, count)
        seen = await self.side.letters.wait_for(dict.fromkeys(names, begun), patience=PATIENCE)
        self._rate = count / (max(seen.values()) - begun).total_seconds()
        return names, instant

    async def in_time(self, count: int) -> tuple[list[str], datetime]:
        """Open many deadlines for an instant that has not come when all are open; return their names and it.

        Raises:
            TooSlow: the instant had come, each time.

        """
        for _ in range(TRIES):
            names, instant = await self.opened(count)
            if instant - datetime.now(UTC) > QUIET / 2:
                return names, instant
        raise TooSlow(f"{count} were not open in time, {TRIES} times")


async def many(pace: Pace, count: int) -> dict[str, float]:
    """Open many deadlines that are due in the same moment; return how late they were, and what each cost."""
    names, instant = await pace.in_time(count)
    await asyncio.sleep((instant - datetime.now(UTC)).total_seconds() - 1)
    before = pace.side.cpu()
    planned = dict.fromkeys(names, instant)
    seen = await pace.side.letters.wait_for(planned, patience=PATIENCE)
    spent = {f"{part}_ms": round(1000 * (used - before[part]) / count, 1) for part, used in pace.side.cpu().items()}
    return {**lateness.in_short(lateness.late_by(seen, planned)), **spent}


async def round_of(paces: dict[str, Pace], count: int, order: Sequence[str]) -> dict[str, dict[str, float]]:
    """Measure many deadlines on each side, one side after the other."""
    found = {}
    for name in order:
        found[name] = await many(paces[name], count)
        print(f"{count} at once, {name}: {found[name]}", file=sys.stderr, flush=True)  # all of it takes minutes
    return found


async def lone(both: dict[str, Side], count: int) -> dict[str, Any]:
    """Open deadlines of both sides in turn, due one by one after the last was opened; return their lateness."""
    planned: dict[str, dict[str, datetime]] = {name: {} for name in both}
    steps = int(offices.BUDGET.total_seconds() * 0.9 / APART)
    for _ in range(-(-count // steps)):
        for name in _in_turn(steps):
            case, due = await both[name].opening.due_soon()
            planned[name][case] = due
            await asyncio.sleep(APART / 2 * (0.67 + secrets.randbelow(66) / 100))
        await asyncio.sleep(offices.BUDGET.total_seconds() + 2)
    late = {}
    for name, dues in planned.items():
        seen = await both[name].letters.wait_for(dues, patience=PATIENCE)
        late[name] = lateness.in_short(lateness.late_by(seen, dues))
    return late


def _in_turn(steps: int) -> Iterator[str]:
    """Yield the side that opens the next: each comes first as often as the other."""
    for step in range(steps):
        yield from ORDER[step % 2]


async def measure(sizes: list[int], lone_ones: int) -> dict[str, Any]:
    """Measure on one server: the lone ones, then each size in rounds, the order of the sides alternated."""
    with tempfile.TemporaryDirectory(prefix="piyao-deadlines-") as folder:
        async with sides(Path(folder)) as both:
            paces = {name: Pace(side) for name, side in both.items()}
            for pace in 2 * list(paces.values()):
                await pace.opened(WARM_UP, datetime.now(UTC) + FAR)
            found: dict[str, Any] = {}
            if lone_ones:
                late = await lone(both, lone_ones)
                found["lone"] = lateness.of_rounds([late])
            for size in sizes:
                rounds = [await round_of(paces, size, order) for order in ORDER]
                found[f"mass_{size}"] = {**lateness.of_rounds(rounds), "rounds": rounds}
            return found


def too_late(found: dict[str, Any]) -> list[str]:
    """Return what is later than it may be, in sentences."""
    problems = []
    for name, figures in found.items():
        if name == "lone" and figures["p99_s"] > LONE_MOST:
            problems.append(f"a lone deadline is {figures['p99_s']} s late; at most {LONE_MOST}")
        elif name != "lone" and figures["ratio_to_bare"] > MASS_MOST:
            problems.append(f"{name}: {figures['ratio_to_bare']} times the bare one; at most {MASS_MOST}")
    return problems


def main() -> int:
    """Measure, print, write; return the exit status."""
    parser = report.parser(__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[200, 1000], help="how many are due at once")
    parser.add_argument("--lone", type=int, default=90, help="how many come alone on each side; 0: none")
    args = parser.parse_args()
    logs.configure(level="WARNING")
    found = asyncio.run(measure(args.sizes, args.lone))
    shown = {name: {key: value for key, value in one.items() if key != "rounds"} for name, one in found.items()}
    report.show_beside(f"Lateness of deadlines; aimed at: {MASS_AIM} times the bare ones", shown)
    report.write(args.json, found)
    for problem in (problems := too_late(found)):
        print(f"bench-deadlines: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
