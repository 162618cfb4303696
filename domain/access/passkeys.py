"""Passkeys: what is kept of one, and what a challenge was given for (docs/design.md, Persons and proof)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from domain.access.sessions import mark_of
from domain.values import Frozen

MOST = 10
"""How many passkeys a person may have."""
ANSWERED_WITHIN = timedelta(minutes=5)
"""How long a challenge may be answered."""


class ChallengePurpose(StrEnum):
    """What a challenge is answered for."""

    REGISTER = "register"
    LOGIN = "login"
    SIGN = "sign"


class Passkey(Frozen):
    """A passkey of a person; `public_key` proves its answers, and `uses` is the count its device told last.

    `mark` is the beginning of the digest of the personal key with which it was registered: it ends with that key.
    """

    credential_id: str
    person: str
    mark: str
    public_key: str
    uses: int
    made_at: datetime

    def is_of(self, key_digest: str | None) -> bool:
        """Return whether its person still has the personal key of then."""
        return bool(key_digest) and self.mark == mark_of(key_digest)


class Challenge(Frozen):
    """A random text that is answered once: `about` is the person, with the case if it is for a signature."""

    text: str
    purpose: ChallengePurpose
    about: str
    expires_at: datetime
