"""The races: cases on the real server, acknowledged around the instant of a rung, with a worker and without one."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker._workflow_instance import _WorkflowLogicFlag

import wiring
from adapters.register.store import SqlRegister
from bench import story
from domain.decisions import Acknowledge, TriageDecision
from domain.office import Office
from domain.words import ClockName, Exit
from settings import Settings
from tests import hurried
from tests.race.reading import Won, broken, flags, winner
from tests.world import Build, World, open_world

SINGLE_BATCH = _WorkflowLogicFlag.PROCESS_WORKFLOW_ACTIVATION_JOBS_AS_SINGLE_BATCH

BUDGET = timedelta(minutes=1)
BUDGETS = {"triage": "1m", "min_gap": "1m", "ack_lives": "1m"}
"""The shortest an office can write. The acknowledgement outlives every rung that could ring by mistake."""

MARGIN = 0.3
"""Seconds an instant must be over before it is taken for passed."""

AROUND = ((-0.4, -0.1), (-0.03, 0.05), (0.15, 0.6))
"""Between how many seconds before or after the instant a race's acknowledgement is sent, turn by turn."""


@dataclass(frozen=True)
class Pace:
    """Say at which shares of a minute the rungs stand, how many races start a second, and how many wait together."""

    shares: tuple[int, int, int, int, int]
    a_second: float
    together: int

    def instant(self, opened: datetime, rung: int) -> datetime:
        """When a rung of a case is due."""
        return opened + BUDGET * self.shares[rung - 1] / 100

    @property
    def ladder(self) -> tuple[str, ...]:
        """The places of the rungs as an office writes them."""
        return tuple(f"{share}%" for share in self.shares)


THOUSAND = Pace((10, 20, 23, 26, 29), a_second=5, together=40)
FEW = Pace((3, 8, 10, 12, 14), a_second=6, together=20)


@dataclass
class Raced:
    """Be how the races of one mode ended."""

    counts: Counter[Won] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def single_batch(settings: Settings, office: Office, client: Client, register: SqlRegister) -> Worker:
    """Build the worker with the SDK's flag that hands a case all jobs of an activation before any of its tasks runs."""
    worker = wiring.build_worker(settings, office, client, register)
    worker._set_default_workflow_logic_flag(SINGLE_BATCH, enabled=True)
    return worker


MODES: dict[str, Build] = {"one by one": wiring.build_worker, "single batch": single_batch}
"""How the SDK hands a case the jobs of one activation: Updates first, as it does today, or all at once."""


async def race(server: WorkflowEnvironment, folder: Path, mode: str, runs: int, pace: Pace) -> Raced:
    """Run the races of one mode: three of five with a worker, the others while there is none."""
    config, raced = hurried.office(folder / "config", pace.ladder, BUDGETS), Raced()

    async def in_a_world(name: str, races: int) -> None:
        options = {"cache": 1000, "build": MODES[mode], "config": config}
        async with open_world(server, folder / name, **options) as world:
            world.patience = 20
            cases = await (served if name == "served" else unserved)(world, races, pace)
            await judge(world, cases, mode, pace, raced)

    attended = runs * 3 // 5
    await asyncio.gather(in_a_world("served", attended), in_a_world("unserved", runs - attended))
    return raced


async def served(world: World, races: int, pace: Pace) -> list[str]:
    """Acknowledge around the instant of the second rung, with a worker that takes timer and word as they come."""
    chance = random.Random(races)

    async def one(number: int) -> str:
        await asyncio.sleep(number / pace.a_second)
        case, opened = await begun(world)
        await passed(pace.instant(opened, 2), chance.uniform(*AROUND[number % len(AROUND)]))
        await acknowledged(world, case)
        await ended(world, case, opened, pace)
        return case

    return await asyncio.gather(*(one(number) for number in range(races)))


async def unserved(world: World, races: int, pace: Pace) -> list[str]:
    """Let the worker go after the first rung, the timer of the second fire, people speak, and the worker come back."""
    cases: list[str] = []
    while len(cases) < races:
        size = min(pace.together, races - len(cases))
        group = await asyncio.gather(*(begun(world) for _ in range(size)))
        last = max(opened for _, opened in group)
        await passed(pace.instant(last, 1), MARGIN)
        await world.worker_goes()
        await passed(pace.instant(last, 2), MARGIN)
        saying = [asyncio.create_task(acknowledged(world, case)) for case, _ in group]
        await asyncio.sleep(MARGIN)
        await world.worker_comes()
        await asyncio.gather(*saying)
        await asyncio.gather(*(ended(world, case, opened, pace) for case, opened in group))
        cases += [case for case, _ in group]
    return cases


async def begun(world: World) -> tuple[str, datetime]:
    """Hand in a claim; returns its case, and when that was opened."""
    case = (await world.report(story.claim())).case_id
    return case, (await world.view(case)).opened_at


async def acknowledged(world: World, case: str) -> None:
    await world.decide(case, Acknowledge(clock=ClockName.TRIAGE, unit="wxb"), "wxb", "duty")


async def ended(world: World, case: str, opened: datetime, pace: Pace) -> None:
    """Close the case once its last rung would have rung."""
    await passed(pace.instant(opened, len(pace.shares)), MARGIN)
    await world.decide(case, TriageDecision(exit=Exit.OPINION), "wxb", "duty")
    await world.handle(case).result()


async def passed(instant: datetime, margin: float) -> None:
    """Wait until an instant is over by `margin` seconds, or that much ahead where it is negative."""
    await asyncio.sleep((instant - datetime.now(UTC)).total_seconds() + margin)


async def judge(world: World, cases: Sequence[str], mode: str, pace: Pace, raced: Raced) -> None:
    """Count who won, and write down what is wrong."""
    for case in cases:
        history, events = await world.history(case), await world.events(case)
        opened = (await world.view(case)).opened_at
        raced.counts[winner(history, pace.instant(opened, 2))] += 1
        raced.wrong += [f"{mode}, {case}: {line}" for line in broken(events, pace.instant(opened, len(pace.shares)))]
        if (SINGLE_BATCH in flags(history)) is not (MODES[mode] is single_batch):
            raced.wrong.append(f"{mode}, {case}: ran under the flags {flags(history)}")
