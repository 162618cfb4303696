"""The three parts, each a process of its own and none under a supervisor, on a folder that outlives them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from temporalio.client import Client

from bench.support.processes import kill, pid_of
from cli.supervisor import temporal_server
from cli.supervisor.free_ports import choose_ports
from cli.supervisor.process import ManagedProcess
from cli.supervisor.stack import Stack, StackPlan
from settings import PACKAGED

PARTS = ("worker", "api", "temporal")

READY_WITHIN = 180.0
"""Seconds a part has to serve again after it was started."""


class House:
    """The three parts of Piyao, to be started, killed and started again."""

    client: Client

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        environment = {"PIYAO_CONFIG": str(PACKAGED), **environment}
        self.plan = StackPlan(
            data=folder, ports=choose_ports(api=0, temporal=0, ui=0), environment=environment, isolated=True
        )
        self.parts: dict[str, ManagedProcess] = {part.name: part for part in Stack(self.plan).parts}

    async def start(self, name: str) -> None:
        """Start a part and wait until it serves."""
        await self.parts[name].start()
        async with asyncio.timeout(READY_WITHIN):
            await self._serves(name)

    async def _serves(self, name: str) -> None:
        if name == "temporal":
            self.client = await temporal_server.wait_for_server(self.plan.temporal)
            await temporal_server.raise_retention(self.client)
        elif name == "worker":
            await temporal_server.wait_for_worker(self.client, self.plan.task_queue, by=pid_of(self.parts[name]))
        else:
            await self._answers()

    async def _answers(self) -> None:
        async with httpx2.AsyncClient(trust_env=False, timeout=5) as http:
            while True:
                try:
                    if (await http.get(f"{self.plan.api}/healthz")).is_success:
                        return
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.05)

    async def kill(self, name: str) -> bool:
        """End a part with SIGKILL; tells whether that is what ended it."""
        part = self.parts[name]
        await kill(part)
        return part.code == -9

    async def freeze(self, name: str, seconds: float) -> bool:
        """Stop a part with SIGSTOP and let it go on after a while; tells whether it stood still and lives."""
        pid = pid_of(self.parts[name])
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
            stood = _state(pid) == "T"
        finally:
            os.kill(pid, signal.SIGCONT)
        return stood and self.parts[name].code == 0

    def died_alone(self) -> list[str]:
        """Which parts have ended though nobody killed them."""
        return [name for name, part in self.parts.items() if part.code != 0]


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@asynccontextmanager
async def open_house(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[House]:
    """Run a house; leaving stops what still runs."""
    house = House(folder, environment)
    try:
        for name in reversed(PARTS):
            await house.start(name)
        yield house
    finally:
        for name in PARTS:
            await house.parts[name].stop()
