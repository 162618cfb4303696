"""The second factor of a signature: a six-digit code sent by another channel than the link or key in use."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from domain.access.signing_codes import LIVES, ON_ITS_WAY, CapReached, Code, CodeDelivery, CodeTry
from domain.access.standing import standing
from domain.errors import NotAdmitted, NotPermitted, RefusedForGood, TooMany, Unavailable, UnderWay, Unfit
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger, of_letters
from domain.ports.register import Register
from domain.ports.rows import CaseRow, DecisionRow
from domain.vocabulary import Mode
from texts.catalogue import current

log = structlog.get_logger(__name__)

ORDER = ("sms", "wecom", "mail")
"""Channels in the order they are tried; those that reach the person directly come first. Nobody reads out a code."""

PASSKEY = "passkey"
"""The channel of a code that no letter brought: a passkey was proven for it."""


WAIT = 3.0
"""Seconds whoever asks for a code waits for its channel; the code goes on without them."""

AGAIN = 0.5
"""Seconds until a channel that has a code under way is asked again what became of it."""


class Bringing(NamedTuple):
    """A code that is being sent."""

    code: Code
    task: asyncio.Task[Code]


class SecondFactor:
    """What sends codes and checks them; only the digest of a code is kept, and no code is ever in a history."""

    def __init__(self, register: Register, office: Office, messengers: Mapping[str, Messenger], key: bytes) -> None:
        self._register, self._office, self._messengers, self._key = register, office, of_letters(messengers), key
        self._under_way: dict[tuple[str, str], Bringing] = {}
        """The codes that are being sent, by case and person: one who asks again waits for the same."""

    async def send(self, case: CaseRow, person: Person, via: str | None, now: datetime) -> CodeDelivery:
        """Send a new code by a channel other than `via`, or return the delivery of the one just sent.

        `via` is the channel the person came by; None if it was none. A channel that refuses it is followed by the next.
        If a channel takes its time, the code is on its way, and valid from when it was handed over.

        Raises:
            Unfit: the person can be reached by no other channel.
            TooMany: too many codes were requested; it says when one may be requested again.
            Unavailable: the channel or the register does not answer, and no new code is valid.

        """
        channels = self._channels(person, via)
        if (under_way := self._under_way.get((case.case_id, person.id))) is not None:
            return await _waited(under_way)
        code = f"{secrets.randbelow(10**6):06d}"
        made = Code(
            case_id=case.case_id,
            person=person.id,
            channel=channels[0],
            digest=self._digest(case.case_id, person, code),
            made_at=now,
            expires_at=now + ON_ITS_WAY + LIVES,
        )
        kept = await self._register.keep_code(made)
        if isinstance(kept, CapReached):
            raise TooMany("too_many_codes", minutes=kept.minutes(now), seconds=kept.seconds(now))
        if kept is not made:
            return _delivery(kept)
        return await _waited(self._begin(case, person, made, code, channels))

    def _begin(self, case: CaseRow, person: Person, made: Code, code: str, channels: Sequence[str]) -> Bringing:
        """Begin to send a code; that goes on if whoever asked for it goes away."""
        own = (case.case_id, person.id)
        task = asyncio.create_task(self._bring(case, person, made, code, channels))
        self._under_way[own] = bringing = Bringing(made, task)
        task.add_done_callback(lambda _: self._under_way.pop(own))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # whoever asked may be gone
        return bringing

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

    async def _bring(self, case: CaseRow, person: Person, made: Code, code: str, channels: Sequence[str]) -> Code:
        """Send a code by the first channel that does not refuse it; return it as it was sent."""
        begun = time.monotonic()
        for n, channel in enumerate(channels, start=1):
            if n > 1:
                made = made.model_copy(update={"channel": channel})
                if await self._register.keep_code(made) is not made:
                    raise Unavailable("second factor: another code was requested meanwhile")
            try:
                await self._carry(made, self._letter(case, person, made, code))
            except (RefusedForGood, NotAdmitted) as refused:
                log.warning("code.refused", case_id=case.case_id, channel=channel, reason=type(refused).__name__)
                if n == len(channels):
                    raise
            else:
                break
        taken = made.made_at + timedelta(seconds=int(time.monotonic() - begun))
        sent = made.model_copy(update={"sent": True, "expires_at": taken + LIVES})
        await self._register.code_sent(sent)
        return sent

    async def _carry(self, code: Code, letter: Letter) -> None:
        """Send a letter, however slow its receiver is; remove its code if that fails, so that another may be asked for.

        A code that is no longer good once it arrives is not waited for.
        """
        end = time.monotonic() + ON_ITS_WAY.total_seconds()
        try:
            while True:
                try:
                    return await self._messengers[code.channel].send(letter)
                except UnderWay:
                    if time.monotonic() >= end:
                        raise
                    await asyncio.sleep(AGAIN)
        except BaseException:
            await self._register.drop_code(code)
            raise

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

    def _channels(self, person: Person, via: str | None) -> list[str]:
        reaching = [name for name in ORDER if name in person.addresses and name in self._messengers and name != via]
        if not reaching:
            raise Unfit("no_second_channel", who=person.id)
        return reaching

    def _letter(self, case: CaseRow, person: Person, made: Code, code: str) -> Letter:
        mode = self._office.terms.mode
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        text = current().say("code", code=code, number=case.number, minutes=int(LIVES.total_seconds()) // 60)
        return Letter(
            # two may be made within a second, and one may go by a second channel
            key=f"{case.case_id}/code/{person.id}/{made.made_at.timestamp():.6f}/{made.channel}",
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


async def _waited(bringing: Bringing) -> CodeDelivery:
    """Return the delivery of a code, waiting a little for its channel."""
    await asyncio.wait({bringing.task}, timeout=WAIT)
    return _delivery(bringing.task.result() if bringing.task.done() else bringing.code)


def _delivery(code: Code) -> CodeDelivery:
    return CodeDelivery(channel=code.channel, expires_at=code.expires_at, on_its_way=not code.sent)
