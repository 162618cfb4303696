"""Headers of every answer: no guessing of types, no framing, no foreign scripts, no copies of what officers read."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGES = STRICT.replace("form-action 'none'", "form-action 'self'; script-src 'self'; connect-src 'self'")
"""Policy of officers' pages: their forms, and the script of their passkeys, may send to this host and nowhere else."""

DOCS = STRICT.replace("img-src 'self'", "img-src 'self' data:; script-src 'self'; connect-src 'self'")
"""Policy of the documentation page: it runs the scripts of this host and reads the description of the API."""

FILES = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Policy of a file of evidence: if a browser opens it all the same, it can neither run nor fetch anything."""


OFFICERS = ("/t/", "/desk")
"""Prefixes of the addresses of officers' pages."""


def policy_of(path: str) -> str:
    """Return the Content-Security-Policy of the pages and answers under a path."""
    return DOCS if path == "/docs" else PAGES if path.startswith(OFFICERS) else STRICT


class SecurityHeaders:
    """Middleware that adds the headers. Only bulletin pages may be indexed, and only while `live` returns True."""

    def __init__(self, app: ASGIApp, live: Callable[[], bool]) -> None:
        self.app, self.live = app, live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), path)
            await send(message)

        await self.app(scope, receive, adding)

    def _add(self, headers: MutableHeaders, path: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        # with "no-referrer" a form of ours would be sent with "Origin: null", as one of a hidden site is
        headers["Referrer-Policy"] = "same-origin" if path.startswith(OFFICERS) else "no-referrer"
        headers.setdefault("Content-Security-Policy", policy_of(path))  # a file's own is stricter
        if not (path.startswith("/bulletin") and self.live()):
            headers["X-Robots-Tag"] = "noindex"
        if path.startswith(("/v1/", *OFFICERS)):
            headers["Cache-Control"] = "no-store"
