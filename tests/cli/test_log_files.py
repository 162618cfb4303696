"""The log files of the parts are bounded, however much a part writes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from cli.supervisor import log_files
from cli.supervisor.process import ManagedProcess


def test_a_log_that_has_grown_too_large_is_put_aside_and_the_oldest_piece_goes(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    for line in (b"first", b"second", b"third", b"fourth"):
        with log.open("ab") as out:
            out.write(line * 100)
        assert log_files.put_aside(log, largest=300, kept=2)

    assert log.read_bytes() == b""
    assert (tmp_path / "worker.log.1").read_bytes() == (b"fourth" * 100)[-300:]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["worker.log", "worker.log.1", "worker.log.2"]
    assert not log_files.put_aside(log, largest=300)
    assert not log_files.put_aside(tmp_path / "none.log")


WRITES = """
import os, time
for piece in range(5):
    print("x" * 200_000, flush=True)
    while os.fstat(1).st_size > 100_000: time.sleep(0.01)
print("last", flush=True)
"""


@pytest.mark.asyncio
async def test_a_part_goes_on_writing_where_its_log_was_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "EVERY", 0.01)
    monkeypatch.setattr(log_files.put_aside, "__defaults__", (100_000, 2))
    part = ManagedProcess("worker", [sys.executable, "-c", WRITES], tmp_path / "worker.log", dict(os.environ))
    await part.start()
    bounding = asyncio.create_task(log_files.keep_bounded([part.log]))
    await part.ended()
    bounding.cancel()

    assert part.log.read_bytes() == b"last\n"
    assert sorted(log_size(tmp_path / f"worker.log.{n}") for n in (1, 2, 3)) == [0, 100_000, 100_000]


def log_size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
