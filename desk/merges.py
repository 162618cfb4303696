"""The merging of duplicates: the case a decision names is looked up anew, and no merge closes a circle.

Two cases that were merged into each other would answer no reporter of either. Each is decided in a workflow of its own,
so only the register can say which of two such decisions came first: each is reserved there before its Update.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from desk.case_client import CaseClient
from domain.case.summary import RecordQuery
from domain.case_number import case_number
from domain.decisions import Original
from domain.errors import Unavailable, Unfit, Unknown
from domain.ports.register import Register
from domain.ports.rows import DecisionRow
from domain.runs import RunStatus
from domain.vocabulary import ProposalKind

Ask = Callable[[str], Awaitable[object]]
"""What has a case say how it stands now, so that the register has it (`desk/projection.py`)."""


class Merges:
    """What looks up and reserves the case a duplicate is merged into."""

    def __init__(self, register: Register, client: CaseClient, ask: Ask) -> None:
        self._register, self._client, self._ask = register, client, ask

    async def named(self, row: DecisionRow, typed: str) -> Original:
        """Return the case a duplicate names by its number, however it was typed, and reserve the merge.

        It counts as running or answered if the case at the end of its own merges is. Where the rule will refuse it,
        because it is neither, or the case of the decision itself, nothing is reserved.

        Raises:
            Unknown: there is no case of that number.
            Unfit: that one was merged into this one, or may be any moment, directly or by way of others.

        """
        found = await self.numbered(typed)
        fits = found.case_id != row.case_id and (found.running or found.answered)
        if fits and not await self._register.reserve_merge(row.update_id, row.case_id, found.case_id):
            raise Unfit("merged_in_circle", number=found.number)
        return found

    async def confirmed(self, row: DecisionRow, ref: int) -> Original | None:
        """Return the case into which a proposal that is confirmed merges, as it stands now, and reserve the merge.

        None: what is confirmed is no merge, or the case waits for nothing of that number.

        Raises:
            Unfit: that one was merged into this one since, or may be any moment, directly or by way of others.
            Unavailable: the case does not say what waits.

        """
        stored = await self._register.case(row.case_id)
        waiting = stored.summary.waiting if stored is not None and stored.summary is not None else ()
        if any(one.ref == ref and one.kind is not ProposalKind.EXIT for one in waiting):
            return None
        brief = await self._client.brief(row.case_id, row.actor)
        if brief is None:
            if (await self._client.read(row.case_id, RecordQuery())).run is RunStatus.RUNNING:
                raise Unavailable("the case does not answer")
            return None  # no workflow takes the decision, and whoever sends it hears why
        number = next((one.original for one in brief.proposals if one.ref == ref), None)
        return await self.named(row, number) if number is not None else None

    async def numbered(self, typed: str) -> Original:
        """Return the case of a number; the one that is to answer says first how it stands, if it runs."""
        number = case_number(typed)
        found = await self._register.numbered(number) if number else None
        if number is not None and found is not None and found.runs is not None:
            await self._ask(found.runs)  # it may have ended, or been merged itself, a moment ago
            found = await self._register.numbered(number)
        if found is None:
            raise Unknown("unknown_case_number", number=typed)
        return found.original
