"""The races: cases on the real server, acknowledged around the instant of a rung, with a worker and without one."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker._workflow_instance import _WorkflowLogicFlag

from adapters.register.store import SqlRegister
from bench.support import standard_case
from domain.access.reading import EVERYTHING
from domain.decisions import Acknowledge, Decision, TriageDecision
from domain.errors import Unavailable
from domain.office.office import Office
from domain.vocabulary import ClockName, Exit
from settings import Settings
from tests import short_policy
from tests.office_env import Build, World, eventually, open_world
from tests.race.reading import Won, broken, flags, winner
from wiring.office import load_office
from wiring.worker import build_worker

SINGLE_BATCH = _WorkflowLogicFlag.PROCESS_WORKFLOW_ACTIVATION_JOBS_AS_SINGLE_BATCH

BUDGET = timedelta(minutes=1)
BUDGETS = {"triage": "1m", "min_gap": "1m", "ack_lives": "1m"}
"""The shortest an office can write. The acknowledgement outlives every rung that could ring by mistake."""

MARGIN = 0.3
"""Seconds an instant must be over before it is taken for passed."""

PATIENCE = 90.0
"""Seconds a decision may stay without an answer."""

ADMITTED = 1.0
"""Seconds after which an Update has certainly reached the server, and waits there for a worker."""

AROUND = ((-2.0, -0.5), (-0.05, 0.05), (0.5, 1.5), (-0.3, 0.3))
"""Between how many seconds before or after the instant a race's acknowledgement is sent, turn by turn."""


@dataclass(frozen=True)
class Pace:
    """The shares of a minute at which the rungs stand, how many races start a second, and how many wait together."""

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


THOUSAND = Pace((10, 20, 23, 26, 29), a_second=1.5, together=20)
FEW = Pace((3, 8, 10, 12, 14), a_second=3, together=20)


@dataclass
class Raced:
    """How the races of one mode ended."""

    counts: Counter[Won] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def single_batch(settings: Settings, office: Office, client: Client, register: SqlRegister) -> Worker:
    """Build the worker with the SDK's flag that hands a case all jobs of an activation before any of its tasks runs."""
    worker = build_worker(settings, office, client, register)
    worker._set_default_workflow_logic_flag(SINGLE_BATCH, enabled=True)
    return worker


MODES: dict[str, Build] = {"one by one": build_worker, "single batch": single_batch}
"""How the SDK hands a case the jobs of one activation: Updates first, as it does today, or all at once."""


def hurried_office(folder: Path, pace: Pace) -> Office:
    """Load an office whose rungs keep a pace."""
    return load_office(Settings(config=short_policy.office(folder, pace.ladder, BUDGETS)))


async def race(server: WorkflowEnvironment, folder: Path, mode: str, runs: int, *, office: Office, pace: Pace) -> Raced:
    """Run the races of one mode: three of five with a worker, the others while there is none."""
    raced = Raced()

    async def in_a_world(name: str, races: int) -> None:
        async with open_world(server, folder / name, cache=1000, office=office, build=MODES[mode]) as world:
            opened = await (served if name == "served" else unserved)(world, races, pace)
            await judge(world, opened, mode, pace, raced)

    attended = runs * 3 // 5
    async with asyncio.TaskGroup() as worlds:
        worlds.create_task(in_a_world("served", attended))
        worlds.create_task(in_a_world("unserved", runs - attended))
    return raced


async def served(world: World, races: int, pace: Pace) -> dict[str, datetime]:
    """Acknowledge around the instant of the second rung, with a worker that takes timer and word as they come."""
    chance = random.Random(races)

    async def one(number: int) -> tuple[str, datetime]:
        await asyncio.sleep(number / pace.a_second)
        case, opened = await begun(world)
        await passed(pace.instant(opened, 2), chance.uniform(*AROUND[number % len(AROUND)]))
        await acknowledged(world, case)
        await ended(world, case, opened, pace)
        return case, opened

    return dict(await asyncio.gather(*(one(number) for number in range(races))))


async def unserved(world: World, races: int, pace: Pace) -> dict[str, datetime]:
    """Let the worker go after the first rung, the timer of the second fire, people speak, and the worker come back."""
    cases: dict[str, datetime] = {}
    while len(cases) < races:
        size = min(pace.together, races - len(cases))
        group = await asyncio.gather(*(begun(world) for _ in range(size)))
        last = max(opened for _, opened in group)
        await passed(pace.instant(last, 1), MARGIN)
        await asyncio.gather(*(world.quiet(case) for case, _ in group))
        await world.desk.follow()  # a decision about a case the register has never heard of asks that first
        await world.worker_goes()
        await asyncio.gather(*(fired(world, case) for case, _ in group))
        saying = [asyncio.create_task(acknowledged(world, case)) for case, _ in group]
        await asyncio.sleep(ADMITTED)
        await world.worker_comes()
        await asyncio.gather(*saying)
        await asyncio.gather(*(ended(world, case, opened, pace) for case, opened in group))
        cases |= dict(group)
    return cases


async def begun(world: World) -> tuple[str, datetime]:
    """Hand in a claim; returns its case, and when that was opened."""
    case = (await world.report(standard_case.claim())).case_id
    return case, (await world.view(case)).opened_at


async def fired(world: World, case: str) -> None:
    """Wait until a case whose timer has fired waits for a worker."""

    async def waits() -> bool:
        return (await world.handle(case).describe()).raw_description.HasField("pending_workflow_task")

    await eventually(waits, f"no timer of {case} fired")


async def acknowledged(world: World, case: str) -> None:
    await insisted(world, case, Acknowledge(clock=ClockName.TRIAGE, unit="wxb"))


async def ended(world: World, case: str, opened: datetime, pace: Pace) -> None:
    """Close the case once its last rung would have rung."""
    await passed(pace.instant(opened, len(pace.shares)), MARGIN)
    await insisted(world, case, TriageDecision(exit=Exit.OPINION))
    await world.handle(case).result()


async def insisted(world: World, case: str, said: Decision) -> None:
    """Take a decision as the duty officer, again with its key while the outcome is not known."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(Unavailable):
                await world.decide(case, said, "wxb", "duty", key=f"{case}-{said.kind}")  # type: ignore[attr-defined]
                return
            await asyncio.sleep(0.5)


async def passed(instant: datetime, margin: float) -> None:
    """Wait until an instant is over by `margin` seconds, or that much ahead where it is negative."""
    await asyncio.sleep((instant - datetime.now(UTC)).total_seconds() + margin)


async def judge(world: World, cases: dict[str, datetime], mode: str, pace: Pace, raced: Raced) -> None:
    """Count who won, and write down what is wrong; a case that is over still answers what the register lacks."""
    for case, opened in cases.items():
        history, rows = await world.history(case), await world.desk.timeline(case, EVERYTHING)
        events = [{**row.event.model_dump(mode="json"), "seq": row.seq, "at": row.at} for row in rows]
        raced.counts[winner(history, pace.instant(opened, 2))] += 1
        raced.wrong += [f"{mode}, {case}: {line}" for line in broken(events, pace.instant(opened, len(pace.shares)))]
        if (SINGLE_BATCH in flags(history)) is not (MODES[mode] is single_batch):
            raced.wrong.append(f"{mode}, {case}: ran under the flags {flags(history)}")
