"""Only requests that were meant for this office: no foreign Host, and no writing from another site's page.

A page of another site can point its own name at this machine (DNS rebinding), and can post a form anywhere. The first
shows in `Host`, the second in `Sec-Fetch-Site` or `Origin`, which no page can write.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.problems import answer, as_json, problem

LOOPBACK = ("localhost", "127.0.0.1", "::1")
READING = ("GET", "HEAD", "OPTIONS")
OWN_PAGE = ("same-origin", "none")
"""Values of Sec-Fetch-Site of a request from a page of ours, or from a person who typed the address."""


class OwnAddress:
    """Middleware that refuses what was sent to another host, or is written by a page of another site.

    `hosts` are the names this office is reached by, beside those of the machine itself; a wildcard address is none.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        named = [(urlsplit(host if "://" in host else f"//{host}")) for host in hosts]
        self._hosts = {*LOOPBACK, *(parts.hostname for parts in named if parts.hostname)} - {"0.0.0.0", "::"}  # noqa: S104
        self._origins = {_address(parts.netloc) for parts in named}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and (refusal := self._refusal(scope)) is not None:
            said = problem(*refusal)
            told = answer(said, Request(scope)) if "app" in scope else as_json(said)  # without one there are no pages
            await told(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return 421, "foreign_host"
        if scope["method"] not in READING and not self._ours(headers, host):
            return 403, "cross_site"
        return None

    def _ours(self, headers: Headers, host: str) -> bool:
        """Return whether no browser sent it, or a page of ours did."""
        if site := headers.get("sec-fetch-site"):
            return site in OWN_PAGE
        origin = headers.get("origin")
        return origin is None or _address(urlsplit(origin).netloc) in {_address(host), *self._origins}


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _address(netloc: str) -> str:
    return netloc.lower().removesuffix(":80").removesuffix(":443")
