"""The door of the Temporal UI: it lets in what was meant for it, and hides where the UI itself listens.

The dev server's UI answers any Host and has no setting for it, so a page of another site could read every case and act
by its own name (DNS rebinding). On Linux it therefore listens on a loopback address that nobody can guess.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import sys
from typing import NamedTuple

import httpx2
from starlette.types import Receive, Scope, Send

from api.http.own_address import OwnAddress
from api.http.server import serve
from cli.supervisor.free_ports import HOST

HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"host", b"origin", b"date"}
)
"""Headers between two neighbours only, those the server here writes itself, and `Origin`: it is judged at this door."""

PATIENCE = 60.0
"""Seconds the UI may take to answer."""


class InnerAddress(NamedTuple):
    """Where the UI itself listens."""

    ip: str
    port: int


def hidden_address() -> InnerAddress:
    """Return a free place for the UI: a loopback address of 22 random bits on Linux, where all of them are there."""
    ip = f"127.{64 + secrets.randbelow(64)}.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"
    ip = ip if sys.platform == "linux" else HOST
    with socket.socket() as probe:
        probe.bind((ip, 0))
        port: int = probe.getsockname()[1]
    return InnerAddress(ip, port)


async def guard(port: int, inner: InnerAddress, stop: asyncio.Event) -> None:
    """Serve the UI at a port of this machine until `stop`."""
    url = f"http://{inner.ip}:{inner.port}"
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE, follow_redirects=False) as ui:
        await serve(OwnAddress(_Forwarding(ui), ()), HOST, port, stop)


class _Forwarding:
    """The application that passes each request on to the UI, and its answer back."""

    def __init__(self, ui: httpx2.AsyncClient) -> None:
        self._ui = ui

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        if scope["type"] != "http":
            return
        body = await _body(receive)
        target = httpx2.URL(scope["raw_path"].decode("ascii") + ("?" if scope["query_string"] else ""))
        target = target.copy_with(query=scope["query_string"] or None)
        try:
            async with self._ui.stream(
                scope["method"], target, headers=_end_to_end(scope["headers"]), content=body
            ) as answer:
                headers = _end_to_end(answer.headers.raw)
                await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
                async for piece in answer.aiter_raw():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except httpx2.TransportError:  # the UI is not there yet, or not any more
            await send({"type": "http.response.start", "status": 502, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def _body(receive: Receive) -> bytes:
    taken, more = bytearray(), True
    while more:
        message = await receive()
        taken += message.get("body", b"")
        more = message.get("more_body", False) and message["type"] == "http.request"
    return bytes(taken)


def _end_to_end(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]
