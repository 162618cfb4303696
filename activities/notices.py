"""Notify: one wave of notices to its recipients; a dead receiver delays nobody else and causes no second letter."""

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
from activities.recipients import gaps_of, plan, seats_reached
from domain.case.payloads import Wave, WaveSent
from domain.errors import Unavailable
from domain.ports.delivery import Messenger, Receipts
from domain.ports.register import EntryStore
from domain.ports.roster import Roster
from domain.tasks.task_links import Links
from texts.catalogue import current

log = structlog.get_logger()

EACH = 1.5
"""Seconds a receiver has to take one letter; all are sent at once, so a wave takes hardly longer."""

NAMED = 8
"""How many missing recipients a failure names before it only counts them."""


@dataclass(frozen=True, kw_only=True)
class Notices:
    """The activity `notify`: waves of notices sent by `messengers`, by channel code.

    `shorts` are the short names of units by code, `office` is the office's code.
    """

    receipts: Receipts
    entries: EntryStore
    roster: Roster
    messengers: Mapping[str, Messenger]
    links: Links
    shorts: Mapping[str, str]
    office: str

    @activity.defn(name="notify")
    async def notify(self, wave: Wave) -> WaveSent:
        """Fix the recipients of a wave, write the letters nobody has a receipt for, and send them all at once.

        Raises:
            ApplicationError: somebody is still without a letter; the next attempt repeats only these, unchanged.

        """
        fence = Fence()
        fence.check()
        info = activity.info()  # the server's time of this attempt; a local activity has none, and is prompt
        started = None if info.is_local else info.started_time
        try:
            planned = await plan(wave, self.receipts, self.roster, self.messengers.keys(), started)
        except Unavailable as problem:
            raise unavailable("register", problem) from None
        letters = LetterWriter(self.links, self.shorts, self.office).write(planned)
        reasons = await asyncio.gather(*(self._send(letter, fence) for letter in letters))
        missing = [(letter, reason) for letter, reason in zip(letters, reasons, strict=True) if reason is not None]
        if missing:
            raise self._undelivered(missing, of=len(letters))
        rows = [row for one in planned for row in one.recipients if row.notice in wave.keys]
        by = tuple(dict.fromkeys(row.channel for row in rows))
        try:  # the case is about to take this result: it is asked until it has
            recorded = await self.entries.expect(wave.case_id, wave.keys)
        except Unavailable as problem:
            raise unavailable("register", problem) from None
        return WaveSent(to=seats_reached(rows), by=by, gaps=gaps_of(wave, rows, self.roster), recorded=recorded)

    async def _send(self, addressed: AddressedLetter, fence: Fence) -> str | None:
        """Send one letter and store its receipts; return why it failed, None if it was taken."""
        letter = addressed.letter
        messenger = self.messengers.get(letter.channel)
        if messenger is None:  # planned by an earlier attempt, and since then removed from the settings
            return current().phrase("effect", "no_messenger")
        try:
            fence.check()
            async with asyncio.timeout(EACH):
                await messenger.send(letter)
            # No fence here: the letter is out, and an existing receipt is left as it is.
            await self.receipts.keep(addressed.receipts())
        except TimeoutError:
            return current().phrase("effect", "no_answer", seconds=EACH)
        except Unavailable as problem:
            return str(problem)
        except ApplicationError as late:
            return late.message
        except Exception as fault:  # one messenger's bug must not keep letters from others
            log.exception("notice.messenger_failed", key=letter.key, channel=letter.channel)
            return type(fault).__name__
        return None

    def _undelivered(self, missing: list[tuple[AddressedLetter, str]], of: int) -> ApplicationError:
        """Return the failure an operator reads: who is still without a letter, by which channel, and why."""
        catalogue = current()
        lines = []
        for letter, reason in missing[:NAMED]:
            row = letter.rows[-1]
            seat = catalogue.word("seat", row.seat.seat if row.seat else "administrator")
            who = f"{self.shorts.get(row.unit, row.unit)} {seat}"
            channel = catalogue.word("channel", row.channel)
            lines.append(catalogue.phrase("effect", "without", who=who, channel=channel, reason=reason))
        message = catalogue.phrase("effect", "undelivered", left=len(missing), of=of, names="\n".join(lines))
        return ApplicationError(message, type="Undelivered", category=ApplicationErrorCategory.BENIGN)
