"""Requests sent ahead on one connection: they take turns, in order, and only a few of them are kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import Receive, Scope, Send

from api.http.server import PIPELINED
from tests.api.http.test_server import exchange
from tests.http_server import served

GET = b"GET /%d HTTP/1.1\r\nHost: piyao.test\r\n\r\n"


class Slow:
    """An application that takes its time, and remembers what it was asked and how much of it at once."""

    def __init__(self, pause: float) -> None:
        self.pause, self.asked, self.at_once, self.most = pause, list[str](), 0, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lives(receive, send)
            return
        self.asked.append(scope["path"])
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(self.pause)
        self.at_once -= 1
        body = scope["path"].encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})


async def _lives(receive: Receive, send: Send) -> None:
    for said in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{said}.complete"})


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[int]:
    async with served(app) as port:
        yield port


async def test_requests_sent_ahead_are_answered_one_after_the_other_in_order() -> None:
    app = Slow(0.02)
    async with serving(app) as port:
        said = await exchange(port, b"".join(GET % n for n in range(PIPELINED + 1)))

    assert app.asked == [f"/{n}" for n in range(PIPELINED + 1)]
    assert app.most == 1
    assert [said.index(b"\r\n\r\n/%d" % n) for n in range(9)] == sorted(
        said.index(b"\r\n\r\n/%d" % n) for n in range(9)
    )


async def test_of_a_thousand_requests_sent_ahead_a_few_are_answered_and_the_connection_ends() -> None:
    app = Slow(0.01)
    async with serving(app) as port:
        said = await exchange(port, b"".join(GET % n for n in range(1000)))

    assert app.asked == [f"/{n}" for n in range(PIPELINED + 1)]
    assert said.count(b"HTTP/1.1 200") == PIPELINED + 1
