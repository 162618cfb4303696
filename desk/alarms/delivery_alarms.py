"""The alarm about what could not be delivered: the administrators are written to once by every channel."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from desk.alarms.alarm_letters import AlarmLetters
from desk.alarms.case_page import case_page
from domain.access.rates import Rate
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger, Undelivered
from domain.ports.register import Register
from domain.tasks.short_links import ShortLinks
from domain.tasks.short_messages import first_line
from domain.vocabulary import Mode
from texts.catalogue import current

HOUR = 3600.0


class DeliveryAlarms:
    """What rings alarms about letters and pages: one for all of a case that became known at once.

    If there have been as many within the hour as one person may get letters, one alarm names all further cases.
    """

    def __init__(
        self, register: Register, office: Office, messengers: Mapping[str, Messenger], links: ShortLinks
    ) -> None:
        self._register, self._office, self._links = register, office, links
        self._letters = AlarmLetters(register, office, messengers)
        self._single, self._together = Rate(office.policy.limits.letters_per_hour, HOUR), Rate(1, HOUR)

    async def ring(self, now: datetime) -> None:
        """Ring what has not been rung; what cannot be sent now is tried in the next round, under the same keys."""
        rows, at, left = sorted(await self._register.unalarmed(), key=_at_once), now.timestamp(), list[Undelivered]()
        for _, grouped in groupby(rows, key=_at_once):
            group = list(grouped)
            if self._single.wait("", at):
                left += group
            elif await self._rung(group, partial(self._letter, group, now), now):
                self._single.take("", at)
        if left and not self._together.wait("", at) and await self._rung(left, partial(self._list, left), now):
            self._together.take("", at)

    async def _rung(
        self, rows: Sequence[Undelivered], write: Callable[[Person, str], Awaitable[Letter]], now: datetime
    ) -> bool:
        if not await self._letters.send(self._letters.administrators(now), write, now):
            return False
        for case_id, since in dict.fromkeys(_at_once(row) for row in rows):
            await self._register.alarmed(case_id, since)
        return True

    async def _letter(self, rows: Sequence[Undelivered], now: datetime, person: Person, channel: str) -> Letter:
        names, number = {one.id: one for one in self._office.people}, rows[0].number
        lines = [(row, names.get(row.person)) for row in rows]
        key = f"{rows[0].case_id}/undelivered/{rows[0].since:%Y%m%dT%H%M%S.%f}"
        page = await case_page(self._links, person, rows[0].case_id, channel, now)
        text = current().say("delivery_alarm", number=number, lines=lines, link=page)
        subject = current().phrase("delivery_alarm", "subject", number=number)
        return self._to(person, channel, rows[0], key, subject, text, page)

    async def _list(self, rows: Sequence[Undelivered], person: Person, channel: str) -> Letter:
        """Return the letter in place of too many."""
        n = len({row.case_id for row in rows})
        together = hashlib.sha256("\n".join(f"{case} {since}" for case, since in map(_at_once, rows)).encode())
        base_url = self._links.signed.base_url
        text, desk = current().say("delivery_alarm_list", n=n, base_url=base_url), f"{base_url}/desk"
        subject = current().phrase("delivery_alarm", "several", n=n)
        return self._to(person, channel, rows[0], f"undelivered/{together.hexdigest()}", subject, text, desk)

    def _to(
        self, person: Person, channel: str, first: Undelivered, key: str, subject: str, text: str, link: str
    ) -> Letter:
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
            text=first_line(mark + text, channel, link),
            mode=mode,
        )


def _at_once(row: Undelivered) -> tuple[str, datetime]:
    return row.case_id, row.since
