"""The channel partner if no partner is set: pages as lines of `partner.jsonl`."""

from __future__ import annotations

from pathlib import Path

from adapters.egress.outbox import Outbox
from adapters.publishers.partner import announcement
from domain.case.payloads import Issue, Issued


class OutboxPublisher:
    """A publisher that writes to disk what a partner would be sent."""

    def __init__(self, folder: Path, *, base_url: str) -> None:
        self._outbox = Outbox(folder / "partner.jsonl")
        self._base_url = base_url.rstrip("/")

    async def issue(self, issue: Issue) -> Issued:
        """Write one line per key."""
        await self._outbox.add(issue.publication.key, announcement(issue, self._base_url))
        return Issued(where=self._outbox.path.absolute().as_uri())
