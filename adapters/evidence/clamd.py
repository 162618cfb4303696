"""The virus scanner clamd, used by its INSTREAM command over TCP or a unix socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.egress.service_urls import scanner_url
from domain.errors import Infected, Unavailable

PIECE = 64 * 1024
"""Bytes sent to the scanner at a time."""

CONNECT, PATIENCE = 5.0, 130.0
"""Seconds to connect, and for one file in all: clamd itself gives a file up after 120 (`MaxScanTime`) and says so."""


class Clamd:
    """A client of clamd; the library of clamd itself supports no unix sockets and sends a file one KiB at a time."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._host, self._port, self._socket = scanner_url(url)
        self._patience = patience

    async def scan(self, path: Path) -> None:
        """Return if the scanner finds nothing in a file.

        Raises:
            Infected: the scanner finds something.
            Unavailable: the scanner does not answer, or not as clamd does.

        """
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._ask(path)
        except (OSError, TimeoutError, asyncio.LimitOverrunError) as fault:
            raise Unavailable(f"the virus scanner does not answer: {type(fault).__name__}") from fault
        result, _, rest = answer.rstrip(b"\0\r\n").partition(b"stream: ")
        if result == b"" and rest.endswith(b" FOUND"):
            raise Infected("infected")
        if result != b"" or rest != b"OK":
            raise Unavailable("the virus scanner did not scan the file: it is too large for it, or it is broken")

    async def _ask(self, path: Path) -> bytes:
        async with self._connected() as (reader, writer):
            writer.write(b"zINSTREAM\0")
            with path.open("rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE):
                    writer.write(len(piece).to_bytes(4, "big") + piece)
                    await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return await _line(reader)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        async with asyncio.timeout(CONNECT):
            if self._socket is not None:
                reader, writer = await asyncio.open_unix_connection(self._socket)
            else:
                reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def _line(reader: asyncio.StreamReader) -> bytes:
    """Return what comes before the NUL that ends an answer to a `z` command, or before the end."""
    try:
        return await reader.readuntil(b"\0")
    except asyncio.IncompleteReadError as ended:
        return ended.partial
