"""What a demo or a drill does with pages for a partner outside: they stay on disk."""

from __future__ import annotations

from domain.case.payloads import Issue, Issued, NotIssued
from domain.ports.delivery import Publisher
from domain.vocabulary import Mode


class LiveOnlyPublisher:
    """Let only live pages out; a case keeps the mode it was opened with, whatever the office says now."""

    def __init__(self, outside: Publisher, otherwise: Publisher) -> None:
        self._outside, self._otherwise = outside, otherwise

    async def issue(self, issue: Issue) -> Issued | NotIssued:
        """Publish a live page outside, any other by the one that stands in."""
        return await (self._outside if issue.mode is Mode.LIVE else self._otherwise).issue(issue)
