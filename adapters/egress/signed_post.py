"""A signed JSON body by POST to one outside receiver: what the message webhook and the partner share."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import httpcore2
import httpx2
from standardwebhooks import Webhook

from adapters.egress.address_guard import Forbidden, Network, guarded_transport
from domain.errors import Unavailable
from domain.vocabulary import Mode
from texts.catalogue import current

LIMIT = 1.5
"""Seconds for the whole call, so that a dead receiver is noticed before the attempt is over."""


class Outbound:
    """A caller of one URL; it follows no redirect and uses nothing of the answer but its status.

    With a `secret` (base64, as Standard Webhooks has it) every body is signed. `trusted` are networks that may be
    called in mode live although they are not public, such as an office's own gateway.
    """

    def __init__(self, url: str, secret: str | None = None, *, trusted: Sequence[Network] = ()) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise ValueError(f"a receiver's address begins with http:// or https:// and names a host, not {url[:20]!r}")
        self.url = url
        self._signer = Webhook(secret) if secret else None
        self._trusted = tuple(trusted)

    async def post(self, key: str, body: Mapping[str, object], mode: Mode) -> int:
        """Post `body` and return the status of the answer; `key` names the call in every attempt.

        Raises:
            Unavailable: no answer in time, no connection, or an address that may not be called.

        """
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        phrase = current().phrase
        try:
            async with asyncio.timeout(LIMIT):
                return await self._call(content, self._headers(key, content), mode)
        except (TimeoutError, httpx2.TimeoutException) as slow:
            raise Unavailable(phrase("effect", "no_answer", seconds=LIMIT)) from slow
        except Forbidden as forbidden:
            raise Unavailable(phrase("effect", "forbidden_address")) from forbidden
        except (httpx2.HTTPError, httpcore2.NetworkError) as broken:
            raise Unavailable(phrase("effect", "no_connection")) from broken

    async def _call(self, content: bytes, headers: dict[str, str], mode: Mode) -> int:
        # A client per call: calls are few and far between, and nothing is left open when a worker is stopped.
        async with (
            httpx2.AsyncClient(
                transport=guarded_transport(mode, self._trusted),
                timeout=LIMIT,
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream("POST", self.url, content=content, headers=headers) as answer,
        ):
            return answer.status_code  # its body is not read: it could be endless

    def _headers(self, key: str, content: bytes) -> dict[str, str]:
        name = quote(key, safe="/:._-@")  # a header is ASCII; keys are, unless an office names a person otherwise
        headers = {"Content-Type": "application/json", "Idempotency-Key": name}
        if self._signer is not None:
            now = datetime.fromtimestamp(int(time.time()), UTC)  # the receiver refuses what is old: real time
            headers |= {
                "webhook-id": name,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": self._signer.sign(name, now, content.decode()),
            }
        return headers


def refused(status: int) -> Unavailable:
    """Return the error for a status that is no acceptance; a later attempt may get another status."""
    return Unavailable(current().phrase("effect", "status", status=status))
