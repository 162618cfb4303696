"""All of Piyao on one machine: Temporal's dev server, one worker, the API; ready together, stopped together."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
from temporalio.client import Client

from cli.messages import message
from cli.supervisor import temporal_server, ui_guard
from cli.supervisor.free_ports import HOST, Ports
from cli.supervisor.listening import listening
from cli.supervisor.log_files import keep_bounded
from cli.supervisor.process import ManagedProcess, ProcessDied
from settings import address_of

STARTER = Path(__file__).parents[2] / "starter.py"

READY_WITHIN = 60.0
"""Seconds in which everything must become ready."""

T = TypeVar("T")


class NotReady(Exception):
    """Raised when a part was not ready in time; says where to look."""


@dataclass(frozen=True, kw_only=True)
class StackPlan:
    """Where a stack runs: its data folder, its ports, and what differs from the environment.

    `isolated`: settings of this machine (`PIYAO_*`) do not count, so the stack reaches nothing outside the plan.
    """

    data: Path
    ports: Ports
    task_queue: str = "piyao"
    host: str = HOST
    environment: Mapping[str, str] = field(default_factory=dict)
    dynamic: Mapping[str, str] = field(default_factory=dict)
    isolated: bool = False

    @property
    def api(self) -> str:
        """Return the address of the API as seen from this machine."""
        return address_of(self.host, self.ports.api)

    @property
    def temporal(self) -> str:
        """Return the address of Temporal."""
        return f"{HOST}:{self.ports.temporal}"

    @property
    def ui(self) -> str:
        """Return the address of the Temporal UI."""
        return f"http://{HOST}:{self.ports.ui}"

    def addresses(self) -> dict[str, str]:
        """Return the addresses that are printed once everything is ready."""
        return {"api": self.api, "ui": self.ui, "temporal": self.temporal, **self.pages()}

    def pages(self) -> dict[str, str]:
        """Return the addresses that people open first: the inbox of officers, and the bulletin."""
        return {"inbox": f"{self.api}/desk/inbox", "bulletin": f"{self.api}/bulletin"}


class Stack:
    """The three parts of a plan while they run; leaving the context stops them."""

    client: Client

    def __init__(self, plan: StackPlan) -> None:
        self.plan = plan
        self._inner = ui_guard.hidden_address()
        self.server = self._part("temporal", temporal_server.command(plan.ports, self._inner, plan.dynamic))
        self.server.folder = plan.data
        self.server.environment = temporal_server.environment(self.server.environment)
        self.parts = [self.server, self._part("worker"), self._part("api")]
        self._stopping = False
        self._watches: list[asyncio.Task[None]] = []
        self._beside: list[asyncio.Task[None]] = []
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Start every part and wait until all are ready; if one is not, stop those that were started."""
        self._death: asyncio.Future[ManagedProcess] = asyncio.get_running_loop().create_future()
        self._beside = [
            asyncio.create_task(keep_bounded([part.log for part in self.parts])),
            asyncio.create_task(ui_guard.guard(self.plan.ports.ui, self._inner, self._closing)),
        ]
        try:
            await self.run_while_alive(self._start())
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every part."""
        await self.stop()

    def listening(self) -> dict[str, list[str]]:
        """Return where each part listens, and this process; empty lists where the system does not say."""
        pids = {part.name: part.process.pid for part in self.parts if part.process is not None}
        return {name: listening(pid) for name, pid in {**pids, "up": os.getpid()}.items()}

    async def run_while_alive(self, what: Coroutine[Any, Any, T]) -> T:
        """Await `what` while every part is alive.

        Raises:
            ProcessDied: a part ended first; `what` is cancelled.

        """
        work = asyncio.create_task(what)
        try:
            either: set[asyncio.Future[Any]] = {work, self._death}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if self._death.done():
                raise ProcessDied(self._death.result())
            return work.result()
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def stop(self) -> None:
        """Stop the worker and the API first, so that they drain while the server still answers."""
        self._stopping = True
        await asyncio.gather(*(part.stop() for part in self.parts if part is not self.server))
        await self.server.stop()
        self._closing.set()
        bounding, *guards = self._beside
        bounding.cancel()
        await asyncio.gather(*guards, return_exceptions=True)

    async def _start(self) -> None:
        try:
            async with asyncio.timeout(READY_WITHIN):
                await self._launch(self.server)
                self.client = await temporal_server.wait_for_server(self.plan.temporal)
                await temporal_server.raise_retention(self.client)
                await asyncio.gather(*(self._launch(part) for part in self.parts if part is not self.server))
                await temporal_server.wait_for_worker(self.client, self.plan.task_queue)
                await self._wait_for(f"{self.plan.api}/readyz")
                await self._wait_for(self.plan.ui)
        except TimeoutError as late:
            logs = self.plan.data / "logs"
            raise NotReady(message("not_ready", seconds=int(READY_WITHIN), logs=logs)) from late

    async def _wait_for(self, url: str) -> None:
        async with httpx2.AsyncClient(trust_env=False, timeout=5) as http:
            while True:
                try:
                    if (await http.get(url)).is_success:
                        return
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(temporal_server.POLL_EVERY)

    async def _launch(self, part: ManagedProcess) -> None:
        await part.start()
        self._watches.append(asyncio.create_task(self._watch(part)))

    async def _watch(self, part: ManagedProcess) -> None:
        await part.ended()
        if not self._stopping and not self._death.done():
            self._death.set_result(part)

    def _part(self, name: str, command: list[str] | None = None) -> ManagedProcess:
        foreign = ("TEMPORAL_", "PIYAO_") if self.plan.isolated else ("TEMPORAL_",)
        environment = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        environment |= {
            "PIYAO_DATA": str(self.plan.data),
            "PIYAO_API_PORT": str(self.plan.ports.api),
            "PIYAO_UI_URL": self.plan.ui,
            "PYTHONUNBUFFERED": "1",
            "TEMPORAL_ADDRESS": self.plan.temporal,
            "TEMPORAL_NAMESPACE": "default",
            **self.plan.environment,
        }
        command = command or [sys.executable, str(STARTER), name]
        return ManagedProcess(name, command, self.plan.data / "logs" / f"{name}.log", environment)
