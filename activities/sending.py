"""Sending: the letters of a wave all at once, and what became of those that were not taken."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import structlog
from temporalio.exceptions import ApplicationError

from activities.fence import Fence
from activities.letters import AddressedLetter
from domain.errors import NotAdmitted, NotYet, RefusedForGood, Unavailable, UnderWay
from domain.ports.delivery import Messenger, Receipts
from texts.catalogue import current

log = structlog.get_logger()

EACH = 1.8
"""Seconds an attempt waits for one letter; all are sent at once, so a wave takes hardly longer.

A courier stops waiting before that, and its letter goes on: this bounds the others.
"""


@dataclass(frozen=True)
class FailedLetter:
    """A letter that was not taken, and why.

    `for_good` is whether it would be refused however often it is sent, `not_admitted` whether the channel refuses the
    office, `under_way` whether it has not answered yet. `again` is after how many seconds the channel wants to be asked
    again, None if it does not say. `codes` are as in `RefusedForGood`.
    """

    letter: AddressedLetter
    reason: str
    for_good: bool = False
    not_admitted: bool = False
    under_way: bool = False
    again: float | None = None
    codes: str = ""

    @property
    def refused(self) -> bool:
        """Return whether its channel refuses it, for good or until somebody mends that."""
        return self.for_good or self.not_admitted

    @property
    def channel(self) -> str:
        """Return the channel it was to go by."""
        return self.letter.letter.channel

    @property
    def keys(self) -> Set[str]:
        """Return the keys of the receipts it would have had."""
        return {row.key for row in self.letter.rows}


@dataclass(frozen=True)
class LetterSender:
    """What sends letters by `messengers`, by channel code, and stores their receipts."""

    messengers: Mapping[str, Messenger]
    receipts: Receipts

    async def send_all(self, letters: Sequence[AddressedLetter], fence: Fence) -> list[FailedLetter]:
        """Send letters at once; return those that were not taken."""
        outcomes = await asyncio.gather(*(self._send(letter, fence) for letter in letters))
        failed = [one for one in outcomes if one is not None]
        lacking = {id(one.letter) for one in failed}
        open_ = {one.letter.channel for one in letters if id(one) not in lacking}
        return [_of_office(one, failed) if one.codes and one.channel not in open_ else one for one in failed]

    async def _send(self, addressed: AddressedLetter, fence: Fence) -> FailedLetter | None:
        """Send one letter and store its receipts; return why it failed, None if it was taken."""
        letter = addressed.letter.model_copy(update={"about": tuple(row.notice for row in addressed.rows)})
        messenger = self.messengers.get(letter.channel)
        if messenger is None:  # planned by an earlier attempt, and since then removed from the settings
            return FailedLetter(addressed, current().phrase("effect", "no_messenger"), for_good=True)
        try:
            fence.check()
            async with asyncio.timeout(EACH):
                await messenger.send(letter)
            # No fence here: the letter is out, and an existing receipt is left as it is.
            await self.receipts.keep(addressed.receipts())
        except TimeoutError:
            return FailedLetter(addressed, current().phrase("effect", "no_answer", seconds=EACH))
        except Unavailable as problem:
            return FailedLetter(
                addressed,
                str(problem),
                for_good=isinstance(problem, RefusedForGood),
                not_admitted=isinstance(problem, NotAdmitted),
                under_way=isinstance(problem, UnderWay),
                again=problem.seconds if isinstance(problem, NotYet) else None,
                codes=problem.codes if isinstance(problem, RefusedForGood) else "",
            )
        except ApplicationError as late:
            return FailedLetter(addressed, late.message)
        except Exception as fault:  # one messenger's bug must not keep letters from others
            log.exception("notice.messenger_failed", key=letter.key, channel=letter.channel)
            return FailedLetter(addressed, type(fault).__name__)
        return None


def _of_office(one: FailedLetter, failed: Sequence[FailedLetter]) -> FailedLetter:
    """Return a refusal whose codes leave open whom it is about, as one of the office if others got the same."""
    others = (other for other in failed if other.channel == one.channel and _address(other) != _address(one))
    alike = any(other.not_admitted or other.codes == one.codes for other in others)
    return replace(one, for_good=False, not_admitted=True) if alike else one


def _address(failed: FailedLetter) -> str:
    return failed.letter.letter.address
