"""The faults: which part is killed when, while what is in flight, and when it is back."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass

from tests.chaos.office import PARTS, House
from tests.chaos.people import People
from tests.chaos.watch import Kind, Watch

FIRES_WITHIN = 60.0
"""Seconds until a fault that found nothing to hit has failed."""

SHORTLY, FOR_LONG = (0.0, 1.0), (7.0, 9.0)
"""Seconds a killed part stays away; the desk gives up on Temporal after five."""

SENT_WITHIN = 1.0
"""Seconds after a restart within which a decision must be on its way."""


class NeverFired(Exception):
    """Raised when a fault found nothing in flight; says which one."""


@dataclass(frozen=True)
class Fault:
    """One kill as it happened."""

    part: str
    meant: Kind
    hit: dict[Kind, list[str]]
    killed: bool
    away: float
    decision_after: float | None

    @property
    def fired(self) -> bool:
        """Whether it killed its part while what it was meant to hit was in flight, and people spoke right after."""
        spoke = self.decision_after is not None and self.decision_after <= SENT_WITHIN
        return self.killed and bool(self.hit.get(self.meant)) and spoke

    def says(self) -> str:
        """Tell it in one line."""
        hit = "; ".join(f"{len(what)} {kind} ({what[0]})" for kind, what in self.hit.items())
        after = "no decision" if self.decision_after is None else f"a decision {self.decision_after:.2f} s later"
        return f"{self.part:8} killed while {hit or 'nothing'}; back after {self.away:.1f} s, {after}"


@dataclass(frozen=True)
class Planned:
    """One kill to come; `for_long` keeps the part away until calls to it give up, so that the sweep is needed."""

    part: str
    meant: Kind
    for_long: bool


def planned(seed: int, kills: int) -> list[Planned]:
    """Which part is to be killed, in which order, and what each kill is to hit: every kind with every part in turn."""
    kinds = list(Kind)
    plan = [
        Planned(part, kinds[number % len(kinds)], for_long=part == "temporal" and number % 3 == 0)
        for part in PARTS
        for number in range(kills)
    ]
    random.Random(seed).shuffle(plan)
    return plan


async def strike(house: House, people: People, plan: Planned, chance: random.Random) -> Fault:
    """Kill a part at a random moment at which what is meant is in flight, and start it again after a random while.

    As soon as it is back somebody says something: who was cut off may still be waiting for an answer.
    """
    watch, part, meant = people.watch, plan.part, plan.meant
    await asyncio.sleep(chance.uniform(0.3, 2.0))
    hit = await _hit(watch, part, meant, chance)
    killed = await house.kill(part)
    begun = time.monotonic()
    await asyncio.sleep(chance.uniform(*(FOR_LONG if plan.for_long else SHORTLY)))
    await house.start(part)
    back = time.monotonic()
    await asyncio.gather(people.remark(chance), asyncio.sleep(SENT_WITHIN))
    return Fault(part, meant, hit, killed, back - begun, watch.first_decision_after(back))


async def _hit(watch: Watch, part: str, meant: Kind, chance: random.Random) -> dict[Kind, list[str]]:
    try:
        async with asyncio.timeout(FIRES_WITHIN):
            while True:
                await watch.takes_off(meant)
                await asyncio.sleep(chance.uniform(0.0, 0.02))
                if (flying := watch.flying()).get(meant):
                    return flying
    except TimeoutError as never:
        raise NeverFired(f"no {meant} was in flight for {FIRES_WITHIN:.0f} s; {part} was not killed") from never
