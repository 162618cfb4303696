"""The two sides whose deadlines are compared: cases of an office, and workflows that only sleep."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from temporalio.client import Client

from bench.support import baseline_sleeper, offices, standard_case
from bench.support.outbox_watch import Watch, watching
from bench.support.processes import ROOT, cpu_of, dev_server, pid_of, python
from cli.supervisor import temporal_server
from cli.supervisor.process import ManagedProcess
from desk import CaseDesk
from domain.access.reading import EVERYTHING
from domain.office.office import Office
from domain.reports.report import Report
from domain.reports.sources import Source
from domain.vocabulary import ClockName
from settings import Settings
from temporal.client import connect
from wiring.api import open_desk
from wiring.office import load_office
from wiring.storage import evidence_store, make_passkeys, source_keys
from wiring.text_forms import TEXT_FORMS

QUEUE = "full"
TOGETHER = 20
"""How many are opened at the same time."""


class Opening(Protocol):
    """The way in which one side opens deadlines."""

    async def due_at(self, instant: datetime) -> str:
        """Open one that is due at `instant`; return its name in the outbox."""

    async def due_soon(self) -> tuple[str, datetime]:
        """Open one that is due after `offices.BUDGET`; return its name and the instant it planned."""


@dataclass(frozen=True)
class Side:
    """One of the two sides: how it opens deadlines, where their letters go, which processes work for it."""

    opening: Opening
    letters: Watch
    server: ManagedProcess
    worker: ManagedProcess

    def cpu(self) -> dict[str, float]:
        """Return the processor time each part has used so far, in seconds."""
        return {"server": cpu_of(pid_of(self.server)), "worker": cpu_of(pid_of(self.worker))}

    async def open_due_at(self, instant: datetime, count: int) -> list[str]:
        """Open many deadlines that are due at one instant; return their names."""
        gate = asyncio.Semaphore(TOGETHER)

        async def one() -> str:
            async with gate:
                return await self.opening.due_at(instant)

        return await asyncio.gather(*(one() for _ in range(count)))


class Cases:
    """Cases, opened as people do, by reports to a desk."""

    def __init__(self, desk: CaseDesk, client: Client) -> None:
        self._desk, self._client = desk, client
        self._closing: dict[datetime, CaseDesk] = {}
        self._hasty = self._desk_of(offices.due_in_a_minute(desk.office))

    async def due_at(self, instant: datetime) -> str:
        """Report to an office that closes at `instant`; return the case."""
        if instant not in self._closing:
            self._closing[instant] = self._desk_of(offices.closing_at(self._desk.office, instant))
        return await self._reported_to(self._closing[instant])

    async def due_soon(self) -> tuple[str, datetime]:
        """Report to an office with a short budget; the case itself says when its triage is due."""
        case = await self._reported_to(self._hasty)
        summary = (await self._hasty.view(case, EVERYTHING)).summary
        assert summary is not None
        return case, next(debt.due for debt in summary.debts if debt.clock is ClockName.TRIAGE)

    async def _reported_to(self, desk: CaseDesk) -> str:
        taken = await desk.report(
            Report(text=standard_case.claim()), key=secrets.token_hex(8), principal="bench", source=Source()
        )
        return taken.case_id

    def _desk_of(self, office: Office) -> CaseDesk:
        """Return a desk of another office over the same register and server."""
        return CaseDesk(
            register=self._desk.register,
            client=self._client,
            office=office,
            forms=TEXT_FORMS,
            task_queue=QUEUE,
            base_url=self._desk.base_url,
            links=self._desk.links,
            codes_key=b"codes",
            source_keys=source_keys(Settings()),
            files=evidence_store(Settings()),
            messengers={},
            passkeys=make_passkeys(Settings(), office),
        )


class Sleepers:
    """Bare workflows that sleep."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def due_at(self, instant: datetime) -> str:
        """Start one that sleeps until `instant`; return its name."""
        name = f"sleeper-{secrets.token_hex(5)}"
        planned = baseline_sleeper.Planned(name=name, due=instant)
        await self._client.start_workflow(
            baseline_sleeper.Sleeper.run, planned, id=name, task_queue=baseline_sleeper.QUEUE
        )
        return name

    async def due_soon(self) -> tuple[str, datetime]:
        """Start one that sleeps for `offices.BUDGET`; return its name and when it wakes."""
        due = datetime.now(UTC) + offices.BUDGET
        return await self.due_at(due), due


@asynccontextmanager
async def sides(folder: Path) -> AsyncIterator[dict[str, Side]]:
    """Run one server, the two workers, and the desk in this process."""
    config = offices.unbounded(folder)
    settings = Settings(config=config, data=folder, task_queue=QUEUE, smtp_url=None, message_url=None, partner_url=None)
    environment = {"PIYAO_CONFIG": str(config), "PIYAO_DATA": str(folder), "PIYAO_TASK_QUEUE": QUEUE}
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(dev_server(folder))
        client = await connect(None)
        full = await stack.enter_async_context(python("worker", [str(ROOT / "worker.py")], folder, environment))
        floor = await stack.enter_async_context(
            python("sleeper", ["-m", "bench.support.baseline_sleeper"], folder, environment)
        )
        async with asyncio.timeout(90):
            for queue in (QUEUE, baseline_sleeper.QUEUE):
                await temporal_server.wait_for_worker(client, queue)
        desk = await stack.enter_async_context(open_desk(settings, load_office(settings)))
        letters = await stack.enter_async_context(watching(folder / "outbox" / "notices.jsonl"))
        lines = await stack.enter_async_context(watching(baseline_sleeper.written_to(folder)))
        yield {
            "full": Side(Cases(desk, client), letters, server.part, full),
            "bare": Side(Sleepers(client), lines, server.part, floor),
        }
