"""Notify: one wave of notices to everybody it concerns; a dead receiver starves and doubles nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.failures import unavailable
from activities.fence import Fence
from activities.letters import AddressedLetter, LetterWriter
from activities.recipients import gaps_of, recipients_of, seats_reached
from domain.case.notice_kinds import OF_A_RUNG
from domain.case.payloads import Wave, WaveSent
from domain.errors import Unavailable
from domain.ports.delivery import Messenger, Receipts, Recipient
from domain.ports.roster import Roster
from domain.tasks.task_links import Links
from texts.catalogue import current

log = structlog.get_logger()

EACH = 1.5
"""Seconds a receiver has to take one letter; all are tried at once, so a wave takes hardly longer."""

NAMED = 8
"""How many missing recipients a failure names before it only counts them."""


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Carry waves by `messengers`, named by channel codes; `shorts` names units, `office` is the office's code."""

    receipts: Receipts
    roster: Roster
    messengers: Mapping[str, Messenger]
    links: Links
    shorts: Mapping[str, str]
    office: str

    @activity.defn(name="notify")
    async def notify(self, wave: Wave) -> WaveSent:
        """Tell the register, fix the recipients, try every letter that has no receipt, and keep each receipt.

        Raises:
            ApplicationError: somebody is still without a letter; the next attempt repeats only these, unchanged.

        """
        fence = Fence()
        fence.check()
        rows, waiting = [], []
        try:
            for part in await self._parts(wave):
                fixed, done = await self._plan(part)  # first: the register has it even when every receiver is dead
                rows += [row for row in fixed if row.notice in wave.keys]
                parcels = self._parcels(part, fixed)
                waiting += [(parcel, part) for parcel in parcels if not done.issuperset(parcel.keys)]
        except Unavailable as problem:
            raise unavailable("register", problem) from None
        reasons = await asyncio.gather(*(self._try(parcel, part, fence) for parcel, part in waiting))
        left = [(parcel, reason) for (parcel, _), reason in zip(waiting, reasons, strict=True) if reason is not None]
        if left:
            raise self._undelivered(left, of=len(waiting))
        by = tuple(dict.fromkeys(row.channel for row in rows))
        return WaveSent(to=seats_reached(rows), by=by, gaps=gaps_of(wave, rows, self.roster))

    async def _parts(self, wave: Wave) -> list[Wave]:
        """Return what to send: what an earlier task has told of, unchanged, then the rest.

        Rungs are told inside the task that rings them. Where that task is lost, the one in its place rings later: it
        finds more rungs and says otherwise how late they are. Whoever may have got the first letter gets no other.
        """
        if not any(notice.message in OF_A_RUNG for notice in wave.notices):
            return [wave]
        earlier = await self.receipts.first_told(wave)
        return [*earlier, wave.without(earlier)]

    async def _plan(self, wave: Wave) -> tuple[list[Recipient], set[str]]:
        """Return the recipients as the first attempt found them, with who has taken over a seat, and who has a letter.

        A shift that changes while nobody could be reached is handed over: the next on duty is written to, too.
        """
        info = activity.info()  # the server's time of this attempt; a local activity knows none, and is prompt
        later = wave.at if info.is_local else max(wave.at, info.started_time)
        found = recipients_of(wave, self.roster, self.messengers.keys(), later)
        told = wave.record if wave.updates_register else None
        return await self.receipts.plan(told, found, [notice.key for notice in wave.notices])

    def _parcels(self, wave: Wave, rows: list[Recipient]) -> list[AddressedLetter]:
        return LetterWriter(self.links, self.shorts, self.office).parcels(wave, rows)

    async def _try(self, parcel: AddressedLetter, wave: Wave, fence: Fence) -> str | None:
        """Send one letter and keep its receipts; return why not, None when it was taken."""
        messenger = self.messengers.get(parcel.letter.channel)
        if messenger is None:  # fixed by an earlier attempt, and since then taken out of the settings
            return current().phrase("effect", "no_messenger")
        try:
            fence.check()
            async with asyncio.timeout(EACH):
                await messenger.send(parcel.letter)
            # No fence here: the letter is out, and a receipt that is known already is left as it is.
            await self.receipts.keep(parcel.receipts(wave))
        except TimeoutError:
            return current().phrase("effect", "no_answer", seconds=EACH)
        except Unavailable as problem:
            return str(problem)
        except ApplicationError as late:
            return late.message
        except Exception as fault:  # one messenger's bug starves nobody else
            log.exception("notice.messenger_failed", key=parcel.letter.key, channel=parcel.letter.channel)
            return type(fault).__name__
        return None

    def _undelivered(self, left: list[tuple[AddressedLetter, str]], of: int) -> ApplicationError:
        """Build the failure an operator reads: who is still without it, by which channel, and why."""
        catalogue = current()
        lines = []
        for parcel, reason in left[:NAMED]:
            row = parcel.rows[-1]
            seat = catalogue.word("seat", row.seat.seat if row.seat else "administrator")
            who = f"{self.shorts.get(row.unit, row.unit)} {seat}"
            channel = catalogue.word("channel", row.channel)
            lines.append(catalogue.phrase("effect", "without", who=who, channel=channel, reason=reason))
        said = catalogue.phrase("effect", "undelivered", left=len(left), of=of, names="\n".join(lines))
        return ApplicationError(said, type="Undelivered", category=ApplicationErrorCategory.BENIGN)
