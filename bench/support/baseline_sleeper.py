"""The baseline of deadlines: a workflow that sleeps, has one line written, and sleeps again.

`python -m bench.support.baseline_sleeper` is its worker: the same converter, sandbox, workflow cache and task-queue
settings as ours. Its line goes down to the disk by the outbox our own letters go to. It then sleeps on and stays open,
as a case does.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel
from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from adapters.egress.outbox import Outbox
    from bench.support import baseline_workflow
    from settings import Settings

QUEUE = "sleeper"
NEXT = timedelta(hours=4)
"""How long it sleeps afterwards, and stays open, as a case does."""


class Planned(BaseModel):
    """What a sleeper is started with: its name, and until when it sleeps."""

    name: str
    due: datetime


class Line(BaseModel):
    """One line to write: its key, and the name of the sleeper."""

    key: str
    name: str


def written_to(data: Path) -> Path:
    """Return the file of lines."""
    return data / "sleeper" / "lines.jsonl"


class Lines:
    """The activity that writes lines."""

    def __init__(self, data: Path) -> None:
        self._outbox = Outbox(written_to(data))

    @activity.defn
    async def write(self, line: Line) -> None:
        """Write one line, synced to the disk."""
        await self._outbox.add(line.key, {"case_id": line.name})


@workflow.defn
class Sleeper:
    """A workflow that sleeps until an instant, has a line written, and sleeps again."""

    @workflow.run
    async def run(self, planned: Planned) -> None:
        """Write a first line, as a case sends its first letter; sleep, write the measured line, and stay open."""
        await self._write(f"{planned.name}/begun", planned)
        await workflow.sleep(planned.due - workflow.now())
        await self._write(f"{planned.name}/due", planned)
        await workflow.sleep(NEXT)

    async def _write(self, key: str, planned: Planned) -> None:
        line = Line(key=key, name=planned.name)
        await workflow.execute_activity_method(Lines.write, line, start_to_close_timeout=timedelta(seconds=5))


async def work(stop: asyncio.Event) -> None:
    """Serve sleepers until `stop`."""
    await baseline_workflow.serve_until(stop, QUEUE, Sleeper, Lines(Settings().data).write)


if __name__ == "__main__":
    from cli.supervisor.signals import serve

    serve(work)
