"""Room for forms: how many bytes of them are on their way at once; their files are closed with the answer."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData, Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.problems import PEOPLE, answer, problem

LARGEST = 21 * 1024**2
"""Bytes a form counts as that does not say how large it is, if it may carry files; a larger one is refused."""

SMALL = 192 * 1024
"""The same for a form of texts alone."""

ROOMS = {"/t/": 256 * 1024**2, "/desk": 4 * 1024**2}
"""How many bytes of forms are read at once, by the beginning of their addresses.

The tasks' are read only for whoever holds a link, onto the disk. Anybody may send a login: it has a small room of its
own, so that no stranger's form keeps an officer's out.
"""

AGAIN = {"Retry-After": "5"}

_KEPT = "forms"


class FormRoom:
    """Middleware that lets in as many forms as there is room for, and closes their files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.taken = dict.fromkeys(ROOMS, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; refuse a form for which there is no room now."""
        room = _room(scope)
        if room is None:
            await self.app(scope, receive, send)
            return
        size = _size(Headers(scope=scope), room)
        if self.taken[room] + size > ROOMS[room]:
            await answer(problem(503, "busy"), Request(scope), AGAIN)(scope, receive, send)
            return
        self.taken[room] += size
        forms: list[FormData] = []
        try:
            await self.app({**scope, "state": {**scope.get("state", {}), _KEPT: forms}}, receive, send)
        finally:
            self.taken[room] -= size
            for form in forms:
                await form.close()


def keep_until_answered(request: Request, form: FormData) -> None:
    """Keep the files of a form until its request is answered."""
    forms: list[FormData] = getattr(request.state, _KEPT)
    forms.append(form)


def _room(scope: Scope) -> str | None:
    """Return the room of a request that sends a form; None for any other request."""
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(PEOPLE):
        return None
    return next(room for room in ROOMS if scope["path"].startswith(room))


def _size(headers: Headers, room: str) -> int:
    """Return how many bytes a form takes up at most: those it declares, else the most it may have."""
    most = LARGEST if headers.get("content-type", "").lower().startswith("multipart/") and room == "/t/" else SMALL
    declared = headers.get("content-length", "")
    return min(most, int(declared)) if declared.isdecimal() and len(declared) < 10 else most
