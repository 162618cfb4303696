"""Disturb one of two houses, let both ring out, compare; ends with 1 when anything is wrong."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import logs
from bench.support import standard_case
from tests import short_policy
from tests.chaos.verdict import judged
from tests.twins.comparing import Account, account, differences
from tests.twins.faults import How, Struck, planned, strike
from tests.twins.sides import Side, compared, open_side, served
from tests.twins.stories import BUDGETS, LADDER

ENOUGH = 0.9
"""Which share of the cases must have fallen silent in time in both houses."""


async def disturb(mine: Side, twin: Side, plan: list[How], asked: argparse.Namespace) -> list[Struck]:
    """Open the cases in both houses, some before each fault and all the same; strike only the first house."""
    chance, struck = random.Random(asked.seed), []
    claims = [standard_case.claim() for _ in range(asked.cases)]
    for number, how in enumerate(plan):
        upto = asked.cases * (number + 1) // len(plan)
        fresh = claims[len(mine.cases) : upto]
        await asyncio.gather(mine.opens(fresh), twin.opens(fresh))
        struck.append(await strike(mine.house, mine.people, how, chance, freeze=asked.freeze, aimed=asked.aimed))
        print(f"{len(struck):3} {struck[-1].says()}", flush=True)
    return struck


async def played(mine: Side, twin: Side, plan: list[How], asked: argparse.Namespace) -> list[Struck]:
    """Disturb, then wait until both houses are quiet."""
    struck = await disturb(mine, twin, plan, asked)
    print("ringing out", flush=True)
    await asyncio.gather(mine.rest(), twin.rest())
    return struck


async def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Run one seed."""
    plan = planned(asked.seed, asked.kills, asked.stops)
    with tempfile.TemporaryDirectory(prefix="piyao-twins-") as folder:
        config = short_policy.office(Path(folder) / "config", LADDER, BUDGETS)
        mine_at, twin_at = Path(folder) / "disturbed", Path(folder) / "undisturbed"
        async with open_side(mine_at, config, asked.seed) as mine, open_side(twin_at, config, asked.seed) as twin:
            struck = await served(twin, served(mine, played(mine, twin, plan, asked)))
            accounts = await account(mine), await account(twin)
            wrong = _died(mine) + _died(twin) + [f"never fired: {one.says()}" for one in struck if not one.fired]
            together = compared(mine, twin)
            if len(together) < asked.cases * ENOUGH:
                wrong.append(f"only {len(together)} of {asked.cases} cases could be compared")
            return told(mine, *accounts, together, struck, wrong)


def _died(side: Side) -> list[str]:
    return [f"{name} ended though nobody killed it" for name in side.house.died_alone()]


def told(
    side: Side, mine: Account, twin: Account, together: set[int], struck: list[Struck], wrong: list[str]
) -> dict[str, Any]:
    """Gather the figures; `lost` and `doubled` count letters at the receiver, `differ` compares the twins."""
    differ = differences(twin, mine, together)
    hit = Counter(kind for one in struck for kind in one.hit)
    return {
        **{how: sum(one.how is how for one in struck) for how in How},
        "struck_while": {str(kind): times for kind, times in sorted(hit.items())},
        "cases": dict(Counter(case.story for case in side.cases)),
        "compared": len(together),
        "decisions": sum(len(case.answered) for case in side.cases),
        "rungs": mine.rungs.total(),
        "rungs_undisturbed": twin.rungs.total(),
        "rungs_late": len(mine.late),
        "latest_s": max(mine.late, default=0),
        "told": mine.told.total(),
        "letters": mine.arrived - mine.again,
        "combined": mine.combined,
        "delivered_again": mine.again,
        "lost": len(mine.lost),
        "doubled": len(mine.doubled),
        "differ": len(differ),
        "wrong": [
            *wrong,
            *mine.wrong,
            *twin.wrong,
            *differ,
            *_unlike(mine, "disturbed"),
            *_unlike(twin, "undisturbed"),
        ],
    }


def _unlike(side: Account, name: str) -> list[str]:
    return [f"{name}: lost: {one}" for one in side.lost] + [f"{name}: doubled: {one}" for one in side.doubled]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=50, help="how often the worker is killed")
    parser.add_argument("--stops", type=int, default=50, help="how often it is frozen")
    parser.add_argument("--freeze", type=float, default=30.0, metavar="SECONDS", help="how long it is frozen")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--aimed", action="store_true", help="strike while a letter is on its way")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


def main() -> int:
    """Run, tell, judge."""
    asked = _asked()
    logs.configure(level="ERROR")
    begun = time.monotonic()
    return judged(asked.seed, begun, asyncio.run(run(asked)), asked.json)


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
