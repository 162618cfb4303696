"""Record: the last entries of a closed case, if no other effect is left to carry them."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from activities.failures import unavailable
from activities.fence import Fence
from domain.case.summary import Record
from domain.errors import Unavailable
from domain.ports.register import EntryStore


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The activity `record`: it stores what the register may not have yet."""

    entries: EntryStore

    @activity.defn(name="record")
    async def record(self, record: Record) -> None:
        """Append entries and move the case's row forward.

        Raises:
            ApplicationError: the register does not answer; the next attempt has the same entries.

        """
        fence = Fence()
        fence.check()
        try:
            await self.entries.append(record)
        except Unavailable as problem:
            raise unavailable("register", problem) from None
