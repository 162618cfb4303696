"""The alarm about what could not be delivered: the administrators are written to once by every channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from desk.alarms.alarm_letters import AlarmLetters
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger, Undelivered
from domain.ports.register import Register
from domain.vocabulary import Mode
from texts.catalogue import current


class DeliveryAlarms:
    """What rings alarms about letters and pages: one for all of a case that became known at once."""

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger], base_url: str) -> None:
        self._register, self._office, self._base_url = register, office, base_url
        self._letters = AlarmLetters(register, office, messengers)

    async def ring(self, now: datetime) -> None:
        """Ring what has not been rung; what cannot be sent now is tried in the next round, under the same keys."""
        rows = sorted(await self._register.unalarmed(), key=_at_once)
        for (case_id, since), group in groupby(rows, key=_at_once):
            write = partial(self._letter, list(group))
            if await self._letters.send(self._letters.administrators(now), write, now):
                await self._register.alarmed(case_id, since)

    def _letter(self, rows: Sequence[Undelivered], person: Person, channel: str) -> Letter:
        case_id, number, mode = rows[0].case_id, rows[0].number, self._office.terms.mode
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        names = {one.id: one for one in self._office.people}
        lines = [(row, names.get(row.person)) for row in rows]
        return Letter(
            key=f"{case_id}/undelivered/{rows[0].since:%Y%m%dT%H%M%S.%f}/{person.id}/{channel}",
            case_id=case_id,
            number=number,
            person=person.id,
            name=person.name,
            unit=person.unit,
            channel=channel,
            address=person.addresses[channel],
            subject=mark + current().phrase("delivery_alarm", "subject", number=number),
            text=mark + current().say("delivery_alarm", number=number, lines=lines, base_url=self._base_url),
            mode=mode,
        )


def _at_once(row: Undelivered) -> tuple[str, datetime]:
    return row.case_id, row.since
