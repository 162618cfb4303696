"""Sending: the letters of a wave all at once, and what became of those that were not taken."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import structlog
from temporalio.exceptions import ApplicationError

from activities.fence import Fence
from activities.letters import AddressedLetter
from domain.errors import RefusedForGood, Unavailable
from domain.ports.delivery import Messenger, Receipts
from texts.catalogue import current

log = structlog.get_logger()

EACH = 1.5
"""Seconds a receiver has to take one letter; all are sent at once, so a wave takes hardly longer."""


@dataclass(frozen=True)
class FailedLetter:
    """A letter that was not taken, and why; `for_good` is whether it would be refused however often it is sent."""

    letter: AddressedLetter
    reason: str
    for_good: bool = False

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
        return [failed for failed in outcomes if failed is not None]

    async def _send(self, addressed: AddressedLetter, fence: Fence) -> FailedLetter | None:
        """Send one letter and store its receipts; return why it failed, None if it was taken."""
        letter = addressed.letter
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
        except RefusedForGood as refused:
            return FailedLetter(addressed, str(refused), for_good=True)
        except Unavailable as problem:
            return FailedLetter(addressed, str(problem))
        except ApplicationError as late:
            return FailedLetter(addressed, late.message)
        except Exception as fault:  # one messenger's bug must not keep letters from others
            log.exception("notice.messenger_failed", key=letter.key, channel=letter.channel)
            return FailedLetter(addressed, type(fault).__name__)
        return None
