"""The floor to measure against: a workflow with as many Updates and activities as a standard case that do nothing.

`python -m bench.bare` is its worker: the same converter, sandbox, workflow cache and task-queue settings as ours.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

EFFECTS = {0: 1, 1: 1, 7: 1, 8: 1, 10: 2, 11: 1}
"""How many activities are owed after so many Updates: ring, request, editor, reviewers, two channels, last record."""

UPDATES = 11
QUEUE = "bare"


class Said(BaseModel):
    """Be what an Update is given."""

    kind: str


class Heard(BaseModel):
    """Be what an Update answers."""

    seq: int


@activity.defn
async def nothing(said: Said) -> Heard:
    """Do nothing."""
    return Heard(seq=0)


@workflow.defn
class Bare:
    """Hear eleven Updates, call seven activities."""

    @workflow.init
    def __init__(self, said: Said) -> None:
        self.heard = 0

    @workflow.run
    async def run(self, said: Said) -> Heard:
        """Start what is owed after each Update; wait for it at the end."""
        effects = [asyncio.create_task(self._effect()) for _ in range(EFFECTS[0])]
        for count in range(1, UPDATES + 1):
            await workflow.wait_condition(lambda count=count: self.heard >= count)
            effects += [asyncio.create_task(self._effect()) for _ in range(EFFECTS.get(count, 0))]
        for effect in effects:
            await effect
        return Heard(seq=self.heard)

    @workflow.update
    def say(self, said: Said) -> Heard:
        """Count."""
        self.heard += 1
        return Heard(seq=self.heard)

    @say.validator
    def weigh(self, said: Said) -> None:
        """Refuse nothing."""

    async def _effect(self) -> None:
        await workflow.execute_activity(nothing, Said(kind="effect"), start_to_close_timeout=timedelta(seconds=5))


class BarePlayer:
    """Play bare cases over one client."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.decided = 0
        self.closed_late = 0

    async def opens_and_publishes(self) -> Any:
        """Start a case and say all but the last."""
        from uuid import uuid4

        name = f"bare-{uuid4().hex[:10]}"
        handle = await self.client.start_workflow(Bare.run, Said(kind="open"), id=name, task_queue=QUEUE)
        for number in range(UPDATES - 1):
            await self._says(handle, number)
        return handle

    async def closes(self, handle: Any) -> None:
        """Say the last."""
        await self._says(handle, UPDATES)

    async def _says(self, handle: Any, number: int) -> None:
        await handle.execute_update(Bare.say, Said(kind="say"), id=f"{handle.id}-{number}")
        self.decided += 1


async def work(stop: asyncio.Event) -> None:
    """Serve bare cases until `stop`, with the settings of our own worker."""
    import wiring
    from settings import Settings
    from temporal.client import connect

    worker = Worker(
        await connect(None),
        task_queue=QUEUE,
        workflows=[Bare],
        activities=[nothing],
        workflow_runner=wiring.runner(),
        max_cached_workflows=Settings().workflow_cache,
        sticky_queue_schedule_to_start_timeout=wiring.STICKY,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )
    async with worker:
        await stop.wait()


if __name__ == "__main__":
    from cli.serving import serve

    serve(work)
