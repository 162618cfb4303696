"""Passkeys at the desk: made in a session of the personal key, used to log in and to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from desk.access.challenges import Challenges
from domain.access.passkeys import ChallengePurpose, Passkey
from domain.access.sessions import mark_of
from domain.errors import NotPermitted, Unfit
from domain.office.office import Office, Person
from domain.ports.passkeys import BadPasskey, PasskeyChecks, PasskeyStore


class PasskeyQuestion(NamedTuple):
    """What a browser is asked, as JSON, and the ticket that comes back with the answer."""

    ticket: str
    options: str


class Passkeys:
    """What makes, proves and removes passkeys; `office` gives the office as it stands when it is asked."""

    def __init__(self, store: PasskeyStore, checks: PasskeyChecks, office: Callable[[], Office]) -> None:
        self._store, self._checks, self._office = store, checks, office
        self._challenges = Challenges()

    @property
    def offered(self) -> bool:
        """Return whether passkeys can be used at the address of the program."""
        return self._checks.offered

    async def of_person(self, person: Person) -> Sequence[Passkey]:
        """Return the passkeys of a person that are still good, the oldest first."""
        return [one for one in await self._store.passkeys(person.id) if one.is_of(person.key_digest)]

    async def ask_to_register(self, person: Person, now: datetime) -> PasskeyQuestion:
        """Return what a browser is asked to make a passkey for a person."""
        ticket, challenge = self._challenges.give(ChallengePurpose.REGISTER, person.id, now)
        known = [one.credential_id for one in await self.of_person(person)]
        return PasskeyQuestion(ticket, self._checks.to_register(challenge.text, person.id, person.name, known))

    async def register(self, person: Person, ticket: str, answer: str, now: datetime) -> None:
        """Keep the passkey that a device made for a person.

        Raises:
            NotPermitted: it does not answer what was asked.
            Unfit: the person has too many.

        """
        challenge = self._challenges.take(ticket, ChallengePurpose.REGISTER, person.id, now)
        try:
            if challenge is None:
                raise BadPasskey
            made = self._checks.registered(answer, challenge.text)
        except BadPasskey:
            raise NotPermitted("wrong_passkey") from None
        passkey = Passkey(**made._asdict(), person=person.id, mark=mark_of(person.key_digest), made_at=now)
        if not await self._store.keep_passkey(passkey):
            raise Unfit("too_many_passkeys")

    async def remove(self, person: Person, credential_id: str) -> None:
        """Remove one passkey of a person."""
        await self._store.drop_passkey(person.id, credential_id)

    def ask_to_log_in(self, now: datetime) -> PasskeyQuestion:
        """Return what a browser is asked to log somebody in: which passkey, the person chooses there."""
        ticket, challenge = self._challenges.give(ChallengePurpose.LOGIN, "", now)
        return PasskeyQuestion(ticket, self._checks.to_prove(challenge.text, ()))

    async def log_in(self, ticket: str, answer: str, now: datetime) -> Person:
        """Return the person whose passkey answered.

        Raises:
            NotPermitted: it does not answer what was asked, or its person has left or has another personal key.

        """
        return await self._proved(ticket, ChallengePurpose.LOGIN, "", answer, now)

    async def ask_to_sign(self, person: Person, case: str, now: datetime) -> PasskeyQuestion:
        """Return what a browser is asked to let a person sign in a case.

        Raises:
            Unfit: the person has no passkey.

        """
        known = [one.credential_id for one in await self.of_person(person)]
        if not known:
            raise Unfit("no_passkey")
        ticket, challenge = self._challenges.give(ChallengePurpose.SIGN, f"{case}/{person.id}", now)
        return PasskeyQuestion(ticket, self._checks.to_prove(challenge.text, known))

    async def must_sign(self, person: Person, case: str, ticket: str, answer: str, now: datetime) -> None:
        """Refuse an answer that does not prove that a person wants to sign in a case.

        Raises:
            NotPermitted: it does not answer what was asked, or with somebody else's passkey.

        """
        proved = await self._proved(ticket, ChallengePurpose.SIGN, f"{case}/{person.id}", answer, now)
        if proved.id != person.id:
            raise NotPermitted("wrong_passkey")

    async def _proved(self, ticket: str, purpose: ChallengePurpose, about: str, answer: str, now: datetime) -> Person:
        challenge = self._challenges.take(ticket, purpose, about, now)
        try:
            if challenge is None:
                raise BadPasskey
            passkey = await self._store.passkey(self._checks.named(answer))
            if passkey is None or (person := self._holder(passkey, now)) is None:
                raise BadPasskey
            uses = self._checks.proved(answer, challenge.text, passkey)
        except BadPasskey:
            raise NotPermitted("wrong_passkey") from None
        if not await self._store.passkey_used(passkey.credential_id, uses):
            raise NotPermitted("wrong_passkey")
        return person

    def _holder(self, passkey: Passkey, now: datetime) -> Person | None:
        office = self._office()
        day = office.day(now)
        found = next((one for one in office.people if one.id == passkey.person and one.serves(day)), None)
        return found if found is not None and passkey.is_of(found.key_digest) else None
