"""Publish: one approved page to one channel, exactly the text the votes bind to."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.failures import unavailable
from activities.fence import Fence
from activities.page_proof import stands_behind
from domain.case.obligations import digest_of
from domain.case.payloads import Issue, Issued, NotIssued
from domain.errors import NotAdmitted, Unavailable
from domain.ports.delivery import Publisher, Undelivered, UndeliveredStore
from domain.ports.register import EntryStore
from domain.stages.rebuttal.interim import is_interim
from domain.values import TimelinePosition
from texts.catalogue import current

log = structlog.get_logger(__name__)

BEAT = 2.0
"""Seconds between two signs of life of an attempt whose channel has not answered yet."""

OVERDUE = timedelta(hours=3)
"""How long a channel may be down before the administrators are alarmed; the page is tried on all the same."""


@dataclass(frozen=True, kw_only=True)
class Publishing:
    """The activity `publish`: pages sent by `publishers`, by the channel codes of the policy's `publish_to`."""

    entries: EntryStore
    delayed: UndeliveredStore
    publishers: Mapping[str, Publisher]

    @activity.defn(name="publish")
    async def publish(self, issue: Issue) -> Issued | NotIssued:
        """Publish a page once per key; a text other than the signed one is refused.

        Raises:
            ApplicationError: the register or the channel does not answer, or the register does not know who decided it;
                the next attempt has the same key.

        """
        fence = Fence()
        fence.check()
        known = await self._expect(issue) if is_interim(issue.publication) else None
        try:
            answer = await self._issue(issue, fence)
        except Unavailable as problem:
            if _tried() >= OVERDUE or isinstance(problem, NotAdmitted):
                await self._raise_alarm(issue, str(problem))
            raise unavailable(issue.publication.channel, problem) from None
        return answer.model_copy(update={"recorded": await self._heard(issue, known)})

    async def _heard(self, issue: Issue, known: TimelinePosition | None) -> TimelinePosition | None:
        """Have the case asked until it has taken the answer; return where its timeline ends in the register.

        An interim notice may be called off now, and there would be no further attempt to bring what a channel has said:
        so it is expected before a channel is asked (`known`), and a register that is away since keeps nothing back.
        """
        try:
            return await self._expect(issue)
        except ApplicationError:
            if not is_interim(issue.publication):
                raise
        return known

    async def _expect(self, issue: Issue) -> TimelinePosition | None:
        try:
            return await self.entries.expect(issue.case_id, [issue.publication.key])
        except Unavailable as problem:
            raise unavailable("register", problem) from None

    async def _issue(self, issue: Issue, fence: Fence) -> Issued | NotIssued:
        publication = issue.publication
        if digest_of(publication.page) != publication.digest:
            return NotIssued(reason=current().phrase("effect", "other_text", channel=self._name(issue)))
        publisher = self.publishers.get(publication.channel)
        if publisher is None:
            return NotIssued(reason=current().phrase("effect", "no_such_channel", channel=self._name(issue)))
        if not stands_behind(publication, await self.entries.decided(issue.case_id)):
            raise await self._undecided(issue)
        fence.check()
        return await _answer(publisher.issue(issue))

    async def _undecided(self, issue: Issue) -> ApplicationError:
        """Make a page nobody has decided a matter of the administrators at once; return the failure to raise.

        It is tried again: the register may have been restored from an older backup.
        """
        log.error("publish.undecided", case_id=issue.case_id, channel=issue.publication.channel)
        message = current().phrase("effect", "undecided", channel=self._name(issue))
        await self._raise_alarm(issue, message)
        return ApplicationError(message, type="Undecided", category=ApplicationErrorCategory.BENIGN)

    async def _raise_alarm(self, issue: Issue, reason: str) -> None:
        """Make a page that is not going out a matter of the administrators; nobody else watches it."""
        publication = issue.publication
        row = Undelivered(
            case_id=issue.case_id,
            key=publication.key,
            person="",
            channel=publication.channel,
            reason=reason,
            since=activity.info().started_time,
        )
        try:
            await self.delayed.give_up([row])
        except Unavailable as away:  # the next attempt comes by here again
            raise unavailable("register", away) from None

    @staticmethod
    def _name(issue: Issue) -> str:
        return current().word("receiver", issue.publication.channel)


async def _answer(issued: Coroutine[Any, Any, Issued | NotIssued]) -> Issued | NotIssued:
    """Wait for a channel that takes its time, and tell the server meanwhile that this attempt lives.

    If the case calls the page off, the answer is waited for all the same: the channel may have taken it.
    """
    task = asyncio.ensure_future(issued)
    try:
        while True:
            try:
                done, _ = await asyncio.wait({task}, timeout=BEAT)
            except asyncio.CancelledError:
                details = activity.cancellation_details()
                if details is None or not details.cancel_requested:
                    raise  # the worker stops, or the server has given this attempt up
                continue
            if done:
                return task.result()
            activity.heartbeat()
    finally:
        task.cancel()


def _tried() -> timedelta:
    """Return for how long the page of this attempt has been tried, by the server's clock."""
    info = activity.info()
    return info.started_time - info.scheduled_time
