"""Against a real server that speaks clamd's INSTREAM, over TCP and over a unix socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.evidence.clamd import Clamd
from domain.errors import Infected, Unavailable

SIGNATURE = b"THE-TEST-VIRUS"
HARMLESS = b"harmless " * 50_000


class Scanner:
    """A scanner that reads as clamd does: a command up to NUL, pieces after their length, a zero at the end."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.says: Callable[[bytes], bytes | None] = self.judged

    @staticmethod
    def judged(content: bytes) -> bytes:
        return b"stream: Test.Virus FOUND\0" if SIGNATURE in content else b"stream: OK\0"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            content = b""
            while size := int.from_bytes(await reader.readexactly(4), "big"):
                content += await reader.readexactly(size)
            self.seen.append(content)
            said = self.says(content)
            if said is None:  # silent until the other side gives up
                await reader.read()
            else:
                writer.write(said)
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def scanning() -> AsyncIterator[tuple[Scanner, str]]:
    """A scanner on loopback, and its address."""
    scanner = Scanner()
    server = await asyncio.start_server(scanner.serve, "127.0.0.1", 0)
    async with server:
        yield scanner, f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean"
    path.write_bytes(HARMLESS)
    return path


@pytest.fixture
def infected(tmp_path: Path) -> Path:
    path = tmp_path / "infected"
    path.write_bytes(bytes(100_000) + SIGNATURE)
    return path


async def test_a_file_reaches_the_scanner_whole_and_passes(clean: Path) -> None:
    async with scanning() as (scanner, url):
        await Clamd(url).scan(clean)

    assert scanner.seen == [HARMLESS]


async def test_what_the_scanner_knows_is_infected(infected: Path) -> None:
    async with scanning() as (_, url):
        with pytest.raises(Infected):
            await Clamd(url).scan(infected)


async def test_a_scanner_is_reached_by_a_unix_socket(clean: Path, infected: Path, tmp_path: Path) -> None:
    scanner = Scanner()
    async with await asyncio.start_unix_server(scanner.serve, tmp_path / "clamd.sock"):
        clamd = Clamd(f"unix://{tmp_path}/clamd.sock")
        await clamd.scan(clean)
        with pytest.raises(Infected):
            await clamd.scan(infected)

    assert len(scanner.seen) == 2


@pytest.mark.parametrize(
    "said",
    [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: Can't allocate memory ERROR\0", b"OK\0", b"220 mail\r\n"],
)
async def test_an_answer_that_is_no_clean_bill_is_none(clean: Path, said: bytes) -> None:
    async with scanning() as (scanner, url):
        scanner.says = lambda _: said
        with pytest.raises(Unavailable):
            await Clamd(url).scan(clean)


async def test_a_silent_scanner_is_not_waited_for_for_ever(clean: Path) -> None:
    async with scanning() as (scanner, url):
        scanner.says = lambda _: None
        with pytest.raises(Unavailable):
            await Clamd(url, patience=0.2).scan(clean)


async def test_an_absent_scanner_is_unavailable(clean: Path, tmp_path: Path) -> None:
    async with scanning() as (_, url):
        pass
    for address in (url, f"unix://{tmp_path}/nobody.sock"):
        with pytest.raises(Unavailable):
            await Clamd(address).scan(clean)


@pytest.mark.parametrize(
    "url",
    [
        *("", "127.0.0.1:3310", "tcp://127.0.0.1", "tcp://:3310", "tcp://a:b", "http://a:1", "unix://clamd.sock"),
        *("unix:///tmp/a?b.sock", "unix:///tmp/a#b.sock", "tcp://a:3310?x=1"),
    ],
)
def test_an_address_that_names_no_scanner_is_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(ValueError, match="tcp://主机:端口 或 unix:///路径"):
        Clamd(url)
