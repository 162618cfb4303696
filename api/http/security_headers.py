"""Headers every answer carries: nothing is guessed, framed, scripted from elsewhere or remembered by a stranger."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGES = STRICT.replace("form-action 'none'", "form-action 'self'")
"""The pages of officers send forms, to us and nobody else."""

DOCS = STRICT.replace("img-src 'self'", "img-src 'self' data:; script-src 'self'; connect-src 'self'")
"""The documentation page runs the scripts of this host and reads the description of the API."""

FILES = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A file that a browser opens all the same can neither run nor fetch anything."""


OFFICERS = ("/t/", "/desk")
"""Where the pages of officers begin."""


def policy_of(path: str) -> str:
    """Return the policy of the pages and answers under a path."""
    return DOCS if path == "/docs" else PAGES if path.startswith(OFFICERS) else STRICT


class SecurityHeaders:
    """Add the headers; pages of the bulletin may be indexed when `live` says so, nothing else ever."""

    def __init__(self, app: ASGIApp, live: Callable[[], bool]) -> None:
        self.app, self.live = app, live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add to what comes back."""
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
        headers["Referrer-Policy"] = "no-referrer"
        headers.setdefault("Content-Security-Policy", policy_of(path))  # a file's own is stricter
        if not (path.startswith("/bulletin") and self.live()):
            headers["X-Robots-Tag"] = "noindex"
        if path.startswith(("/v1/", *OFFICERS)):
            headers["Cache-Control"] = "no-store"
