"""The HTTP server: uvicorn, with the limits it leaves open: a deadline per request, and caps on head and body."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator

import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.http.problems import answer, as_json, problem
from api.http.security_headers import STRICT, policy_of
from domain.evidence import LIMIT

DEADLINE = 10.0
"""Seconds from the first byte of a request, or from the connection, to its last byte."""

HEAD_LIMIT = 32 * 1024
DRAIN_LIMIT = 1024 * 1024
"""Bytes of a request that are read at most, even if the application does not want them any more."""

PAGES = "/t/"
UPLOADS = ("/v1/files", PAGES)
"""Prefixes of the paths whose POST may carry a file; it may be as large and as slow as the two figures below."""

UPLOAD_DEADLINE = 60.0
UPLOAD_LIMIT = LIMIT + DRAIN_LIMIT
"""Bytes on the wire: the largest file, and what chunks add around it."""

PIPELINED = 8
"""How many requests of one connection may wait for the answers before theirs; a client that sends more gets these."""

LINGER = 1.0
"""Seconds a refused connection stays open so that the client can read why; a browser reads once all is sent."""


class _Unfit(Exception):
    """Raised when a request is refused before the application sees it."""


class LimitedProtocol(HttpToolsProtocol):
    """The protocol of one connection: it refuses requests that are slow, large or ambiguous.

    The client gets a problem as its answer, unless it could not tell that from another answer on the same connection.
    """

    deadline = DEADLINE
    upload_deadline = UPLOAD_DEADLINE
    _timer: asyncio.TimerHandle | None = None
    _refusal: tuple[int, str] = (400, "invalid_request")
    _in_head = True
    _head = 0
    _received = 0
    _left = False
    _linger_until = 0.0
    _extended = False
    _full = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Start the deadline, so that a silent connection ends too."""
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the deadline."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count and parse the data; after a refusal, drop it unread."""
        if self._left:
            self._linger()
            return
        self._arm()
        self._received += len(data)
        super().data_received(data)
        if self._left or self.transport.is_closing():
            return
        if self._in_head and self._received > HEAD_LIMIT:
            self._refuse(431, "head_too_large")
        elif self._received > (UPLOAD_LIMIT if self._takes_a_file() else DRAIN_LIMIT):
            self._refuse(413, "too_large")

    def on_message_begin(self) -> None:
        """Start counting the head of a new request."""
        super().on_message_begin()
        self._in_head, self._head = True, 0

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        super().on_header(name, value)
        self._count(len(name) + len(value) + 4)

    def on_headers_complete(self) -> None:
        """Refuse a request that two readers could read as two different ones."""
        names = [name for name, _ in self.headers]
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        if names.count(b"host") != 1 or names.count(b"content-length") + len(codings) > 1:
            raise _Unfit
        if codings and codings[0].strip().lower() != b"chunked":
            raise _Unfit
        if len(self.pipeline) >= PIPELINED:
            self._full = True
            raise _Unfit
        super().on_headers_complete()
        self._in_head = False

    def on_message_complete(self) -> None:
        """Stop the deadline: from here on, the time is the application's."""
        self._disarm()
        self._in_head, self._received = True, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin the next request of the connection; read on only once none waits any more, and never after too many."""
        super().on_response_complete()
        if self.pipeline or self._full:
            self.flow.pause_reading()
        if self._full and self.cycle is not None and self.cycle.response_complete:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that cannot be parsed, or that was refused during parsing."""
        if self._full:  # those before it are answered first
            self._left = True
            self._disarm()
            self.flow.pause_reading()
            return
        status, code = self._refusal
        self._refuse(status, code)

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > HEAD_LIMIT:
            self._refusal = (431, "head_too_large")
            raise _Unfit

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.deadline, self._too_slow)

    def _disarm(self) -> None:
        self._extended = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _takes_a_file(self) -> bool:
        """Return whether a file is arriving that the application still waits for; a stranger's is refused unread."""
        if self._in_head or self.cycle is None or self.cycle.response_complete:
            return False
        return bool(self.scope["method"] == "POST" and self.scope["path"].startswith(UPLOADS))

    def _too_slow(self) -> None:
        self._timer = None
        if self.pipeline:  # it waits for us
            self._arm()
        elif self._takes_a_file() and not self._extended:
            self._extended = True
            self._timer = self.loop.call_later(self.upload_deadline - self.deadline, self._too_slow)
        elif not self._left and not self.transport.is_closing():
            self._refuse(408, "too_slow")

    def _refuse(self, status: int, code: str) -> None:
        """Answer and leave. If another answer is on its way, only close: a second answer would garble it."""
        cycle = self.cycle
        if self.pipeline or (cycle and not cycle.response_complete and (self._in_head or cycle.response_started)):
            self.transport.close()
            return
        answered = cycle is not None and cycle.response_complete and not self._in_head
        if self._received and not answered:
            refusal = problem(status, code)
            reply = as_json(refusal) if self._in_head else answer(refusal, Request({**self.scope, "app": self.app}))
            reply.headers["X-Content-Type-Options"] = "nosniff"
            reply.headers["Content-Security-Policy"] = STRICT if self._in_head else policy_of(self.scope["path"])
            lines = [name + b": " + value + b"\r\n" for name, value in reply.raw_headers]
            self.transport.write(STATUS_LINE[status] + b"".join(lines) + b"connection: close\r\n\r\n" + reply.body)
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected, cycle.waiting_for_100_continue = True, False
            cycle.message_event.set()
        self._leave()

    def _leave(self) -> None:
        """Stop writing, but read on for a moment: closing with data unread would take the answer from the client."""
        self._left = True
        self._disarm()
        self.transport.write_eof()
        self.flow.resume_reading()
        self._linger_until = self.loop.time() + (self.upload_deadline if self._from_a_page() else LINGER)
        self._linger()

    def _linger(self) -> None:
        """Close once nothing has arrived for `LINGER` seconds, or the time for reading on is over."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_at(min(self.loop.time() + LINGER, self._linger_until), self.transport.close)

    def _from_a_page(self) -> bool:
        """Return whether a browser is sending a form: it reads a refusal only after it has sent all of it."""
        return not self._in_head and self.cycle is not None and self.scope["path"].startswith(PAGES)


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to its caller, who sets the event at which it stops."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture no signals."""
        yield


async def serve(app: ASGIApp, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve `app` until `stop` is set; then finish the requests in hand, for at most ten seconds.

    Raises:
        OSError: the address is taken.

    """
    server = _Server(_config(app, host, port))
    serving = asyncio.create_task(_listen(server))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        server.should_exit = True
        await serving


async def _listen(server: uvicorn.Server) -> None:
    try:
        await server.serve()
    except SystemExit as refused:  # uvicorn's way to report that it cannot start; it has logged why
        raise OSError(f"cannot serve on {server.config.host}:{server.config.port}") from refused


def _config(app: ASGIApp, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=LimitedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=10,
    )
