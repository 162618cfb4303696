"""The baseline of cases: a workflow with the Updates of a standard case, and activities that do nothing.

`python -m bench.support.baseline_workflow` is its worker: the same converter, modules passed through the sandbox, cache
and task-queue settings as ours, and otherwise the SDK as it comes. What we leave out of the SDK's own work, contexts of
payloads and compression, is ours: `--as-ours` gives it to the baseline as well. The Updates carry the bodies of the
standard case: what they cost on their way does not depend on what the receiver does.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

with workflow.unsafe.imports_passed_through():
    from bench.support import standard_case

EFFECTS = {0: 1, 1: 1, 7: 1, 8: 1, 9: 1, 10: 2, 11: 1}
"""How many activities start after so many Updates.

They stand for ring, request, editor, reviewer, signer, two channels, last record.
"""

UPDATES = standard_case.DECISIONS
QUEUE = "bare"
AS_OURS = "--as-ours"


class Begun(BaseModel):
    """The argument of a workflow and of an activity."""

    number: int


class Reply(BaseModel):
    """The answer of an Update."""

    seq: int


@activity.defn
async def nothing(begun: Begun) -> Reply:
    """Do nothing."""
    return Reply(seq=0)


@workflow.defn
class Bare:
    """A workflow that takes eleven Updates and calls eight activities."""

    @workflow.init
    def __init__(self, begun: Begun) -> None:
        self.received = 0

    @workflow.run
    async def run(self, begun: Begun) -> Reply:
        """Start the activities that follow each Update; wait for them at the end."""
        effects = [asyncio.create_task(self._effect()) for _ in range(EFFECTS[0])]
        for count in range(1, UPDATES + 1):
            await workflow.wait_condition(lambda count=count: self.received >= count)
            effects += [asyncio.create_task(self._effect()) for _ in range(EFFECTS.get(count, 0))]
        for effect in effects:
            await effect
        return Reply(seq=self.received)

    @workflow.update
    def decide(self, decision: dict[str, Any]) -> Reply:
        """Count the Update."""
        self.received += 1
        return Reply(seq=self.received)

    @decide.validator
    def validate(self, decision: dict[str, Any]) -> None:
        """Refuse nothing."""

    async def _effect(self) -> None:
        await workflow.execute_activity(
            nothing, Begun(number=self.received), start_to_close_timeout=timedelta(seconds=5)
        )


class BarePlayer:
    """A player of bare cases over one client."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.decided = 0
        self.took: list[float] = []
        self.closed_late = 0

    async def opens_and_publishes(self) -> Any:
        """Start a case and send all Updates but the last."""
        name = f"bare-{secrets.token_hex(5)}"
        handle = await self.client.start_workflow(Bare.run, Begun(number=0), id=name, task_queue=QUEUE)
        for line in (*standard_case.before_the_text(), *standard_case.signatures("0" * 64)):
            await self._says(handle, line)
        return handle

    async def closes(self, handle: Any) -> None:
        """Send the last Update."""
        await self._says(handle, standard_case.close())

    async def _says(self, handle: Any, line: standard_case.Line) -> None:
        begun = time.perf_counter()
        await handle.execute_update(Bare.decide, line.said, id=f"{handle.id}-{secrets.token_hex(8)}")
        self.took.append(time.perf_counter() - begun)
        self.decided += 1


async def plain_client() -> Client:
    """Return a client with our converter, and otherwise as the SDK makes it."""
    from temporal.converter import data_converter

    return await Client.connect(**ClientConfig.load_client_connect_config(), data_converter=data_converter)


async def serve_until(
    stop: asyncio.Event, queue: str, workflow: type, activity: Callable[..., Any], *, as_ours: bool = True
) -> None:
    """Serve a bare workflow and its one activity until `stop`, with the settings of our own worker.

    `as_ours` is whether what we leave out of the SDK's work is left out here, too.
    """
    from settings import Settings
    from temporal.client import connect
    from wiring.worker import PASSED_THROUGH, STICKY, workflow_runner

    passing = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    worker = Worker(
        await (connect(None) if as_ours else plain_client()),
        task_queue=queue,
        workflows=[workflow],
        activities=[activity],
        workflow_runner=workflow_runner() if as_ours else SandboxedWorkflowRunner(restrictions=passing),
        max_cached_workflows=Settings().workflow_cache,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )
    async with worker:
        await stop.wait()


async def work(stop: asyncio.Event) -> None:
    """Serve bare cases."""
    await serve_until(stop, QUEUE, Bare, nothing, as_ours=AS_OURS in sys.argv)


if __name__ == "__main__":
    from cli.supervisor.signals import serve

    serve(work)
