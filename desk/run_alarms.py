"""The alarm about a workflow that was lost or set back: the duty seat and the administrators are written to once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from desk.alarms.alarm_letters import AlarmLetters
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger
from domain.ports.register import CaseCursor, CaseRow, Register
from domain.terms import Addressee
from domain.vocabulary import Mode, RunAlarm, Seat
from texts.catalogue import current


class RunAlarms:
    """What rings alarms: by every channel that reaches a person, once per epoch of the case."""

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger], base_url: str) -> None:
        self._register, self._office, self._base_url = register, office, base_url
        self._letters = AlarmLetters(register, office, messengers)

    async def ring(self, now: datetime) -> None:
        """Ring what has not been rung; what cannot be sent now is tried in the next round, under the same keys."""
        for cursor in await self._register.alarms():
            row = await self._register.case(cursor.case_id)
            if row is None:
                continue
            write = partial(self._letter, row, cursor)
            if await self._letters.send(self._called(now), write, now):
                await self._register.alarm_rung(cursor.case_id)

    def _called(self, now: datetime) -> list[Person]:
        duty = self._office.reach(Addressee(unit=self._office.terms.office.code, seat=Seat.DUTY), now).persons
        return [*duty, *self._letters.administrators(now)]

    def _letter(self, row: CaseRow, cursor: CaseCursor, person: Person, channel: str) -> Letter:
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
            subject=mark + current().phrase("run_alarm", "subject", number=row.number),
            text=mark + current().say("run_alarm", **values),
            mode=mode,
        )
