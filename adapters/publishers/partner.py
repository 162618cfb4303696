"""The channel partner: a medium or platform that republishes, notified by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from adapters.egress.address_guard import Network
from adapters.egress.signed_post import Outbound, refused
from domain.case.payloads import Issue, Issued, NotIssued
from domain.errors import Unavailable
from domain.vocabulary import Mode
from texts.catalogue import current

ROOM = 20
"""How many pages wait for the partner's answer at once: a partner that never answers must not hold every worker."""

KNOWN = 409
"""The status for a key the partner already has."""


class PartnerPublisher:
    """A publisher over a partner's webhook; `base_url` is where readers reach the office's own bulletin."""

    def __init__(self, url: str, secret: str | None = None, *, base_url: str, trusted: Sequence[Network] = ()) -> None:
        self._receiver = Outbound(url, secret, trusted=trusted)
        self._base_url, self._room = base_url.rstrip("/"), asyncio.Semaphore(ROOM)
        parts = urlsplit(url)
        self._where = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    async def issue(self, issue: Issue) -> Issued | NotIssued:
        """Post the page once per key; the receiver removes duplicates by `Idempotency-Key`.

        Raises:
            NotAdmitted: the partner refuses the office.
            NotYet: it says when to come again.
            Unavailable: it does not answer, or with a status that may change.

        """
        key, body = issue.publication.key, announcement(issue, self._base_url)
        if self._room.locked():
            raise Unavailable(current().phrase("effect", "no_room", n=ROOM))
        async with self._room:
            answer = await self._receiver.post(key, {"id": key, **body}, issue.mode)
        if 200 <= answer.status < 300 or answer.status == KNOWN:
            return Issued(where=self._where)
        if answer.for_good:
            return NotIssued(reason=current().phrase("effect", "status", status=answer.status))
        raise refused(answer)


def announcement(issue: Issue, base_url: str) -> dict[str, object]:
    """Return what a partner is sent; `page` is the signed text to the letter, `title` and `text` carry the mode."""
    page = issue.publication.page
    mark = "" if issue.mode is Mode.LIVE else current().word("mode", issue.mode)
    return {
        "type": "piyao.publication.published",
        "number": page.number,
        "version": page.version,
        "title": mark + page.title,
        "text": mark + page.text,
        "verdict": page.verdict,
        "digest": issue.publication.digest,
        "url": f"{base_url}/bulletin/{issue.case_id}",
        "mode": issue.mode,
        "page": page.model_dump(mode="json"),
    }
