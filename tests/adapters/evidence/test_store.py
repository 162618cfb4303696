from __future__ import annotations

import asyncio
import hashlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.evidence.clamd import Clamd
from adapters.evidence.store import INCOMING, DiskFiles
from domain.errors import Damaged, Infected, NotAllowed, TooLarge, Unavailable, Unfit, Unknown
from domain.evidence import LIMIT, FileContent
from tests.adapters.evidence.sample_files import JPEG, MP4, PDF, PNG, TEXT, in_pieces, noise, photographed, zipped
from tests.adapters.evidence.test_clamd import SIGNATURE, scanning

pytestmark = pytest.mark.people


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files")


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def visible(files: DiskFiles) -> set[str]:
    """Every file that has a name, and every half one."""
    return {str(path.relative_to(files.folder)) for path in files.folder.rglob("*") if path.is_file()}


async def read(content: FileContent) -> bytes:
    return b"".join([piece async for piece in content.pieces])


def film(size: int) -> bytes:
    return MP4 + bytes(size - len(MP4))


# --- kept --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "media_type"), [(JPEG, "image/jpeg"), (PDF, "application/pdf"), (TEXT, "text/plain")]
)
async def test_a_file_is_kept_under_its_digest_and_given_back_as_it_was(
    files: DiskFiles, content: bytes, media_type: str
) -> None:
    digest = digest_of(content)

    kept = await files.keep(in_pieces(content, 7))
    given = await files.original(digest)

    assert (kept.digest, kept.size, kept.media_type, kept.new) == (digest, len(content), media_type, True)
    assert (given.size, given.media_type, await read(given)) == (len(content), media_type, content)
    assert visible(files) == {f"{digest[:2]}/{digest}"}
    assert (files.folder / digest[:2] / digest).stat().st_mode & 0o077 == 0


async def test_the_same_file_twice_is_stored_once(files: DiskFiles) -> None:
    first, second = await files.keep(in_pieces(PNG)), await files.keep(in_pieces(PNG))

    assert (first.new, second.new) == (True, False)
    assert first.model_copy(update={"new": False}) == second
    assert len(visible(files)) == 1


async def test_two_at_once_are_stored_once_and_one_of_them_is_the_first(files: DiskFiles) -> None:
    content = film(3_000_000)

    kept = await asyncio.gather(*(files.keep(in_pieces(content)) for _ in range(4)))

    assert sorted(one.new for one in kept) == [False, False, False, True]
    assert len(visible(files)) == 1
    assert await read(await files.original(digest_of(content))) == content


async def test_20_mib_are_kept_and_a_byte_more_is_refused_before_the_rest_is_asked_for(files: DiskFiles) -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        yield MP4
        while True:
            asked += 1
            yield bytes(65536)

    kept = await files.keep(in_pieces(film(LIMIT)))
    with pytest.raises(TooLarge):
        await files.keep(in_pieces(film(LIMIT + 1)))
    with pytest.raises(TooLarge):
        await files.keep(endless())

    assert kept.size == LIMIT
    assert asked == LIMIT // 65536
    assert len(visible(files)) == 1


MEASURED = """
import asyncio, resource, sys
from pathlib import Path
from adapters.evidence.store import DiskFiles
from tests.adapters.evidence.sample_files import MP4

async def pieces():
    yield MP4
    for _ in range(19 * 16):
        yield bytes(65536)

async def main():
    files = DiskFiles(Path(sys.argv[1]))
    await files.keep(pieces_of(MP4))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await files.keep(pieces())
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)

async def pieces_of(content):
    yield content

asyncio.run(main())
"""


async def test_a_large_file_is_never_held_whole(tmp_path: Path) -> None:
    taken = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", MEASURED, str(tmp_path)], capture_output=True, check=True, text=True
    )

    assert int(taken.stdout) < 10  # MiB


# --- refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", Unfit),
        (zipped(), NotAllowed),
        (JPEG + zipped(), NotAllowed),
        (b"<svg><script>", NotAllowed),
        (noise("JPEG")[:5000], Unfit),
    ],
)
async def test_what_is_refused_leaves_nothing(files: DiskFiles, content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        await files.keep(in_pieces(content))

    assert visible(files) == set()


async def test_a_sender_who_breaks_off_leaves_nothing(files: DiskFiles) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield film(600_000)
        raise EOFError

    with pytest.raises(EOFError):
        await files.keep(broken())

    assert visible(files) == set()


async def test_a_call_that_is_cancelled_leaves_nothing(files: DiskFiles) -> None:
    begun = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield film(600_000)
        begun.set()
        await asyncio.Event().wait()

    keeping = asyncio.create_task(files.keep(stuck()))
    await begun.wait()
    assert len(visible(files)) == 1
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping

    assert visible(files) == set()


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", ".incoming", ""])
async def test_an_unknown_digest_is_unknown_whatever_it_looks_like(files: DiskFiles, digest: str) -> None:
    with pytest.raises(Unknown):
        await files.original(digest)
    with pytest.raises(Unknown):
        await files.shown(digest)


# --- shown -------------------------------------------------------------------------------------------------------


async def test_a_picture_is_shown_without_where_it_was_taken_and_kept_with_it(files: DiskFiles) -> None:
    content = photographed()
    digest = (await files.keep(in_pieces(content))).digest

    shown = await files.shown(digest)
    pixels, original = await read(shown), await read(await files.original(digest))

    assert original == content
    assert b"ZHANG" in original
    assert (shown.media_type, shown.size) == ("image/jpeg", len(pixels))
    assert b"ZHANG" not in pixels
    assert b"Exif" not in pixels


async def test_what_is_shown_is_made_once(files: DiskFiles) -> None:
    digest = (await files.keep(in_pieces(JPEG))).digest

    both = await asyncio.gather(files.shown(digest), files.shown(digest))
    place = files.folder / digest[:2] / f"{digest}.shown"
    made = place.stat()
    again = await files.shown(digest)

    assert visible(files) == {f"{digest[:2]}/{digest}", f"{digest[:2]}/{digest}.shown"}
    assert len({await read(one) for one in (*both, again)}) == 1
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)


