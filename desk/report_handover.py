"""From the register to the workflow: what a stored report still owes its case, carried over without a second effect."""

from __future__ import annotations

import secrets
from datetime import datetime

from desk.case_client import CaseClient, CaseIsOver
from domain.decisions import Opening, Sighting
from domain.office.office import Office
from domain.ports.register import Register
from domain.reports.report import PendingHandover


class ReportHandover:
    """Carry hand-overs: start the case of a report, or let the running case know of a milestone."""

    def __init__(self, register: Register, office: Office, door: CaseClient) -> None:
        self._register, self._office, self._door = register, office, door

    async def carry(self, owed: PendingHandover, now: datetime) -> None:
        """Do what one report owes; the same call again has no second effect.

        Raises:
            Unavailable: Temporal or the register does not answer; the sweep will come back to it.
        """
        try:
            await self._start(owed, now)
        except CaseIsOver:  # a first report had started it; a sighting came too late for it
            if not owed.opens:
                await self._rehome(owed, now)
        await self._register.handed_over(owed.report_id)

    async def _rehome(self, owed: PendingHandover, now: datetime) -> None:
        """Open a new case for a report whose case was over before it was told, unless that case has an answer."""
        anew = await self._register.rehome(owed.report_id, new_case_id(), self._office.day(now).year, now)
        if anew is not None:
            await self._start(anew, now)

    async def _start(self, owed: PendingHandover, now: datetime) -> None:
        opening = Opening(
            case_id=owed.case_id,
            number=owed.number,
            claim=owed.claim,
            report_id=owed.report_id,
            channel=owed.channel,
            place=owed.place,
            reported_at=owed.reported_at,
            level=owed.level,
            named=self._sender(owed.channel),
            terms=self._office.terms,
            time=self._office.working.part(now),
        )
        sighting = Sighting(count=owed.count, districts=owed.districts, channels=owed.channels)
        await self._door.start(opening, None if owed.opens else sighting)

    def _sender(self, channel: str) -> dict[str, str]:
        """Return the short name of the unit behind a channel such as `platform:pt1`."""
        return {code: unit.short for code, unit in self._office.refs([channel.partition(":")[2]]).items()}


def new_case_id() -> str:
    """Return a new random case id: 10 characters, without look-alikes."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(10))
