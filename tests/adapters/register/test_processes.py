"""Several processes on one file: nothing lost, nothing doubled, whatever dies."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from adapters.register.store import SqlRegister
from tests.adapters.register.factories import WATER, ask, decision, filing, issue, url

ROOT = Path(__file__).parents[3]

FILER = """
import asyncio, sys
from adapters.register.store import SqlRegister
from tests.adapters.register.factories import WATER, filing

async def main():
    address, process, callers, each = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    register = await SqlRegister.open(address)
    print("ready", flush=True)
    sys.stdin.readline()

    async def caller(number):
        for n in range(each):
            place = f"{process}区" if n % 2 else None
            name = f"{process}-{number}-{n}"
            filed = await register.file(filing(WATER, name=name, place=place, channel=f"hotline:{process}"))
            print(filed.receipt.report_id, flush=True)

    await asyncio.gather(*(caller(number) for number in range(callers)))
    await register.close()

asyncio.run(main())
"""


def filer(folder: Path, process: str, callers: int, each: int) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", FILER, url(folder), process, str(callers), str(each)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout.readline() == "ready\n"
    return started


def go(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()


def test_two_processes_lose_no_report_and_open_one_case(tmp_path: Path) -> None:
    processes = [filer(tmp_path, name, callers=10, each=10) for name in ("a", "b")]
    go(*processes)
    for process in processes:
        _, faults = process.communicate(timeout=60)
        assert process.returncode == 0, faults

    assert ask(tmp_path, "SELECT sightings, districts, channels FROM cases") == [(200, 2, 2)]
    assert ask(tmp_path, "SELECT count(*), sum(opens) FROM reports") == [(200, 1)]
    # Counted in a read and a write each: a lost update would have given two reports the same place in the row.
    assert ask(tmp_path, "SELECT count(DISTINCT count), max(count) FROM reports") == [(200, 200)]
    heard = [row[0] for row in ask(tmp_path, "SELECT count FROM reports WHERE owed ORDER BY count")]
    assert {1, 2, 5, 10, 20, 50, 100, 200} <= set(heard)
    assert len(heard) <= 8 + 3


async def test_a_writer_killed_at_any_moment_leaves_what_it_answered_and_nothing_half(tmp_path: Path) -> None:
    answered: set[str] = set()
    for kill in range(3):
        process = filer(tmp_path, f"k{kill}", callers=8, each=10_000)
        go(process)
        answered |= {process.stdout.readline().strip() for _ in range(20)}
        await asyncio.sleep(0.05 + 0.07 * kill)
        process.kill()
        rest, faults = process.communicate(timeout=10)
        answered |= set(rest.split("\n")[:-1])  # a last line without its end was never heard
        assert not faults

    register = await SqlRegister.open(url(tmp_path))
    stored = {row[0] for row in ask(tmp_path, "SELECT report_id FROM reports")}
    assert len(answered) >= 60
    assert answered <= stored
    assert ask(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(tmp_path, "PRAGMA foreign_key_check") == []
    assert ask(tmp_path, "SELECT sightings, channels FROM cases") == [(len(stored), 3)]
    assert ask(tmp_path, "SELECT sum(opens), max(count) FROM reports") == [(1, len(stored))]
    assert (await register.file(filing(WATER))).receipt.joined
    await register.close()


async def test_a_process_that_only_reads_sees_what_another_has_just_answered(tmp_path: Path) -> None:
    one, other = await SqlRegister.open(url(tmp_path)), await SqlRegister.open(url(tmp_path))
    for n in range(30):
        filed = await one.file(filing(f"第{n}条完全不一样的网传说法"))
        assert await other.case(filed.receipt.case_id) is not None
        await one.begin(decision(f"u{n}", filed.receipt.case_id))
        assert await other.begin(decision(f"u{n}", filed.receipt.case_id)) is not None
        await one.put(issue(filed.receipt.case_id))
        assert await other.page(filed.receipt.case_id) is not None
    await one.close()
    await other.close()
