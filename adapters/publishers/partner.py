"""The channel partner: a medium or platform that republishes, notified by webhook."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from adapters.egress.address_guard import Network
from adapters.egress.signed_post import Outbound, refused
from domain.case.payloads import Issue, Issued, NotIssued
from domain.vocabulary import Mode
from texts.catalogue import current

REFUSED = (400, 410, 422)
"""Statuses that stay the same however often the page is sent."""

KNOWN = 409
"""The status for a key the partner already has."""


class PartnerPublisher:
    """A publisher over a partner's webhook; `base_url` is where readers reach the office's own bulletin."""

    def __init__(self, url: str, secret: str | None = None, *, base_url: str, trusted: Sequence[Network] = ()) -> None:
        self._receiver = Outbound(url, secret, trusted=trusted)
        self._base_url = base_url.rstrip("/")
        parts = urlsplit(url)
        self._where = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    async def issue(self, issue: Issue) -> Issued | NotIssued:
        """Post the page once per key; the receiver removes duplicates by `Idempotency-Key`.

        Raises:
            Unavailable: the partner does not answer, or with a status that may change.

        """
        key = issue.publication.key
        status = await self._receiver.post(key, {"id": key, **announcement(issue, self._base_url)}, issue.mode)
        if 200 <= status < 300 or status == KNOWN:
            return Issued(where=self._where)
        if status in REFUSED:
            return NotIssued(reason=current().phrase("effect", "status", status=status))
        raise refused(status)


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
