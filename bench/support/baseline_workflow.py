"""The floor to measure against: a workflow with the Updates of a standard case and as many activities, that do nothing.

`python -m bench.bare` is its worker: the same converter, sandbox, workflow cache and task-queue settings as ours. The
Updates bring the same bodies as the standard case's: what people say costs its way whoever hears it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from bench.support import standard_case

EFFECTS = {0: 1, 1: 1, 7: 1, 8: 1, 9: 1, 10: 2, 11: 1}
"""How many activities are owed after so many Updates: ring, request, editor, reviewer, signer, two channels, last
record."""

UPDATES = standard_case.DECISIONS
QUEUE = "bare"


class Begun(BaseModel):
    """Be what a workflow and an activity are given."""

    number: int


class Heard(BaseModel):
    """Be what an Update answers."""

    seq: int


@activity.defn
async def nothing(begun: Begun) -> Heard:
    """Do nothing."""
    return Heard(seq=0)


@workflow.defn
class Bare:
    """Hear eleven Updates, call seven activities."""

    @workflow.init
    def __init__(self, begun: Begun) -> None:
        self.heard = 0

    @workflow.run
    async def run(self, begun: Begun) -> Heard:
        """Start what is owed after each Update; wait for it at the end."""
        effects = [asyncio.create_task(self._effect()) for _ in range(EFFECTS[0])]
        for count in range(1, UPDATES + 1):
            await workflow.wait_condition(lambda count=count: self.heard >= count)
            effects += [asyncio.create_task(self._effect()) for _ in range(EFFECTS.get(count, 0))]
        for effect in effects:
            await effect
        return Heard(seq=self.heard)

    @workflow.update
    def say(self, said: dict[str, Any]) -> Heard:
        """Count."""
        self.heard += 1
        return Heard(seq=self.heard)

    @say.validator
    def weigh(self, said: dict[str, Any]) -> None:
        """Refuse nothing."""

    async def _effect(self) -> None:
        await workflow.execute_activity(nothing, Begun(number=self.heard), start_to_close_timeout=timedelta(seconds=5))


class BarePlayer:
    """Play bare cases over one client."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.decided = 0
        self.closed_late = 0

    async def opens_and_publishes(self) -> Any:
        """Start a case and say all but the last."""
        name = f"bare-{secrets.token_hex(5)}"
        handle = await self.client.start_workflow(Bare.run, Begun(number=0), id=name, task_queue=QUEUE)
        for line in (*standard_case.before_the_text(), *standard_case.signatures("0" * 64)):
            await self._says(handle, line)
        return handle

    async def closes(self, handle: Any) -> None:
        """Say the last."""
        await self._says(handle, standard_case.close())

    async def _says(self, handle: Any, line: standard_case.Line) -> None:
        await handle.execute_update(Bare.say, line.said, id=f"{handle.id}-{secrets.token_hex(8)}")
        self.decided += 1


async def serve_until(stop: asyncio.Event, queue: str, workflow: type, activity: Callable[..., Any]) -> None:
    """Serve a bare workflow and its one activity until `stop`, with the settings of our own worker."""
    from settings import Settings
    from temporal.client import connect
    from wiring.worker import STICKY, workflow_runner

    worker = Worker(
        await connect(None),
        task_queue=queue,
        workflows=[workflow],
        activities=[activity],
        workflow_runner=workflow_runner(),
        max_cached_workflows=Settings().workflow_cache,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )
    async with worker:
        await stop.wait()


async def work(stop: asyncio.Event) -> None:
    """Serve bare cases."""
    await serve_until(stop, QUEUE, Bare, nothing)


if __name__ == "__main__":
    from cli.supervisor.signals import serve

    serve(work)