@pytest.mark.parametrize(
    ("encoding", "begins"),
    [("utf-16", "%PDF-1.7"), ("utf-16", "GIF89a"), ("utf-8-sig", "GIF87a"), ("gbk", "RIFF"), ("utf-8", "ID3")],
)
async def test_what_was_taken_as_a_text_is_shown_as_one_whatever_it_begins_with(
    files: DiskFiles, encoding: str, begins: str
) -> None:
    written = f"{begins}是文件开头的写法。"

    kept = await files.keep(in_pieces(written.encode(encoding), 7))
    shown = await files.shown(kept.digest)

    assert (kept.media_type, shown.media_type) == ("text/plain", "text/plain")
    assert (await read(shown)).decode() == written


async def test_only_pictures_are_shown(files: DiskFiles) -> None:
    digest = (await files.keep(in_pieces(PDF))).digest

    with pytest.raises(Unknown, match="no_picture"):
        await files.shown(digest)


# --- the scanner -------------------------------------------------------------------------------------------------


async def test_only_what_the_scanner_lets_pass_is_stored(tmp_path: Path) -> None:
    async with scanning() as (scanner, url):
        files = DiskFiles(tmp_path / "files", scan=Clamd(url).scan)
        kept = await files.keep(in_pieces(TEXT))
        with pytest.raises(Infected):
            await files.keep(in_pieces(TEXT + SIGNATURE))

    assert scanner.seen == [TEXT, TEXT + SIGNATURE]
    assert visible(files) == {f"{kept.digest[:2]}/{kept.digest}"}


async def test_nothing_is_stored_while_the_scanner_is_broken_or_away(tmp_path: Path) -> None:
    async with scanning() as (scanner, url):
        scanner.says = lambda _: b"stream: broken ERROR\0"
        files = DiskFiles(tmp_path / "files", scan=Clamd(url).scan)
        with pytest.raises(Unavailable):
            await files.keep(in_pieces(TEXT))
    with pytest.raises(Unavailable):
        await files.keep(in_pieces(TEXT))

    assert visible(files) == set()


# --- the disk ----------------------------------------------------------------------------------------------------


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file of this process grow over `size`, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handled = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handled)


async def test_a_full_disk_is_unavailable_leaves_nothing_and_heals(files: DiskFiles) -> None:
    content = film(2_000_000)

    with disk_of(1_000_000), pytest.raises(Unavailable):
        await files.keep(in_pieces(content))

    assert visible(files) == set()
    assert (await files.keep(in_pieces(content))).new


async def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"in the way")

    with pytest.raises(Unavailable):
        await DiskFiles(tmp_path / "files").keep(in_pieces(TEXT))


# --- killed ------------------------------------------------------------------------------------------------------

WRITER = """
import asyncio, sys
from pathlib import Path
from adapters.evidence.store import DiskFiles
from tests.adapters.evidence.sample_files import MP4

async def pieces():
    yield MP4 + bytes(1_000_000)
    print("half", flush=True)
    await asyncio.Event().wait()

asyncio.run(DiskFiles(Path(sys.argv[1])).keep(pieces()))
"""


async def writing(files: DiskFiles) -> asyncio.subprocess.Process:
    """A process in the midst of an upload."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(files.folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"half\n"
    return process


async def test_a_killed_upload_is_never_seen_and_its_half_is_swept_but_not_that_of_a_living_one(
    files: DiskFiles,
) -> None:
    killed, living = await writing(files), await writing(files)
    try:
        killed.send_signal(signal.SIGKILL)
        await killed.wait()

        left = visible(files)
        assert len(left) == 2
        assert all(path.startswith(f"{INCOMING}{os.sep}") for path in left)

        assert files.sweep() == 1
        assert len(visible(files)) == 1
        assert files.sweep() == 0
    finally:
        living.kill()
        await living.wait()
    assert files.sweep() == 1
    assert visible(files) == set()


def test_there_is_nothing_to_sweep_before_the_first_file(files: DiskFiles) -> None:
    assert files.sweep() == 0


# --- damaged -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [lambda whole: b"", lambda whole: whole[:-1], lambda whole: whole[:-1] + b"?"])
async def test_a_file_that_is_no_longer_what_its_digest_says_is_refused_and_mended_by_handing_it_in_again(
    files: DiskFiles, damage: Callable[[bytes], bytes]
) -> None:
    picture = photographed()
    digest = (await files.keep(in_pieces(picture))).digest
    shown = await read(await files.shown(digest))
    place = files.folder / digest[:2] / digest
    place.write_bytes(damage(picture))

    for asked in (files.original, files.shown):
        with pytest.raises(Damaged) as refused:
            await asked(digest)
        assert refused.value.values == {"digest": digest}
    again = await files.keep(in_pieces(picture))

    assert again.new
    assert await read(await files.original(digest)) == picture
    assert await read(await files.shown(digest)) == shown
