from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.egress import outbox
from adapters.messengers.live_only import LiveOnlyMessenger
from adapters.messengers.outbox import OutboxMessenger
from adapters.messengers.phone import PhoneTasks
from domain.errors import Unavailable
from domain.vocabulary import Mode
from tests.activities.factories import Box, letter

WRITER = """
import asyncio, sys
from pathlib import Path
from adapters.egress import outbox
from adapters.messengers.outbox import OutboxMessenger
from domain.ports.delivery import Letter

async def main():
    outbox.FULL = outbox.PIECE = int(sys.argv[3])
    box, letter = OutboxMessenger(Path(sys.argv[1])), Letter.model_validate_json(sys.argv[4])
    for n in range(int(sys.argv[2])):
        await box.send(letter.model_copy(update={"key": f"k/{n}"}))
        print(n, flush=True)

asyncio.run(main())
"""


def lines(folder: Path, name: str = "notices.jsonl") -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def files_of(folder: Path) -> list[Path]:
    """All files of an outbox, which are for their owner only."""
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    return sorted(folder.glob("*.jsonl"))


def written(folder: Path) -> list[str]:
    """The keys of all lines, in all files."""
    return [line["key"] for file in files_of(folder) for line in lines(folder, file.name)]


def writer(folder: Path, count: int, full: int = outbox.FULL) -> subprocess.Popen[str]:
    root = Path(__file__).parents[3]
    like = letter(text="字" * 3000).model_dump_json()  # given: what makes letters takes longer to import than to write
    command_line = [sys.executable, "-c", WRITER, str(folder), str(count), str(full), like]
    return subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True, cwd=root)


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
    [line] = lines(tmp_path, "phone_tasks.jsonl")
    assert (line["channel"], "address" in line) == ("phone", False), "the number is shown to the caller alone"


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


async def test_a_file_begun_anew_that_outgrows_the_place_read_is_read_from_its_beginning(tmp_path: Path) -> None:
    box = OutboxMessenger(tmp_path)
    await box.send(letter("k/1"))
    others = [json.dumps({"key": f"other/{n}", "text": "字" * n}, ensure_ascii=False) for n in range(40)]
    (tmp_path / "notices.jsonl").write_text("\n".join(others) + "\n", encoding="utf-8")

    await box.send(letter("other/0"))
    await box.send(letter("k/1"))

    assert [line["key"] for line in lines(tmp_path)] == [*(f"other/{n}" for n in range(40)), "k/1"]


async def test_a_full_file_is_put_aside_and_its_keys_stay_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FULL", 4000)
    monkeypatch.setattr(outbox, "PIECE", 1000)
    box = OutboxMessenger(tmp_path)
    keys = [f"k/{n}" for n in range(60)]
    for key in keys:
        await box.send(letter(key))
    for key in keys:
        await box.send(letter(key))
        await OutboxMessenger(tmp_path).send(letter(key))

    assert len(files_of(tmp_path)) > 5
    assert sorted(written(tmp_path)) == sorted(keys)

    first = files_of(tmp_path)[0]
    archived = [line["key"] for line in lines(tmp_path, first.name)]
    first.unlink()
    for key in keys:
        await box.send(letter(key))
    assert sorted(written(tmp_path) + archived) == sorted(keys), "nobody gets an archived letter again"


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"no index" * 999)])
async def test_an_index_that_is_gone_or_broken_is_made_again_from_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], object]
) -> None:
    monkeypatch.setattr(outbox, "FULL", 4000)
    monkeypatch.setattr(outbox, "PIECE", 1000)
    keys, box = [f"k/{n}" for n in range(40)], OutboxMessenger(tmp_path)
    for key in keys:
        await box.send(letter(key))

    damage(tmp_path / "notices.keys")
    for key in [*keys, "k/40"]:
        await box.send(letter(key))
        await OutboxMessenger(tmp_path).send(letter(key))

    found = written(tmp_path)
    assert sorted(found) == sorted([*keys, "k/40"])


async def test_a_kill_before_a_full_file_has_its_number_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FULL", 2000)
    monkeypatch.setattr(outbox, "PIECE", 1000)
    box = OutboxMessenger(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(5, "gone")))
        sent = await asyncio.gather(*(box.send(letter(f"k/{n}")) for n in range(40)), return_exceptions=True)
        sent.append(await asyncio.gather(box.send(letter("k/0")), return_exceptions=True))
    assert [type(one) for one in sent[-1]] == [Unavailable]
    for n in range(40):
        await OutboxMessenger(tmp_path).send(letter(f"k/{n}"))
        await box.send(letter(f"k/{n}"))

    found = written(tmp_path)
    assert sorted(found) == sorted(f"k/{n}" for n in range(40))


async def test_a_restart_beside_a_large_outbox_takes_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "notices.jsonl").open("w", encoding="utf-8") as file:
        for n in range(20_000):
            file.write(json.dumps({"key": f"k/{n}", "text": "x" * 1000}) + "\n")

    async def peak(key: str) -> int:
        tracemalloc.start()
        await OutboxMessenger(tmp_path).send(letter(key))
        (_, most), _ = tracemalloc.get_traced_memory(), tracemalloc.stop()
        return most

    assert await peak("k/7") < 3_000_000, "the index is made"
    assert await peak("k/19999") < 1_500_000
    assert len(lines(tmp_path)) == 20_000


def test_processes_that_put_files_aside_leave_one_line_per_key(tmp_path: Path) -> None:
    processes = [writer(tmp_path, 60, full=100_000) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(files_of(tmp_path)) > 3
    assert sorted(written(tmp_path)) == sorted(f"k/{n}" for n in range(60))


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
