"""The second factor of a signature: a six-digit code sent by another channel than the link or key in use."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime

from domain.access.signing_codes import LIVES, CapReached, Code, CodeDelivery, CodeTry
from domain.access.standing import standing
from domain.errors import NotPermitted, TooMany, Unavailable, Unfit
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger
from domain.ports.register import Register
from domain.ports.rows import CaseRow, DecisionRow
from domain.vocabulary import Mode
from texts.catalogue import current

ORDER = ("sms", "wecom", "mail", "phone")
"""Channels in the order they are tried; those that reach the person directly come first."""

PASSKEY = "passkey"
"""The channel of a code that no letter brought: a passkey was proven for it."""


class SecondFactor:
    """What sends codes and checks them; only the digest of a code is kept, and no code is ever in a history."""

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger], key: bytes) -> None:
        self._register, self._office, self._messengers, self._key = register, office, messengers, key

    async def send(self, case: CaseRow, person: Person, via: str | None, now: datetime) -> CodeDelivery:
        """Send a new code by a channel other than `via`, or return the delivery of the one just sent.

        `via` is the channel the person came by; None if it was none.

        Raises:
            Unfit: the person can be reached by no other channel.
            TooMany: too many codes were requested; it says when one may be requested again.
            Unavailable: the channel or the register does not answer, and no new code is valid; or another call is
                sending one at this moment.

        """
        code = f"{secrets.randbelow(10**6):06d}"
        made = Code(
            case_id=case.case_id,
            person=person.id,
            channel=self._channel(person, via),
            digest=self._digest(case.case_id, person, code),
            made_at=now,
            expires_at=now + LIVES,
        )
        kept = await self._register.keep_code(made)
        if isinstance(kept, CapReached):
            raise TooMany("too_many_codes", minutes=kept.minutes(now), seconds=kept.seconds(now))
        if kept is made:
            await self._carry(made, self._letter(case, person, made, code))
        elif not kept.sent:
            raise Unavailable("second factor: a code is being sent")
        return CodeDelivery(channel=kept.channel, expires_at=kept.expires_at)

    async def proven(self, case: CaseRow, person: Person, now: datetime) -> str:
        """Return a code for somebody who has just proven a passkey: nothing is sent, and one that was is replaced.

        Raises:
            TooMany: too many codes were requested; it says when one may be requested again.
            Unavailable: the register does not answer.

        """
        code = f"{secrets.randbelow(10**6):06d}"
        made = Code(
            case_id=case.case_id,
            person=person.id,
            channel=PASSKEY,
            digest=self._digest(case.case_id, person, code),
            made_at=now,
            expires_at=now + LIVES,
            sent=True,
        )
        kept = await self._register.keep_code(made)
        if isinstance(kept, Code) and kept is not made:
            await self._register.drop_code(kept)
            kept = await self._register.keep_code(made)
        if isinstance(kept, CapReached):
            raise TooMany("too_many_codes", minutes=kept.minutes(now), seconds=kept.seconds(now))
        return code

    async def _carry(self, code: Code, letter: Letter) -> None:
        """Send a letter, and remove its code if that fails, so that the next request sends another at once."""
        try:
            await self._messengers[code.channel].send(letter)
        except BaseException:  # also if the caller went away
            await self._register.drop_code(code)
            raise
        await self._register.code_sent(code)

    async def spend(self, row: DecisionRow, person: Person, code: str, now: datetime) -> DecisionRow:
        """Spend a code on one decision and return the decision marked with it: sent again, it needs no other code.

        Raises:
            NotPermitted: it is wrong, or there is none to spend.
            TooMany: too many wrong ones were tried; this one was not checked.

        """
        digest = self._digest(row.case_id, person, code)
        match await self._register.spend_code(row.case_id, person.id, digest, now, row.update_id):
            case CapReached() as cap:
                raise TooMany("too_many_tries", minutes=cap.minutes(now), seconds=cap.seconds(now))
            case CodeTry.WRONG:
                raise NotPermitted("wrong_code", who=person.id)
            case CodeTry.NONE:
                raise NotPermitted("no_code", who=person.id)
            case CodeTry.RIGHT:
                return row.model_copy(update={"second_factor": True})

    def _channel(self, person: Person, via: str | None) -> str:
        reaching = [name for name in ORDER if name in person.addresses and name in self._messengers and name != via]
        if not reaching:
            raise Unfit("no_second_channel", who=person.id)
        return reaching[0]

    def _letter(self, case: CaseRow, person: Person, made: Code, code: str) -> Letter:
        mode = self._office.terms.mode
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        text = current().say("code", code=code, number=case.number, minutes=int(LIVES.total_seconds()) // 60)
        return Letter(
            key=f"{case.case_id}/code/{person.id}/{made.made_at.timestamp():.6f}",  # two may be made within a second
            case_id=case.case_id,
            number=case.number,
            person=person.id,
            name=person.name,
            unit=person.unit,
            channel=made.channel,
            address=person.addresses[made.channel],
            subject=f"{mark}{current().phrase('code', 'subject', number=case.number)}",
            text=mark + text,
            mode=mode,
        )

    def _digest(self, case_id: str, person: Person, code: str) -> str:
        """Return the digest of a code. It holds the person's unit, seats and key: with one of them, the code ends.

        It is keyed: six digits are soon tried by whoever reads the register.
        """
        held = standing(person.unit, person.seats, person.key_digest)
        return hmac.new(self._key, f"{case_id}/{person.id}/{held}/{code}".encode(), hashlib.sha256).hexdigest()
