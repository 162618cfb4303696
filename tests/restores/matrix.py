"""The cases of the matrix: opened in every stage, stopped in every way, found, restored, finished and checked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from temporalio.testing import WorkflowEnvironment

from domain.access.reading import EVERYTHING
from domain.case.clock_report import ClockReport
from domain.decisions import Note
from domain.runs import RunStatus
from tests.office_env import World, open_world
from tests.restores import lives, stopping
from tests.restores.faulty import faulty_worker
from tests.restores.receiving import Taken, receivers
from tests.restores.stopping import STANDS, Way
from tests.workflows import case_steps

TOGETHER = 8
"""How many cases people work on at the same time."""

WITHIN = 120.0
"""Seconds until every case is found as it stands, or has told the register all."""

CLOSED = "closed"
"""The stage of a case that was over before it was stopped."""

One = TypeVar("One")
Done = TypeVar("Done")


@dataclass
class Tried:
    """One case of the matrix: in which stage it was stopped, in which way, and what became of it.

    `before` are its clocks as of `at`, before it was stopped. `untouched` is whether Temporal refused to stop it, as it
    was over. `restored` is whether it had to be restored.
    """

    case: str
    stage: str
    way: Way
    number: int
    at: datetime | None = None
    before: ClockReport | None = None
    untouched: bool = False
    restored: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether it was closed before it was stopped."""
        return self.stage == CLOSED


@asynccontextmanager
async def office(server: WorkflowEnvironment, folder: Path) -> AsyncIterator[tuple[World, Taken]]:
    """Open an office with a gateway and a partner; people insist where a case is not there for a moment."""
    with receivers() as (taken, urls):
        async with open_world(server, folder, cache=1000, **urls) as world:
            world.patience = 10
            yield world, taken


async def opened(world: World, each: int, closed: int) -> list[Tried]:
    """Open `each` cases per stage and way, and `closed` closed ones per way."""

    async def one(cell: tuple[str, Way, int]) -> Tried:
        stage, way, number = cell
        brought = case_steps.finished(world, lives.claim()) if stage == CLOSED else lives.brought(world, stage, number)
        case = await brought
        return Tried(case, stage, way, number)

    cells = [(str(stage), way, n) for stage in lives.STAGES for way in Way for n in range(each)]
    return await together(one, [*cells, *((CLOSED, way, n) for way in Way for n in range(closed))])


async def remembered(world: World, tried: Iterable[Tried]) -> None:
    """Keep how the clocks of all cases stand as of an instant that is the same later; the odd ones take a note yet.

    The state in the register is then one entry behind the timeline.
    """
    await settled(world, tried)

    async def one(case: Tried) -> None:
        if not case.over:
            case.at = await world.now(case.case) + timedelta(hours=1)
            case.before = await world.desk._client.clocks(case.case, case.at)
            if case.number % 2:
                await world.decide(case.case, Note(text="已电话联系"), "wxb", "duty")

    await together(one, tried)


async def stopped(world: World, tried: list[Tried]) -> None:
    """Stop each case in its way; those that fail do so under a worker of a version with a fault."""

    async def one(case: Tried) -> None:
        said = await stopping.stop(world, case.case, case.way, case.number)
        case.untouched = said.code != 0 or (case.over and case.way is Way.CANCEL)  # that one is answered, and ignored
        if case.untouched and not case.over:
            case.wrong.append(f"it was not stopped: {said.text}")

    await together(one, [case for case in tried if case.way is not Way.FAIL])
    await world.worker_goes()
    world._build, usual = faulty_worker, world._build
    await world.worker_comes()
    failing = [case for case in tried if case.way is Way.FAIL]
    await together(one, failing)
    await until(lambda: all_ended(world, failing), "some case never failed")
    await world.worker_goes()
    world._build = usual
    await world.worker_comes()


async def all_ended(world: World, cases: list[Tried]) -> bool:
    return all(await together(lambda one: stopping.ended(world, one.case), cases))


async def found(world: World, tried: list[Tried]) -> None:
    """Let the watch look until it has found how each case stands."""
    left = [case for case in tried if not case.untouched and not (case.over and case.way is Way.DELETE)]

    async def known() -> bool:
        world.desk._watch._compared = None  # the numbers of those that are gone and those that are back may be equal
        await world.desk.watch()
        await world.desk.follow()
        for case in [case for case in left if await stands(world, case)]:
            left.remove(case)
        return not left

    await until(known, lambda: f"never found: {[(one.case, one.stage, one.way) for one in left]}")
    await world.desk.watch()  # people are called about those found last


async def stands(world: World, one: Tried) -> bool:
    """Whether the register has what was done to a case."""
    cursor = await world.register.cursor(one.case)
    assert cursor is not None
    if one.way is Way.RESET:
        kinds = [line.event.kind for line in await world.register.timeline(one.case)]
        return (cursor.run is RunStatus.RUNNING and "epoch_opened" in kinds) or cursor.position.epoch > 1
    if one.way is Way.CANCEL:  # it moves on with nobody marking it: whoever reads it has it told
        kinds = [line.event.kind for line in await world.desk.timeline(one.case, EVERYTHING)]
        return cursor.run is RunStatus.RUNNING and "cancel_refused" in kinds
    return cursor.run is STANDS[one.way]


async def restored(world: World, tried: Iterable[Tried]) -> None:
    """Restore each case whose workflow is gone, and wait until the register has what all have told."""
    administrator = next(person for person in world.office.people if person.administrator)

    async def one(case: Tried) -> None:
        if case.way in (Way.TERMINATE, Way.DELETE, Way.FAIL) and not case.untouched:
            await until(lambda: again(case), lambda: f"{case.case} was never restored: {case.wrong}")

    async def again(case: Tried) -> bool:
        try:
            await world.desk.restore(case.case, by=administrator)
        except Exception as fault:
            case.wrong = [f"not restored: {fault!r}"]
            return False
        case.restored, case.wrong = True, []
        return True

    await together(one, tried)
    await settled(world, tried)


async def settled(world: World, tried: Iterable[Tried]) -> None:
    """Wait until the register has all the cases have done."""
    left = list(tried)

    async def all_here() -> bool:
        await world.desk.follow()
        for case in list(left):
            cursor = await world.register.cursor(case.case)
            if cursor is not None and cursor.settled:
                left.remove(case)
        return not left

    await until(all_here, lambda: f"never settled: {[(one.case, one.stage, one.way) for one in left]}")


async def together(work: Callable[[One], Awaitable[Done]], over: Iterable[One]) -> list[Done]:
    """Do something with each of many, a few at the same time."""
    turns = asyncio.Semaphore(TOGETHER)

    async def one(item: One) -> Done:
        async with turns:
            return await work(item)

    async with asyncio.TaskGroup() as group:  # one that fails ends the others, too
        tasks = [group.create_task(one(item)) for item in over]
    return [task.result() for task in tasks]


async def until(condition: Callable[[], Awaitable[bool]], otherwise: str | Callable[[], str]) -> None:
    """Wait until a condition holds."""
    try:
        async with asyncio.timeout(WITHIN):
            while not await condition():  # noqa: ASYNC110  (what is awaited lies outside this process)
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(otherwise if isinstance(otherwise, str) else otherwise()) from None
