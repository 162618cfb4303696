"""The client of the HTTP API: the only way in which the command line and the demo reach a case."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

from cli.messages import message
from texts.system_errors import reason

PATIENCE = 30.0
"""Seconds for which a call that must arrive is repeated, under one key, while the API or Temporal does not answer."""

LONGEST_TURN = 90.0
"""Seconds an API may tell a call to wait for its turn (429) before that counts as a refusal."""

LIMITS = httpx2.Limits(max_connections=20, keepalive_expiry=3)
"""Idle connections are closed before the server closes them, which could hit a request on its way."""

REFUSED_CONNECTION, NO_ANSWER, NOT_SENT = 0, -1, -2
UNAUTHORISED, TOO_MANY = 401, 429

LATER = (NO_ANSWER, TOO_MANY, 503)
"""Statuses after which the same call with the same key may be made again."""


class ApiError(Exception):
    """Raised when the API did not do what was asked; its text is for people.

    `status` is that of the answer, or `REFUSED_CONNECTION`, `NO_ANSWER`, `NOT_SENT` (the API was not asked). `after` is
    in how many seconds the API says to ask again, 0 where it says nothing.
    """

    def __init__(self, status: int, lines: list[str], after: int = 0) -> None:
        super().__init__("\n".join(lines))
        self.status, self.after = status, after


class ApiClient:
    """One API at an address; `key` is the personal key of the caller, unless a call brings another."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url, self._key = _address(url), key
        self._http = httpx2.AsyncClient(base_url=self.url, timeout=15, trust_env=False, limits=LIMITS)

    async def __aenter__(self) -> Self:
        """Open the connections."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def get(self, path: str, *, key: str | None = None, **params: str | int | bool | None) -> Any:
        """Return a resource as JSON.

        Raises:
            ApiError: the API refuses, or does not answer.

        """
        given = {name: value for name, value in params.items() if value is not None}
        return (await self._call("GET", path, key, params=given)).json()

    async def text(self, path: str) -> str:
        """Return a resource as text.

        Raises:
            ApiError: the API refuses, or does not answer.

        """
        return (await self._call("GET", path, None)).text

    async def post(
        self, path: str, body: dict[str, Any], *, idempotency_key: str, key: str | None = None, code: str | None = None
    ) -> Any:
        """Post a body, and return the answer as JSON; `code` is the one a signature asks for.

        Raises:
            ApiError: the API refuses, or does not answer.

        """
        headers = {"Idempotency-Key": idempotency_key} | ({"Piyao-Code": code} if code else {})
        return (await self._call("POST", path, key, json=body, headers=headers)).json()

    async def post_with_retries(
        self, path: str, body: dict[str, Any], *, idempotency_key: str, key: str | None = None, code: str | None = None
    ) -> Any:
        """Post a body, again with the same idempotency key while the answer is "later" or there is none.

        The API says for how long a call has to wait for its turn; that time does not count as its silence.

        Raises:
            ApiError: the API refuses, or still does not answer after `PATIENCE`.

        """
        now = asyncio.get_running_loop().time
        give_up_at, pause = now() + PATIENCE, 0.2
        while True:
            try:
                return await self.post(path, body, idempotency_key=idempotency_key, key=key, code=code)
            except ApiError as error:
                if error.status not in (REFUSED_CONNECTION, *LATER) or now() > give_up_at or error.after > LONGEST_TURN:
                    raise
                turn = error.after if error.status == TOO_MANY else 0
            give_up_at += turn
            await asyncio.sleep(max(pause, turn))
            pause = min(2 * pause, 2.0)

    async def _call(
        self, method: str, path: str, key: str | None, *, headers: dict[str, str] | None = None, **how: Any
    ) -> httpx2.Response:
        key = key or self._key
        bearer = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            answer = await self._http.request(method, path, headers={**bearer, **(headers or {})}, **how)
        except httpx2.ConnectError as refused:
            raise ApiError(REFUSED_CONNECTION, [message("no_connection", url=self.url)]) from refused
        except httpx2.TransportError as broken:
            raise ApiError(NO_ANSWER, [message("no_answer", url=self.url, reason=type(broken).__name__)]) from broken
        if answer.is_error:
            after = answer.headers.get("Retry-After", "")
            raise ApiError(answer.status_code, problem_lines(answer), int(after) if after.isdecimal() else 0)
        return answer


def _address(url: str) -> str:
    """Return the address of an API without a slash at its end.

    Raises:
        ApiError: it is none.

    """
    try:
        parts = httpx2.URL(url)
        fit = parts.scheme in ("http", "https") and bool(parts.host) and not parts.query and not parts.fragment
    except httpx2.InvalidURL:
        fit = False
    if not fit:
        raise ApiError(NOT_SENT, [message("api_address_unfit", url=url)])
    return url.rstrip("/")


def problem_lines(answer: httpx2.Response) -> list[str]:
    """Return the lines of a problem document: title, detail, and each pointer with what is wrong there."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return [message("strange_answer", status=answer.status_code, url=answer.url)]
    lines = [message("problem", title=problem.get("title", ""), status=answer.status_code)]
    if (detail := problem.get("detail")) and detail != problem.get("title"):
        lines.append(str(detail))
    if answer.status_code == UNAUTHORISED:
        lines.append(message("show_your_key"))
    return lines + [_fault(error) for error in problem.get("errors") or []]


def _fault(error: dict[str, Any]) -> str:
    where = error.get("pointer") or error.get("parameter") or "/"
    line = message("problem_at", where=where, message=error.get("message", ""))
    unmentioned = [str(value) for value in error.get("allowed") or [] if str(value) not in line]
    return line + message("allowed", allowed="、".join(unmentioned)) if unmentioned else line


def personal_key(file: Path | None) -> str | None:
    """Return the personal key in a file; None if no file is named.

    Raises:
        ApiError: the file cannot be read or is empty.

    """
    if file is None:
        return None
    try:
        key = file.expanduser().read_text(encoding="utf-8-sig", errors="replace").strip()
    except (OSError, RuntimeError) as problem:
        why = reason(problem) if isinstance(problem, OSError) else message("setting_home_unknown")
        raise ApiError(NOT_SENT, [message("key_unreadable", file=file, reason=why)]) from problem
    if not key:
        raise ApiError(NOT_SENT, [message("key_empty", file=file)])
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ApiError(NOT_SENT, [message("key_unfit", file=file)])
    return key
