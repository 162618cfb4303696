"""Pages of a demo or a drill for an outside partner: they stay on disk."""

from __future__ import annotations

from domain.case.payloads import Issue, Issued, NotIssued
from domain.ports.delivery import Publisher
from domain.vocabulary import Mode


class LiveOnlyPublisher:
    """A publisher that lets only live pages out.

    A case keeps the mode it was opened with, whatever the office's mode is now.
    """

    def __init__(self, outside: Publisher, otherwise: Publisher) -> None:
        self._outside, self._otherwise = outside, otherwise

    async def issue(self, issue: Issue) -> Issued | NotIssued:
        """Publish a live page outside, and any other by the publisher that stands in."""
        return await (self._outside if issue.mode is Mode.LIVE else self._otherwise).issue(issue)
