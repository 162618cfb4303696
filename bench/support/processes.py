"""The processes a measurement runs against: the dev server with the flags of `piyao up`, and the worker beside it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from cli.supervisor import temporal_server
from cli.supervisor.free_ports import HOST, choose_ports
from cli.supervisor.process import ManagedProcess
from cli.supervisor.ui_guard import hidden_address
from temporal import search_attributes

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One dev server with its own ports and its own file; after a restart it finds the same data."""

    def __init__(self, folder: Path, dynamic: Mapping[str, str] | None = None) -> None:
        self.ports = choose_ports(api=0, temporal=0, ui=0)
        self.address = f"{HOST}:{self.ports.temporal}"
        command = temporal_server.command(self.ports, hidden_address(), dynamic or {})
        environment = temporal_server.environment(os.environ)
        self.part = ManagedProcess("temporal", command, folder / "logs" / "temporal.log", environment, folder)

    async def start(self) -> None:
        """Start the server, and wait until it answers and has the search attributes."""
        await self.part.start()
        async with asyncio.timeout(30):
            client = await temporal_server.wait_for_server(self.address)
            await temporal_server.raise_retention(client)
            await search_attributes.ensure(client)


@asynccontextmanager
async def dev_server(folder: Path, dynamic: Mapping[str, str] | None = None) -> AsyncIterator[Server]:
    """Run a dev server for a while; this process reaches it through the standard environment too."""
    server = Server(folder, dynamic)
    os.environ["TEMPORAL_ADDRESS"] = server.address
    os.environ["TEMPORAL_NAMESPACE"] = "default"
    try:
        await server.start()
        yield server
    finally:
        await server.part.stop()


@asynccontextmanager
async def python(
    name: str, args: list[str], folder: Path, environment: Mapping[str, str]
) -> AsyncIterator[ManagedProcess]:
    """Run a Python program of ours for a while, as an office would; `args` is what follows the interpreter.

    Its byte code is kept (the sandbox imports the workflow anew for each case), but not in the source tree.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**inherited, "PYTHONPYCACHEPREFIX": str(folder / "pycache"), **environment}
    part = ManagedProcess(name, [sys.executable, *args], folder / "logs" / f"{name}.log", environment)
    await part.start()
    try:
        yield part
    finally:
        await part.stop()


def pid_of(part: ManagedProcess) -> int:
    """Return the process id of a running part."""
    if part.process is None or part.process.returncode is not None:
        raise RuntimeError(f"{part.name} does not run; its last words: {part.last_lines()}")
    return part.process.pid


def cpu_of(pid: int) -> float:
    """Return the seconds of processor time a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def kill(part: ManagedProcess) -> None:
    """End a part as a crash would, with SIGKILL."""
    pid = pid_of(part)
    os.kill(pid, signal.SIGKILL)
    assert part.process is not None
    await part.process.wait()
