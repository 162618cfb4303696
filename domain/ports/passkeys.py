"""What checks passkeys, and what stores them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from domain.access.passkeys import Passkey


class BadPasskey(Exception):
    """Raised when an answer does not prove what it has to."""


class NewCredential(NamedTuple):
    """What a device made for a new passkey."""

    credential_id: str
    public_key: str
    uses: int


class PasskeyChecks(Protocol):
    """The check of answers by one host; options and answers are JSON as browsers have them."""

    @property
    def offered(self) -> bool:
        """Return whether browsers use passkeys at the address people reach the program by: not at an IP address."""

    def to_register(self, challenge: str, person: str, name: str, known: Sequence[str]) -> str:
        """Return the options for making a passkey."""

    def registered(self, answer: str, challenge: str) -> NewCredential:
        """Return what a device made.

        Raises:
            BadPasskey: it does not answer this challenge, or without the holder's finger, face or PIN.

        """

    def to_prove(self, challenge: str, known: Sequence[str]) -> str:
        """Return the options for proving that one has one of `known`; any, if it is empty."""

    def named(self, answer: str) -> str:
        """Return the id of the passkey an answer was made with; nothing is proven by that.

        Raises:
            BadPasskey: it is no answer.

        """

    def proved(self, answer: str, challenge: str, passkey: Passkey) -> int:
        """Return the number of uses that the device tells.

        Raises:
            BadPasskey: it does not answer this challenge with this passkey, or the device was copied.

        """


class PasskeyStore(Protocol):
    """The store of passkeys."""

    async def keep_passkey(self, passkey: Passkey) -> bool:
        """Store a passkey; return whether it is new and its person has not too many."""

    async def passkey(self, credential_id: str) -> Passkey | None:
        """Return a passkey; None if there is none of that id."""

    async def passkeys(self, person: str) -> list[Passkey]:
        """Return the passkeys of a person, the oldest first."""

    async def passkey_used(self, credential_id: str, uses: int) -> bool:
        """Record the uses a device told; return whether they had not been told before."""

    async def drop_passkey(self, person: str, credential_id: str) -> None:
        """Remove a passkey of a person."""
