"""Record: entries of a case nobody has asked for, stored before the case has to keep too many."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from activities.failures import unavailable
from activities.fence import Fence
from domain.case.summary import Record
from domain.errors import Unavailable
from domain.ports.register import EntryStore
from domain.values import TimelinePosition


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The activity `record`: it stores what the register may not have yet."""

    entries: EntryStore

    @activity.defn(name="record")
    async def record(self, record: Record) -> TimelinePosition:
        """Append entries, move the case's row forward, and return where its timeline then ends.

        Raises:
            ApplicationError: the register does not answer; the next attempt has the same entries.

        """
        fence = Fence()
        fence.check()
        try:
            return await self.entries.append(record)
        except Unavailable as problem:
            raise unavailable("register", problem) from None
