"""The channel bulletin: the office's own public pages (辟谣专栏)."""

from __future__ import annotations

from domain.case.payloads import Issue, Issued
from domain.ports.delivery import Bulletin


class BulletinPublisher:
    """A publisher that stores pages where the API serves them."""

    def __init__(self, bulletin: Bulletin, base_url: str) -> None:
        self._bulletin = bulletin
        self._base_url = base_url.rstrip("/")

    async def issue(self, issue: Issue) -> Issued:
        """Store the page once per key; return the address at which readers find it."""
        await self._bulletin.put(issue)
        return Issued(where=f"{self._base_url}/bulletin/{issue.case_id}")
