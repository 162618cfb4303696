from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.messengers.live_only import LiveOnlyMessenger
from adapters.messengers.outbox import OutboxMessenger
from adapters.messengers.phone import PhoneTasks
from domain.errors import Unavailable
from domain.vocabulary import Mode
from tests.activities.factories import Box, letter

WRITER = """
import asyncio, sys
from pathlib import Path
from adapters.messengers.outbox import OutboxMessenger
from tests.activities.factories import letter

async def main():
    box = OutboxMessenger(Path(sys.argv[1]))
    for n in range(int(sys.argv[2])):
        await box.send(letter(f"k/{n}", text="字" * 3000))
        print(n, flush=True)

asyncio.run(main())
"""


def lines(folder: Path, name: str = "notices.jsonl") -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def writer(folder: Path, count: int) -> subprocess.Popen[str]:
    root = Path(__file__).parents[3]
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(count)], stdout=subprocess.PIPE, text=True, cwd=root
    )


async def test_a_letter_is_one_line_for_its_owner_only(tmp_path: Path) -> None:
    await OutboxMessenger(tmp_path / "outbox").send(letter())
    (line,) = lines(tmp_path / "outbox")
    assert line["key"] == letter().key
    assert line["text"] == letter().text
    assert line["person"] == "li"
    assert (tmp_path / "outbox" / "notices.jsonl").stat().st_mode & 0o077 == 0


async def test_a_phone_call_is_a_task_in_a_file_of_its_own(tmp_path: Path) -> None:
    phone = PhoneTasks(tmp_path)
    await phone.send(letter("k/phone", channel="phone"))
    await phone.send(letter("k/phone", channel="phone"))
    assert [line["channel"] for line in lines(tmp_path, "phone_tasks.jsonl")] == ["phone"]


async def test_the_same_key_leaves_one_line_also_across_restarts_and_at_once(tmp_path: Path) -> None:
    box = OutboxMessenger(tmp_path)
    await asyncio.gather(*(box.send(letter(f"k/{n % 5}")) for n in range(40)))
    await OutboxMessenger(tmp_path).send(letter("k/3"))
    assert sorted(line["key"] for line in lines(tmp_path)) == [f"k/{n}" for n in range(5)]


def test_two_processes_leave_one_whole_line_per_key(tmp_path: Path) -> None:
    processes = [writer(tmp_path, 60), writer(tmp_path, 60)]
    for process in processes:
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert sorted(line["key"] for line in lines(tmp_path)) == sorted(f"k/{n}" for n in range(60))


def test_a_killed_writer_loses_no_line_it_has_confirmed_and_blocks_nobody(tmp_path: Path) -> None:
    process = writer(tmp_path, 100_000)
    assert process.stdout is not None
    confirmed = [process.stdout.readline() for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    confirmed += process.communicate(timeout=10)[0].splitlines()
    after = writer(tmp_path, 3)
    after.communicate(timeout=30)
    assert after.returncode == 0
    keys = [line["key"] for line in lines(tmp_path)]
    assert len(keys) == len(set(keys))
    assert set(keys) >= {f"k/{n.strip()}" for n in confirmed}


async def test_a_line_cut_short_is_written_again_whole(tmp_path: Path) -> None:
    (tmp_path / "notices.jsonl").write_text('{"key": "k/1", "person": "li"}\n{"key": "k/2", "per', encoding="utf-8")
    box = OutboxMessenger(tmp_path)
    await box.send(letter("k/1"))
    await box.send(letter("k/2"))
    await box.send(letter("k/2"))
    whole = []
    for line in (tmp_path / "notices.jsonl").read_text(encoding="utf-8").splitlines():
        try:
            whole.append(json.loads(line)["key"])
        except ValueError:
            assert line == '{"key": "k/2", "per'
    assert whole == ["k/1", "k/2"]


async def test_a_file_begun_anew_is_read_anew(tmp_path: Path) -> None:
    box = OutboxMessenger(tmp_path)
    await box.send(letter("k/1"))
    await box.send(letter("k/2"))
    (tmp_path / "notices.jsonl").unlink()
    await box.send(letter("k/1"))
    assert [line["key"] for line in lines(tmp_path)] == ["k/1"]


async def test_a_lock_that_is_never_let_go_is_no_wait_for_ever(tmp_path: Path) -> None:
    import fcntl

    box = OutboxMessenger(tmp_path)
    await box.send(letter("k/1"))
    with (tmp_path / "notices.jsonl").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            await box.send(letter("k/2"))
        assert time.monotonic() - begun < 1.4
    await box.send(letter("k/2"))


async def test_a_folder_that_cannot_be_written_is_said_and_heals(tmp_path: Path) -> None:
    blocked = tmp_path / "outbox"
    blocked.write_text("")
    box = OutboxMessenger(blocked)
    with pytest.raises(Unavailable):
        await box.send(letter())
    blocked.unlink()
    await box.send(letter())
    assert len(lines(blocked)) == 1


async def test_letters_of_a_demo_stay_inside_when_the_receiver_is_outside() -> None:
    outside, inside = Box(), Box()
    for mode in Mode:
        await LiveOnlyMessenger(outside, inside).send(letter(mode=mode))
    assert [taken.mode for taken in outside.taken] == [Mode.LIVE]
    assert [taken.mode for taken in inside.taken] == [Mode.DEMO, Mode.DRILL]
