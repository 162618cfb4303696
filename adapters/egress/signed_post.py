"""A signed JSON body by POST to one outside receiver: what the message webhook and the partner share."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpcore2
import httpx2
from standardwebhooks import Webhook

from adapters.egress.address_guard import Forbidden, Network, guarded_transport
from adapters.egress.service_urls import webhook_url
from domain.errors import NotAdmitted, NotYet, Unanswered, Unavailable
from domain.vocabulary import Mode
from texts.catalogue import current

CONNECT, LIMIT = 10.0, 300.0
"""Seconds to connect, and for the answer: whoever answers late is slow, not dead."""

OFFICE = (401, 402, 403, 404, 405, 407)
"""Statuses that are about the office: its key, its account, the address it calls; nothing else would be taken, too."""

FOR_GOOD = (400, 406, 410, 413, 414, 415, 422, 431, 451)
"""Statuses that are about what was sent: the same would be refused however often it is sent.

Any other status is for now, one this list does not know as well: a copy too many costs less than a letter nobody gets.
Among them are 409 (another copy is in hand, such as the one whose answer was lost), 421, 423, 425 and 429.
"""


UNSENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.WriteError,
    httpx2.WriteTimeout,
    httpx2.UnsupportedProtocol,
)
"""What ends a call before the receiver has the whole body."""


LONGEST = 86_400.0
"""Seconds a receiver can put something off at most; whoever sends it may bound that further."""


@dataclass(frozen=True)
class Reply:
    """The status of an answer, and the seconds after which its receiver wants to be asked again, None if it says none.

    The body is not read: it could be endless.
    """

    status: int
    retry_after: float | None = None

    @property
    def for_good(self) -> bool:
        """Return whether the same would be refused however often it is sent."""
        return self.status in FOR_GOOD


class Outbound:
    """A caller of one URL; it follows no redirect and uses nothing of the answer but its status.

    With a `secret` (base64, as Standard Webhooks has it) every body is signed. `trusted` are networks that may be
    called in mode live although they are not public, such as an office's own gateway.
    """

    def __init__(self, url: str, secret: str | None = None, *, trusted: Sequence[Network] = ()) -> None:
        self.url = webhook_url(url)
        self._signer = Webhook(secret) if secret else None
        self._trusted = tuple(trusted)

    async def post(self, key: str, body: Mapping[str, object], mode: Mode) -> Reply:
        """Post `body` and return the answer; `key` names the call in every attempt.

        Raises:
            Unanswered: the receiver has the whole body, and did not answer.
            Unavailable: no connection, or an address that may not be called.

        """
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        phrase = current().phrase
        try:
            async with asyncio.timeout(CONNECT + LIMIT):
                return await self._call(content, self._headers(key, content), mode)
        except Forbidden as forbidden:
            raise Unavailable(phrase("effect", "forbidden_address")) from forbidden
        except UNSENT as broken:
            raise Unavailable(phrase("effect", "no_connection")) from broken
        except (TimeoutError, httpx2.HTTPError, httpcore2.NetworkError) as broken:
            raise Unanswered(phrase("effect", "unanswered")) from broken

    async def _call(self, content: bytes, headers: dict[str, str], mode: Mode) -> Reply:
        # A client per call: calls are few and far between, and nothing is left open when a worker is stopped.
        async with (
            httpx2.AsyncClient(
                transport=guarded_transport(mode, self._trusted),
                timeout=httpx2.Timeout(LIMIT, connect=CONNECT),
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream("POST", self.url, content=content, headers=headers) as answer,
        ):
            return Reply(answer.status_code, _seconds(answer.headers.get("Retry-After")))

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


def refused(answer: Reply) -> Unavailable:
    """Return the error for an answer that is no acceptance and may change: by itself, or once somebody mends it."""
    reason = current().phrase("effect", "status", status=answer.status)
    if answer.status in OFFICE or 300 <= answer.status < 400:
        return NotAdmitted(reason)
    return Unavailable(reason) if answer.retry_after is None else NotYet(reason, answer.retry_after)


def _seconds(header: str | None) -> float | None:
    """Return the seconds or the instant of a `Retry-After` header as seconds from now; None if it says nothing."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdecimal():
        return min(float(header), LONGEST)
    try:
        instant = parsedate_to_datetime(header)
        return min(max(0.0, instant.timestamp() - time.time()), LONGEST) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None
