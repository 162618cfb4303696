"""A flood of anonymous reports, in a process of its own: `python -m bench.support.flooding PORT SECONDS RATE SOURCES`.

It prints how often each status was answered, as JSON. Every request names its source as a proxy would; sources take
turns, and every fifth text holds a word of the red list.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import secrets
import sys

CONNECTIONS = 40
RED = "爆炸"
NOT_SENT = 0


class Flood:
    """A flood at a steady rate over a few connections; what cannot be sent in time is counted, not made up for."""

    def __init__(self, port: int, rate: float, sources: int) -> None:
        self.port, self.rate, self.sources = port, rate, sources
        self.answers: collections.Counter[int] = collections.Counter()
        self._due: asyncio.Queue[int] = asyncio.Queue(maxsize=CONNECTIONS)

    async def run(self, seconds: float) -> None:
        """Send for a while."""
        senders = [asyncio.create_task(self._sender()) for _ in range(CONNECTIONS)]
        loop = asyncio.get_running_loop()
        begun, sent = loop.time(), 0
        while loop.time() - begun < seconds:
            while sent < (loop.time() - begun) * self.rate:
                sent += 1
                try:
                    self._due.put_nowait(sent)
                except asyncio.QueueFull:
                    self.answers[NOT_SENT] += 1
            await asyncio.sleep(0.01)
        for task in senders:
            task.cancel()
        await asyncio.gather(*senders, return_exceptions=True)

    async def _sender(self) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    while True:
                        await self._one(reader, writer, await self._due.get())
                finally:
                    writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, n: int) -> None:
        writer.write(self._request(n))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        self.answers[int(head.split(b" ", 2)[1])] += 1

    def _request(self, n: int) -> bytes:
        text = f"听说{secrets.token_hex(6)}小区{RED if n % 5 == 0 else '停气'}了，大家快看"
        body = json.dumps({"text": text}, ensure_ascii=False).encode()
        source = n % self.sources
        head = (
            f"POST /v1/reports HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"X-Forwarded-For: 198.18.{source // 250}.{source % 250 + 1}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def main() -> None:
    """Flood, and print what came of it."""
    port, seconds, rate, sources = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    flood = Flood(port, rate, sources)
    asyncio.run(flood.run(seconds))
    print(json.dumps(flood.answers))


if __name__ == "__main__":
    main()
