"""The alarm about a workflow that was lost or set back: the duty seat and the administrators are written to once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from domain.errors import Unavailable
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger, Receipt
from domain.ports.register import CaseCursor, CaseRow, Register
from domain.runs import RunAlarm
from domain.terms import Addressee
from domain.vocabulary import Mode, Seat
from texts.catalogue import current

log = structlog.get_logger(__name__)


class RunAlarms:
    """What rings alarms: by every channel that reaches a person, once per epoch of the case."""

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger], base_url: str) -> None:
        self._register, self._office, self._messengers, self._base_url = register, office, messengers, base_url

    async def ring(self, now: datetime) -> None:
        """Ring what has not been rung; what cannot be sent now is tried in the next round, under the same keys."""
        for cursor in await self._register.alarms():
            row = await self._register.case(cursor.case_id)
            if row is not None and await self._ring(row, cursor, now):
                await self._register.alarm_rung(cursor.case_id)

    async def _ring(self, row: CaseRow, cursor: CaseCursor, now: datetime) -> bool:
        """Call everybody who is to be called; return whether somebody was reached, and nobody is still to be tried."""
        reached = failed = 0
        for person in self._called(now):
            try:
                reached += await self._call(person, row, cursor, now)
            except Unavailable as silent:
                log.warning("alarm.not_sent", case_id=row.case_id, person=person.id, reason=str(silent))
                failed += 1
        return bool(reached) and not failed

    def _called(self, now: datetime) -> list[Person]:
        duty = self._office.reach(Addressee(unit=self._office.terms.office.code, seat=Seat.DUTY), now).persons
        day = self._office.day(now)
        administrators = [one for one in self._office.people if one.administrator and one.serves(day)]
        return list({person.id: person for person in (*duty, *administrators)}.values())

    async def _call(self, person: Person, row: CaseRow, cursor: CaseCursor, now: datetime) -> int:
        """Send one person the letter by each channel that reaches them; return how many took it.

        Raises:
            Unavailable: some channel does not answer.

        """
        channels = [name for name in person.addresses if name in self._messengers]
        letters = [self._letter(person, channel, row, cursor) for channel in channels]
        done = await self._register.delivered([letter.key for letter in letters])
        for letter in letters:
            if letter.key not in done:
                await self._messengers[letter.channel].send(letter)
                await self._register.keep([_receipt(letter, now)])
        return len(letters)

    def _letter(self, person: Person, channel: str, row: CaseRow, cursor: CaseCursor) -> Letter:
        alarm, mode = cursor.alarm or RunAlarm.LOST, self._office.terms.mode
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        values = {"row": row, "alarm": alarm, "run": cursor.run, "base_url": self._base_url}
        return Letter(
            key=f"{row.case_id}/run/{alarm}/{cursor.position.epoch}/{person.id}/{channel}",
            case_id=row.case_id,
            number=row.number,
            person=person.id,
            name=person.name,
            unit=person.unit,
            channel=channel,
            address=person.addresses[channel],
            subject=mark + current().phrase("run_alarm", alarm, number=row.number),
            text=mark + current().say("run_alarm", **values),
            mode=mode,
        )


def _receipt(letter: Letter, now: datetime) -> Receipt:
    return Receipt(
        key=letter.key,
        case_id=letter.case_id,
        person=letter.person,
        unit=letter.unit,
        channel=letter.channel,
        at=now,
    )
