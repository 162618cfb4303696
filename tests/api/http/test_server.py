"""The limits of the real server: what is slow, large or ambiguous on the wire never reaches the application."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from api.http import server
from api.http.server import LimitedProtocol, serve
from tests.api.conftest import Office

BODY = b'{"text":"abc","nope":1}'
HEAD = b"POST /v1/reports HTTP/1.1\r\nHost: piyao.test\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):  # the server was first
            await writer.wait_closed()


async def exchange(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send, and read until the server closes or has said nothing for a while."""
    said = b""
    async with connected(port) as (reader, writer):
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        with suppress(TimeoutError, ConnectionError):
            while piece := await asyncio.wait_for(reader.read(65536), 1):
                said += piece
    return said


def status_of(said: bytes) -> int:
    return int(said.split(b" ", 2)[1])


def one_answer(said: bytes) -> bool:
    return said.count(b"HTTP/1.1 ") == 1


def chunked(content: bytes) -> bytes:
    return b"".join(
        b"%x\r\n%s\r\n" % (len(content[n : n + 4096]), content[n : n + 4096]) for n in range(0, len(content), 4096)
    )


LENGTH = b"Content-Length: %d\r\n" % len(BODY)
AMBIGUOUS: dict[str, bytes] = {
    "two hosts": HEAD + b"Host: evil.test\r\n" + LENGTH + b"\r\n" + BODY,
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "no host in HTTP/1.0": b"GET /healthz HTTP/1.0\r\n\r\n",
    "length and coding": HEAD + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n17\r\n" + BODY + b"\r\n0\r\n\r\n",
    "two lengths": HEAD + LENGTH + b"Content-Length: 3\r\n\r\n" + BODY,
    "an unknown coding": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding twice": HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bare line feed": b"GET /healthz HTTP/1.1\nHost: piyao.test\n\n",
    "a space before the colon": b"GET /healthz HTTP/1.1\r\nHost : piyao.test\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 4,
}


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_a_request_two_readers_could_read_differently_is_refused(port: int, name: str) -> None:
    said = await exchange(port, AMBIGUOUS[name])

    assert status_of(said) == 400, said
    assert b"application/problem+json" in said
    assert one_answer(said)


async def test_nothing_after_an_ambiguous_request_is_answered(port: int) -> None:
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: piyao.test\r\n\r\n"
    said = await exchange(port, AMBIGUOUS["length and coding"] + smuggled)

    assert one_answer(said)


@pytest.mark.parametrize("pieces", [1, 8])
async def test_a_head_of_40_kib_is_refused(port: int, pieces: int) -> None:
    fields = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 4000) for n in range(10))
    whole = b"GET /healthz HTTP/1.1\r\nHost: piyao.test\r\n" + fields + b"\r\n"
    size = -(-len(whole) // pieces)

    said = await exchange(port, *(whole[n : n + size] for n in range(0, len(whole), size)), pause=0.01)

    assert status_of(said) == 431, said[:200]
    assert b"application/problem+json" in said
    assert one_answer(said)


async def test_a_header_without_end_is_refused(port: int) -> None:
    said = await exchange(port, b"GET /healthz HTTP/1.1\r\nHost: piyao.test\r\nX: ", *[b"a" * 8192] * 6, pause=0.01)

    assert status_of(said) == 431


async def test_a_head_of_20_kib_is_taken(port: int) -> None:
    fields = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 4000) for n in range(5))

    said = await exchange(
        port, b"GET /healthz HTTP/1.1\r\nHost: piyao.test\r\n" + fields + b"Connection: close\r\n\r\n"
    )

    assert status_of(said) == 200


async def test_70_kib_in_chunks_are_refused_without_a_length(port: int) -> None:
    content = b'{"text":"' + b"a" * 70 * 1024 + b'"}'

    said = await exchange(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(content), b"0\r\n\r\n")

    assert status_of(said) == 413
    assert one_answer(said)


async def test_a_body_without_end_is_cut(port: int) -> None:
    began = time.perf_counter()
    said = await exchange(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunked(b"a" * 65536)] * 200)

    assert status_of(said) == 413
    assert one_answer(said)
    assert time.perf_counter() - began < 5


async def test_a_body_in_chunks_is_read(port: int) -> None:
    said = await exchange(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(BODY), b"0\r\n\r\n")

    assert status_of(said) == 422
    assert json.loads(said.split(b"\r\n\r\n", 1)[1])["errors"][0]["pointer"] == "/nope"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> float:
    """A server whose patience a test can wait for."""
    monkeypatch.setattr(LimitedProtocol, "deadline", 0.4)
    return 0.4


SLOW: dict[str, Callable[[], list[bytes]]] = {
    "a head a byte at a time": lambda: [bytes([byte]) for byte in b"GET /healthz HTTP/1.1\r\nHost: piyao.test\r\n\r\n"],
    "a body a byte at a time": lambda: [HEAD + LENGTH + b"\r\n", *(bytes([byte]) for byte in BODY)],
    "line ends for ever": lambda: [b"\r\n"] * 40,
}


@pytest.mark.parametrize("name", SLOW)
async def test_a_slow_request_is_closed_at_the_deadline(port: int, hasty: float, name: str) -> None:
    began = time.perf_counter()
    said = await exchange(port, *SLOW[name](), pause=0.05)

    assert said == b"" or status_of(said) == 408
    assert time.perf_counter() - began < 4


async def test_a_silent_connection_is_closed_at_the_deadline(port: int, hasty: float) -> None:
    async with connected(port) as (reader, _):
        assert await asyncio.wait_for(reader.read(), 3) == b""


async def test_half_requests_by_the_hundred_block_nobody(port: int, hasty: float) -> None:
    async with AsyncExitStack() as open_ones:
        halves = [await open_ones.enter_async_context(connected(port)) for _ in range(300)]
        for _, writer in halves:
            writer.write(b"GET / HTTP/1.1\r\n")
        answer = await exchange(port, b"GET /healthz HTTP/1.1\r\nHost: piyao.test\r\nConnection: close\r\n\r\n")
        left = await asyncio.gather(*(asyncio.wait_for(reader.read(), 5) for reader, _ in halves))

    assert status_of(answer) == 200
    assert {status_of(said) if said else None for said in left} <= {408, None}


async def test_a_kept_connection_serves_again_after_the_deadline_of_its_first_request(port: int, hasty: float) -> None:
    async with connected(port) as (reader, writer):
        for _ in range(2):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: piyao.test\r\n\r\n")
            said = await asyncio.wait_for(reader.readuntil(b'"alive"}'), 2)
            assert status_of(said) == 200
            await asyncio.sleep(hasty * 1.5)


async def test_a_refusal_after_an_answer_on_the_same_connection_comes_second(port: int) -> None:
    alive = b"GET /healthz HTTP/1.1\r\nHost: piyao.test\r\n\r\n"
    said = await exchange(port, alive, AMBIGUOUS["two hosts"], pause=0.1)

    assert [int(part.split()[0]) for part in said.split(b"HTTP/1.1 ")[1:]] == [200, 400]


async def test_the_patience_is_ten_seconds() -> None:
    assert (server.DEADLINE, LimitedProtocol.deadline) == (10.0, 10.0)


async def test_an_address_that_is_taken_is_an_error(port: int, office: Office) -> None:
    with pytest.raises(OSError, match=str(port)):
        await serve(office.app, "127.0.0.1", port, asyncio.Event())
