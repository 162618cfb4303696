"""The processes a supervisor runs: each in a process group of its own, its output in a log file."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cli.messages import message

WRAPPER = Path(__file__).with_name("die_with_parent.py")

GRACE = 10.0
"""Seconds a part has after SIGTERM before it gets SIGKILL."""


class ProcessDied(Exception):
    """Raised when a part ended by itself; says which one, how, and the last lines it wrote."""

    def __init__(self, part: ManagedProcess) -> None:
        self.part = part
        how = (
            message("died_by_signal", signal=-part.code) if part.code < 0 else message("died_with_code", code=part.code)
        )
        super().__init__(message("part_died", part=part.title, how=how, log=part.log, words=part.last_lines()))


@dataclass
class ManagedProcess:
    """One child process; `command[0]` is an absolute path, `folder` the one it works in (None: ours)."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str]
    folder: Path | None = None
    process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def title(self) -> str:
        """Return the name of this part for people."""
        return message(f"part_{self.name}")

    @property
    def code(self) -> int:
        """Return the exit status, negative for a signal; 0 while the process runs."""
        return (self.process.returncode if self.process else 0) or 0

    async def start(self) -> None:
        """Start the process; Ctrl-C reaches it only through the supervisor, and it dies with the supervisor."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        wrapped = [sys.executable, "-I", "-S", str(WRAPPER), str(os.getpid()), *self.command]
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *wrapped,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=self.folder,
                process_group=0,
            )

    async def ended(self) -> ManagedProcess:
        """Wait until the process has ended."""
        if self.process is not None:
            await self.process.wait()
        return self

    async def stop(self) -> None:
        """Send SIGTERM, and SIGKILL if the process has not ended within `GRACE`; do nothing if it has ended already."""
        if self.process is None or self.process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), GRACE)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self.process.wait()

    def last_lines(self, lines: int = 8) -> str:
        """Return the last lines of the log, which tell why it died."""
        try:
            with self.log.open(encoding="utf-8", errors="replace") as log:
                return "\n".join(line.rstrip() for line in deque(log, lines))
        except FileNotFoundError:
            return ""

    def _signal(self, which: signal.Signals) -> None:
        assert self.process is not None  # noqa: S101  (asked by callers)
        with suppress(ProcessLookupError):  # it ended between the check and the call
            os.killpg(self.process.pid, which)
