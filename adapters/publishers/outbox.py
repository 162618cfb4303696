"""The channel partner if no partner is set: pages as lines of `partner.jsonl`."""

from __future__ import annotations

from pathlib import Path

from adapters.egress.outbox import Outbox
from adapters.publishers.partner import announcement
from domain.case.payloads import Issue, Issued, NotIssued
from domain.vocabulary import Mode
from texts.catalogue import current


class OutboxPublisher:
    """A publisher that writes to disk what a partner would be sent.

    Nobody reads it there: it is public in no mode, and a live page is refused.
    """

    def __init__(self, folder: Path, *, base_url: str) -> None:
        self._outbox = Outbox(folder / "partner.jsonl")
        self._base_url = base_url.rstrip("/")

    async def issue(self, issue: Issue) -> Issued | NotIssued:
        """Write one line per key; a live page is refused, as nobody has set where it goes."""
        if issue.mode is Mode.LIVE:
            channel = current().word("receiver", issue.publication.channel)
            return NotIssued(reason=current().phrase("effect", "no_such_channel", channel=channel))
        await self._outbox.add(issue.publication.key, announcement(issue, self._base_url))
        return Issued(where=self._outbox.path.absolute().as_uri(), on_file=True)
