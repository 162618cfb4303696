"""The drill as a whole: cases of every stage are stopped in every way, and all of them come to their end."""

from __future__ import annotations

from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from tests.restores import lives, matrix, stopping
from tests.restores.judging import compared, judged
from tests.restores.matrix import Tried, together


async def drill(server: WorkflowEnvironment, folder: Path, each: int, closed: int) -> list[Tried]:
    """Try `each` cases per stage and way and `closed` closed ones per way; return them with what is wrong."""
    async with matrix.office(server, folder) as (world, taken):
        tried = await matrix.opened(world, each, closed)
        await matrix.remembered(world, tried)
        await matrix.stopped(world, tried)
        await matrix.found(world, tried)
        await matrix.restored(world, tried)
        await together(lambda one: compared(world, one), tried)
        going = [one for one in tried if not (one.over and one.untouched)]
        await together(lambda one: lives.finished(world, taken, one.case), going)
        await matrix.settled(world, tried)
        await together(lambda one: judged(world, one, taken), tried)
        await stopping.forgotten(world)  # today's version never made what the faulty one did: it cannot replay it
    return tried
