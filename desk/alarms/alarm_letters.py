"""Alarm letters: to each person by every channel that reaches them, under keys that stay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

import structlog

from domain.errors import RefusedForGood, Unavailable
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger, Receipt, of_letters
from domain.ports.register import Register

log = structlog.get_logger(__name__)


class AlarmLetters:
    """What sends alarm letters, and knows who is called."""

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger]) -> None:
        self._register, self._office, self._messengers = register, office, of_letters(messengers)

    def administrators(self, now: datetime) -> list[Person]:
        """Return the administrators who serve today."""
        day = self._office.day(now)
        return [one for one in self._office.people if one.administrator and one.serves(day)]

    async def send(
        self, persons: Iterable[Person], write: Callable[[Person, str], Awaitable[Letter]], now: datetime
    ) -> bool:
        """Send the letters that have no receipt; return whether somebody has one, and nothing is to be tried again."""
        known = {person.id: person for person in persons}.values()
        ways = [(one, channel) for one in known for channel in one.addresses if channel in self._messengers]
        letters = [await write(one, channel) for one, channel in ways]
        done = await self._register.delivered([letter.key for letter in letters])
        taken, again = len(done), 0
        for letter in letters:
            if letter.key not in done:
                outcome = await self._send(letter, now)
                taken, again = taken + (outcome is True), again + (outcome is None)
        return bool(taken) and not again

    async def _send(self, letter: Letter, now: datetime) -> bool | None:
        """Send one letter; return whether it was taken, None if it is to be tried again."""
        try:
            await self._messengers[letter.channel].send(letter)
            await self._register.keep([_receipt(letter, now)])
        except RefusedForGood as refused:
            log.warning("alarm.refused", case_id=letter.case_id, channel=letter.channel, reason=type(refused).__name__)
            return None if refused.codes else False  # the next round knows whether the office is meant
        except Unavailable as silent:
            log.warning("alarm.not_sent", case_id=letter.case_id, channel=letter.channel, reason=type(silent).__name__)
            return None
        except Exception:  # one messenger's bug must not keep the alarm from the others
            log.exception("alarm.messenger_failed", case_id=letter.case_id, channel=letter.channel)
            return None
        return True


def _receipt(letter: Letter, now: datetime) -> Receipt:
    return Receipt(
        key=letter.key,
        case_id=letter.case_id,
        person=letter.person,
        unit=letter.unit,
        channel=letter.channel,
        at=now,
    )
