"""List letters: one to somebody who has had too many within the hour, in place of all further ones."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog

from domain.errors import RefusedForGood
from domain.office.office import Office
from domain.ports.delivery import Letter, ListLetter, Messenger
from domain.ports.register import Register
from domain.tasks.short_messages import first_line
from domain.vocabulary import Mode
from texts.catalogue import current

log = structlog.get_logger(__name__)

EACH = 10.0
"""Seconds a channel has to take one letter."""


class ListLetters:
    """What sends list letters; a notice keeps waiting in the register until its letter was taken."""

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger], base_url: str) -> None:
        self._register, self._office, self._messengers = register, office, messengers
        self._base_url = base_url

    async def send(self, now: datetime) -> None:
        """Send the list letters that may go out; what cannot be sent now is tried again under the same key."""
        for letter in await self._register.list_letters(now):
            await self._send(letter, now)

    async def _send(self, of: ListLetter, now: datetime) -> None:
        try:
            async with asyncio.timeout(EACH):
                await self._messengers[of.row.channel].send(self._letter(of))
        except RefusedForGood as refused:
            if refused.codes:  # others may get the same answer: the next round knows whether the office is meant
                log.warning("list_letter.not_sent", person=of.row.person, channel=of.row.channel, reason=refused.codes)
            else:
                await self._register.list_letter_refused(of.key, str(refused), now)
        except KeyError:  # the channel was removed from the settings since
            await self._register.list_letter_refused(of.key, current().phrase("effect", "no_messenger"), now)
        except Exception as fault:  # also one channel's bug must not keep letters from others
            log.warning(
                "list_letter.not_sent", person=of.row.person, channel=of.row.channel, reason=type(fault).__name__
            )
        else:
            await self._register.list_letter_sent(of.key, now)

    def _letter(self, of: ListLetter) -> Letter:
        mode, row = self._office.terms.mode, of.row
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        most = self._office.policy.limits.letters_per_hour
        text = current().say("list_letter", n=of.cases, most=most, base_url=self._base_url)
        return Letter(
            key=of.key,
            case_id=of.case_id,
            number=of.number,
            person=row.person,
            name=row.name,
            unit=row.unit,
            channel=row.channel,
            address=row.address,
            subject=mark + current().phrase("list_letter", "subject", n=of.cases),
            text=first_line(mark + text, row.channel, f"{self._base_url}/desk"),
            mode=mode,
        )
