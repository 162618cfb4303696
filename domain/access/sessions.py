"""Sessions of people who have logged in: how long one lives, and what ends it (docs/design.md, Persons and proof)."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from domain.values import Frozen

IDLE, WHOLE = timedelta(minutes=30), timedelta(hours=10)
"""How long a session lives without use, and in all."""

SEEN_AGAIN = timedelta(minutes=1)
"""A session used again within this time is not written anew."""


class LoginWay(StrEnum):
    """The ways to log in."""

    KEY = "key"
    PASSKEY = "passkey"


class Session(Frozen):
    """One login of a person; its cookie is kept as a SHA-256 only.

    `mark` is the beginning of the digest of the key the person had then. `csrf` is what forms of this session carry.
    `mobile` is whether it was begun on a phone.
    """

    session_id: str
    token_digest: str
    person: str
    mark: str
    csrf: str
    way: LoginWay
    mobile: bool
    begun_at: datetime
    seen_at: datetime

    def alive(self, now: datetime) -> bool:
        """Return whether its time has not run out."""
        return now - self.seen_at < IDLE and now - self.begun_at < WHOLE

    def is_of(self, key_digest: str | None) -> bool:
        """Return whether its person still has the key of then."""
        return bool(key_digest) and self.mark == mark_of(key_digest)

    def guards(self, token: str) -> bool:
        """Return whether a form was made for this session."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


def mark_of(key_digest: str | None) -> str:
    """Return what a session keeps of the key its person had."""
    return (key_digest or "")[:16]
