"""How anybody reads: HEAD is answered like GET without the body, and the bulletin is not sent twice to who has it."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BULLETIN = "/bulletin"
TAGGED = 200


class Reading:
    """Middleware for reading: HEAD everywhere, and an ETag for whatever the bulletin answers.

    A feed reader asks every few minutes. With `If-None-Match` it gets 304 until something is published.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as GET, and send what its sender lacks."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        bare = scope["method"] == "HEAD"
        answer = _Tagged(scope, send) if scope["path"].startswith(BULLETIN) else _Passed(send)
        answer.bare = bare
        await self.app({**scope, "method": "GET"} if bare else scope, receive, answer.send)


class _Passed:
    """An answer that goes out as it is made; without its body if `bare`."""

    def __init__(self, send: Send) -> None:
        self._send, self.bare = send, False

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if self.bare and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


class _Tagged(_Passed):
    """An answer that is held until all of it is there: its tag is a digest of all its bytes."""

    def __init__(self, scope: Scope, send: Send) -> None:
        super().__init__(send)
        self._known = Headers(scope=scope).get("if-none-match", "")
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        """Keep a part of the answer; send all of it with the last one."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        if self._start["status"] == TAGGED:
            self._tag(MutableHeaders(scope=self._start))
        await self._send(self._start)
        await super().send({"type": "http.response.body", "body": self._body})

    def _tag(self, headers: MutableHeaders) -> None:
        tag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'
        headers["ETag"], headers["Cache-Control"] = tag, "no-cache"
        known = {one.strip().removeprefix("W/") for one in self._known.split(",")}
        if known & {tag, "*"}:
            self._start["status"], self._body = 304, b""
            for name in ("content-length", "content-type"):
                del headers[name]
