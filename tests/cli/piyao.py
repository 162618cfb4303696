"""Run the command line as people do: a process of its own, in an environment of its own.

A command that ends by itself is forked from a server that has imported everything once: importing is most of what a
short command costs, and there are hundreds. What serves (`Up`) is started from nothing, as an office starts it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import selectors
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

import starter

STARTER = str(Path(__file__).parent.parent.parent / "starter.py")
START = 90
"""Seconds a stack may take to become ready on a loaded machine."""


def environment(**more: str) -> dict[str, str]:
    """The environment without what this machine sets for Piyao and Temporal; every warning is shown."""
    ours = ("PIYAO_", "TEMPORAL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONWARNINGS": "default", "NO_COLOR": "1", "COLUMNS": "200", **more}


def piyao(
    *words: str, stdin: str = "", timeout: float = 60, cwd: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "0").write_text(stdin, encoding="utf-8")
        run = _FORKS.Process(target=_one, args=(words, folder, environment(**more), cwd or Path.cwd()))
        run.start()
        run.join(timeout)
        if run.exitcode is None:
            run.kill()
            raise subprocess.TimeoutExpired(words, timeout)
        out, err = ((folder / told).read_text(encoding="utf-8") for told in "12")
        return subprocess.CompletedProcess(words, run.exitcode, out, err)


_FORKS = multiprocessing.get_context("forkserver")
_ACTIONS = ("calendar", "cases", "doctor", "due_dates", "init", "members.people", "members.units", "policy", "roster")
_FORKS.set_forkserver_preload(
    [
        *("pytest", "wiring.api", "wiring.worker", "cli.main", "cli.run", "tests.cli.piyao", "tests.cli.read_once"),
        *(f"cli.actions.{name}" for name in _ACTIONS),
    ]
)


def _one(words: tuple[str, ...], folder: Path, env: dict[str, str], cwd: Path) -> None:
    """Run one command in this process; its streams are the files `0`, `1` and `2` of a folder."""
    for stream, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(folder / str(stream), flags, 0o600), stream)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    warnings.simplefilter("default")
    sys.stdin, sys.stdout, sys.stderr = (open(n, "rw"[n > 0], encoding="utf-8") for n in range(3))  # noqa: SIM115
    sys.argv = [STARTER, *words]
    starter.main()


class Up:
    """A running `piyao up` on free ports."""

    def __init__(self, data: Path, cwd: Path | None = None, *, api_port: int = 0, **more: str) -> None:
        self.data = data
        self.addresses: dict[str, str] = {}
        ports = ("--api-port", str(api_port), "--temporal-port", "0", "--ui-port", "0")
        command = [sys.executable, STARTER, "up", "--data", str(data), *ports, "--json"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**more), cwd=cwd
        )

    def ready(self) -> dict[str, str]:
        """The addresses, once it has printed them; by then its API must be ready."""
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ)
            assert waiting.select(START), "not ready in time"
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        addresses: dict[str, str] = json.loads(line)
        assert httpx2.get(f"{addresses['api']}/readyz", trust_env=False).status_code == 200
        return addresses

    def ended(self, within: float) -> tuple[int, str, str]:
        """Exit code, what else it printed, and what it complained of."""
        out, err = self.process.communicate(timeout=within)
        return self.process.returncode, out, err

    def stop(self) -> tuple[int, str, str]:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.ended(within=30)

    def children(self) -> dict[str, int]:
        """The process ids of the parts, by what they run."""
        found = {}
        for line in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            words = Path(f"/proc/{line}/cmdline").read_bytes().decode().split("\0")
            name = "temporal" if "start-dev" in words else words[-2]
            found[name] = int(line)
        return found


def gone(pid: int, within: float = 10) -> bool:
    """Whether a process has ended."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False
