"""The second factor of a signature: a six-digit code that comes by another channel than the link or key in hand."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.errors import NotPermitted, Unfit
from domain.office import Office, Person
from domain.ports import CaseRow, Code, DecisionRow, Letter, Messenger, Register, Sent, Spent
from domain.words import Mode
from texts import current

LIVES = timedelta(minutes=10)
TRIES = 5
PAUSE = timedelta(seconds=30)
"""A code asked for again within this time is the one that has just been sent."""

ORDER = ("sms", "wecom", "mail", "phone")
"""Channels in the order they are tried; one that reaches the person in hand comes first."""


class SecondFactor:
    """Send codes and check them; nothing of a code but its digest is kept, and none is ever in a history."""

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger]) -> None:
        self._register, self._office, self._messengers = register, office, messengers

    async def send(self, case: CaseRow, person: Person, via: str | None, now: datetime) -> Sent:
        """Send a new code by a channel other than `via`, the one the person came by.

        Raises:
            Unfit: the person can be reached by no other channel.
            Unavailable: the channel or the register does not answer; no code is good then.

        """
        channel = self._channel(person, via)
        code = f"{secrets.randbelow(10**6):06d}"
        kept = Code(
            case_id=case.case_id,
            person=person.id,
            digest=_digest(case.case_id, person.id, code),
            made_at=now,
            expires_at=now + LIVES,
            tries=TRIES,
        )
        if await self._register.keep_code(kept, not_since=now - PAUSE):
            await self._messengers[channel].send(self._letter(case, person, channel, code, now))
        return Sent(channel=channel, expires_at=kept.expires_at)

    async def spend(self, row: DecisionRow, person: Person, code: str, now: datetime) -> DecisionRow:
        """Spend a code on one decision, which keeps that it came with one: sent again, it asks for no other.

        Raises:
            NotPermitted: it is wrong, or there is none to spend.

        """
        digest = _digest(row.case_id, person.id, code)
        match await self._register.spend_code(row.case_id, person.id, digest, now, row.update_id):
            case Spent.WRONG:
                raise NotPermitted("wrong_code", who=person.id)
            case Spent.NONE:
                raise NotPermitted("no_code", who=person.id)
            case Spent.RIGHT:
                return row.model_copy(update={"second_factor": True})

    def _channel(self, person: Person, via: str | None) -> str:
        reaching = [name for name in ORDER if name in person.addresses and name in self._messengers and name != via]
        if not reaching:
            raise Unfit("no_second_channel", who=person.id)
        return reaching[0]

    def _letter(self, case: CaseRow, person: Person, channel: str, code: str, now: datetime) -> Letter:
        mode = self._office.terms.mode
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        text = current().say("code", code=code, number=case.number, minutes=int(LIVES.total_seconds()) // 60)
        return Letter(
            key=f"{case.case_id}/code/{person.id}/{int(now.timestamp())}",
            case_id=case.case_id,
            number=case.number,
            person=person.id,
            name=person.name,
            unit=person.unit,
            channel=channel,
            address=person.addresses[channel],
            subject=f"{mark}{current().phrase('code', 'subject', number=case.number)}",
            text=mark + text,
            mode=mode,
        )


def _digest(case_id: str, person: str, code: str) -> str:
    return hmac.new(f"{case_id}/{person}".encode(), code.encode(), hashlib.sha256).hexdigest()
