"""What is done to a worker: killed, or frozen for a while, at random moments; somebody speaks as soon as it is back."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from enum import StrEnum

from tests.chaos.faults import SENT_WITHIN, SHORTLY
from tests.chaos.office import House
from tests.chaos.people import People
from tests.chaos.watch import Kind

BETWEEN = (0.2, 3.0)
"""Seconds from one fault being over to the next."""

AIMED_FOR = 20.0
"""Seconds an aimed fault waits for a letter to be on its way before it strikes all the same."""


class How(StrEnum):
    KILLED = "killed"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Struck:
    """One fault as it happened: what was in flight, whether it took effect, how soon a decision followed."""

    how: How
    hit: dict[Kind, list[str]]
    done: bool
    away: float
    decision_after: float | None

    @property
    def fired(self) -> bool:
        """Whether the worker was really away, and somebody spoke within a second of its return."""
        return self.done and self.decision_after is not None and self.decision_after <= SENT_WITHIN

    def says(self) -> str:
        """Tell it in one line."""
        hit = "; ".join(f"{len(what)} {kind} ({what[0]})" for kind, what in self.hit.items())
        after = "no decision" if self.decision_after is None else f"a decision {self.decision_after:.2f} s later"
        return f"worker {self.how} while {hit or 'nothing was in flight'}; away for {self.away:.1f} s, {after}"


def planned(seed: int, kills: int, stops: int) -> list[How]:
    """In which order the worker is killed and frozen."""
    plan = [How.KILLED] * kills + [How.FROZEN] * stops
    random.Random(seed).shuffle(plan)
    return plan


async def strike(
    house: House, people: People, how: How, chance: random.Random, *, freeze: float, aimed: bool
) -> Struck:
    """Take the worker away at a random moment and bring it back; `aimed` waits for a letter on its way."""
    await asyncio.sleep(chance.uniform(*BETWEEN))
    if aimed:
        await _letter(people, chance)
    hit, begun = people.watch.flying(), time.monotonic()
    if how is How.FROZEN:
        done = await house.freeze("worker", freeze)
    else:
        done = await house.kill("worker")
        await asyncio.sleep(chance.uniform(*SHORTLY))
        await house.start("worker")
    back = time.monotonic()
    await asyncio.gather(people.remark(chance), asyncio.sleep(SENT_WITHIN))
    return Struck(how, hit, done, back - begun, people.watch.first_decision_after(back))


async def _letter(people: People, chance: random.Random) -> None:
    try:
        async with asyncio.timeout(AIMED_FOR):
            await people.watch.takes_off(Kind.EFFECT)
            await asyncio.sleep(chance.uniform(0.0, 0.06))
    except TimeoutError:
        return
