"""The alarm about a workflow that was lost, set back or to be cancelled: those it concerns are written to once."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from desk.alarms.case_page import case_page
from domain.errors import RefusedForGood
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger, Receipt, of_letters
from domain.ports.register import Register
from domain.ports.rows import CaseCursor, CaseRow
from domain.runs import RunAlarm
from domain.tasks.short_links import ShortLinks
from domain.tasks.short_messages import first_line
from domain.terms import Addressee
from domain.vocabulary import Mode, Seat
from texts.catalogue import current

log = structlog.get_logger(__name__)

EACH = 10.0
"""Seconds a channel has to take one letter."""

NAMED = 20
"""How many cases one letter names before it only counts them."""


@dataclass(frozen=True)
class OpenAlarm:
    """One alarm: the case with its row, and why people are called."""

    row: CaseRow
    cursor: CaseCursor

    @property
    def why(self) -> RunAlarm:
        """Return why people are called."""
        return self.cursor.alarm or RunAlarm.LOST

    def concerns(self, person: Person) -> bool:
        """Return whether a person is told: a request to cancel that was refused leaves the duty officer no task."""
        return person.administrator or self.why is not RunAlarm.CANCEL_REFUSED

    def key(self, person: Person, channel: str) -> str:
        """Return the key of the receipt of one person by one channel; it is the same in every round."""
        return f"{self.row.case_id}/run/{self.why}/{self.cursor.position.epoch}/{person.id}/{channel}"


class RunAlarms:
    """What rings alarms: by every channel that reaches a person, once per epoch of a case.

    All that is to be rung in one round is one letter: if Temporal has lost every case, nobody gets thousands.
    """

    def __init__(
        self, register: Register, office: Office, messengers: Mapping[str, Messenger], links: ShortLinks
    ) -> None:
        self._register, self._office, self._messengers, self._links = register, office, of_letters(messengers), links

    async def ring(self, now: datetime) -> None:
        """Ring what has not been rung; what cannot be sent now is tried in the next round, under the same keys."""
        alarms = []
        for cursor in await self._register.alarms():
            row = await self._register.case(cursor.case_id)
            alarms += [OpenAlarm(row, cursor)] if row is not None else []
        if not alarms:
            return
        sent: dict[str, set[bool | None]] = {alarm.row.case_id: set() for alarm in alarms}
        for person in self._called(now):
            theirs = [alarm for alarm in alarms if alarm.concerns(person)]
            for channel in person.addresses if theirs else ():
                if channel in self._messengers:
                    taken = await self._call(person, channel, theirs, now)
                    for alarm in theirs:
                        sent[alarm.row.case_id].add(taken)
        await self._settle(sent)

    async def _settle(self, sent: Mapping[str, Collection[bool | None]]) -> None:
        """Record which cases people were called about: somebody it concerns was reached, and no letter waits."""
        unheard = [case_id for case_id, taken in sent.items() if True not in taken and None not in taken]
        if unheard:
            log.error("alarm.nobody_reachable", cases=len(unheard))
        for case_id, taken in sent.items():
            if True in taken and None not in taken:
                await self._register.alarm_rung(case_id)

    def _called(self, now: datetime) -> list[Person]:
        duty = self._office.reach(Addressee(unit=self._office.terms.office.code, seat=Seat.DUTY), now).persons
        day = self._office.day(now)
        administrators = [one for one in self._office.people if one.administrator and one.serves(day)]
        return list({person.id: person for person in (*duty, *administrators)}.values())

    async def _call(self, person: Person, channel: str, alarms: Sequence[OpenAlarm], now: datetime) -> bool | None:
        """Write of the alarms one person has no receipt of by one channel; return whether the channel took it.

        None: it is to be tried again. False: it refuses for good, and is tried with the next alarm only.
        """
        done = await self._register.delivered([alarm.key(person, channel) for alarm in alarms])
        left = [alarm for alarm in alarms if alarm.key(person, channel) not in done]
        if not left:
            return True
        try:
            async with asyncio.timeout(EACH):
                await self._messengers[channel].send(await self._letter(person, channel, left, now))
        except RefusedForGood as refused:
            log.warning("alarm.refused", person=person.id, channel=channel)
            return None if refused.codes else False  # the next round knows whether the office is meant
        except Exception as fault:  # also one channel's bug must not keep letters from others
            log.warning("alarm.not_sent", person=person.id, channel=channel, reason=type(fault).__name__)
            return None
        await self._register.keep([_receipt(alarm, person, channel, now) for alarm in left])
        return True

    async def _letter(self, person: Person, channel: str, alarms: Sequence[OpenAlarm], now: datetime) -> Letter:
        first, mode = alarms[0].row, self._office.terms.mode
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        keys = sorted(alarm.key(person, channel) for alarm in alarms)
        pages = [await case_page(self._links, person, one.row.case_id, channel, now) for one in alarms[:NAMED]]
        named = list(zip(alarms, pages, strict=False))
        text, link = current().say("run_alarm", alarms=named, more=max(0, len(alarms) - NAMED)), pages[0]
        if len(alarms) > 1:
            text, link = f"{_subject(alarms)}\n{text}", f"{self._links.signed.base_url}/desk"
        return Letter(
            key=keys[0] if len(keys) == 1 else f"runs/{hashlib.sha256(chr(10).join(keys).encode()).hexdigest()}",
            case_id=first.case_id,
            number=first.number,
            person=person.id,
            name=person.name,
            unit=person.unit,
            channel=channel,
            address=person.addresses[channel],
            subject=mark + _subject(alarms),
            text=first_line(mark + text, channel, link),
            mode=mode,
        )


def _subject(alarms: Sequence[OpenAlarm]) -> str:
    if len(alarms) > 1:
        return current().phrase("run_alarm", "several", n=len(alarms))
    return current().phrase("run_alarm", alarms[0].why, number=alarms[0].row.number)


def _receipt(alarm: OpenAlarm, person: Person, channel: str, now: datetime) -> Receipt:
    return Receipt(
        key=alarm.key(person, channel),
        case_id=alarm.row.case_id,
        person=person.id,
        unit=person.unit,
        channel=channel,
        at=now,
    )
