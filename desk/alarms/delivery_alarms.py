"""The alarm about what could not be delivered: the administrators are written to once by every channel."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from desk.alarms.alarm_letters import AlarmLetters
from domain.access.rates import Rate
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger, Undelivered
from domain.ports.register import Register
from domain.vocabulary import Mode
from texts.catalogue import current

HOUR = 3600.0


class DeliveryAlarms:
    """What rings alarms about letters and pages: one for all of a case that became known at once.

    If there have been as many within the hour as one person may get letters, one alarm names all further cases.
    """

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger], base_url: str) -> None:
        self._register, self._office, self._base_url = register, office, base_url
        self._letters = AlarmLetters(register, office, messengers)
        self._single, self._together = Rate(office.policy.limits.letters_per_hour, HOUR), Rate(1, HOUR)

    async def ring(self, now: datetime) -> None:
        """Ring what has not been rung; what cannot be sent now is tried in the next round, under the same keys."""
        rows, at, left = sorted(await self._register.unalarmed(), key=_at_once), now.timestamp(), list[Undelivered]()
        for _, grouped in groupby(rows, key=_at_once):
            group = list(grouped)
            if self._single.wait("", at):
                left += group
            elif await self._rung(group, partial(self._letter, group), now):
                self._single.take("", at)
        if left and not self._together.wait("", at) and await self._rung(left, partial(self._list, left), now):
            self._together.take("", at)

    async def _rung(self, rows: Sequence[Undelivered], write: partial[Letter], now: datetime) -> bool:
        if not await self._letters.send(self._letters.administrators(now), write, now):
            return False
        for case_id, since in dict.fromkeys(_at_once(row) for row in rows):
            await self._register.alarmed(case_id, since)
        return True

    def _letter(self, rows: Sequence[Undelivered], person: Person, channel: str) -> Letter:
        names, number = {one.id: one for one in self._office.people}, rows[0].number
        lines = [(row, names.get(row.person)) for row in rows]
        key = f"{rows[0].case_id}/undelivered/{rows[0].since:%Y%m%dT%H%M%S.%f}"
        text = current().say("delivery_alarm", number=number, lines=lines, base_url=self._base_url)
        return self._to(
            person, channel, rows[0], key, current().phrase("delivery_alarm", "subject", number=number), text
        )

    def _list(self, rows: Sequence[Undelivered], person: Person, channel: str) -> Letter:
        """Return the letter in place of too many."""
        n = len({row.case_id for row in rows})
        together = hashlib.sha256("\n".join(f"{case} {since}" for case, since in map(_at_once, rows)).encode())
        text = current().say("delivery_alarm_list", n=n, base_url=self._base_url)
        subject = current().phrase("delivery_alarm", "several", n=n)
        return self._to(person, channel, rows[0], f"undelivered/{together.hexdigest()}", subject, text)

    def _to(self, person: Person, channel: str, first: Undelivered, key: str, subject: str, text: str) -> Letter:
        mode = self._office.terms.mode
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        return Letter(
            key=f"{key}/{person.id}/{channel}",
            case_id=first.case_id,
            number=first.number,
            person=person.id,
            name=person.name,
            unit=person.unit,
            channel=channel,
            address=person.addresses[channel],
            subject=mark + subject,
            text=mark + text,
            mode=mode,
        )


def _at_once(row: Undelivered) -> tuple[str, datetime]:
    return row.case_id, row.since
