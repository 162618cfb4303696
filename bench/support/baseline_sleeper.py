"""The floor deadlines are measured against: a workflow that sleeps, has one line written, and sleeps again.

`python -m bench.sleeper` is its worker: the same converter, sandbox, workflow cache and task-queue settings as ours.
Its line goes down to the disk by the outbox our own letters go to. It then sleeps on and stays open, as a case does.
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
"""How long it sleeps afterwards: it stays open, as a case does."""


class Planned(BaseModel):
    """Be who sleeps, and until when."""

    name: str
    due: datetime


class Line(BaseModel):
    """Be what is written."""

    key: str
    name: str


def written_to(data: Path) -> Path:
    """Return the file of lines."""
    return data / "sleeper" / "lines.jsonl"


class Lines:
    """Write lines."""

    def __init__(self, data: Path) -> None:
        self._outbox = Outbox(written_to(data))

    @activity.defn
    async def write(self, line: Line) -> None:
        """Write one line, down to the disk."""
        await self._outbox.add(line.key, {"case_id": line.name})


@workflow.defn
class Sleeper:
    """Sleep until an instant, write a line, sleep again."""

    @workflow.run
    async def run(self, planned: Planned) -> None:
        """Do so, and stay open meanwhile; a first line says that it has begun, as a case's first letter does."""
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
