"""Challenges that were given and not answered yet: each is answered once, within minutes, and there is a bound."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from datetime import datetime

from domain.access.passkeys import ANSWERED_WITHIN, Challenge, ChallengePurpose

REMEMBERED = 10_000
"""How many challenges wait at most; the oldest is forgotten first."""


class Challenges:
    """The challenges of one API process, by a ticket that goes with them."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Challenge] = OrderedDict()

    def give(self, purpose: ChallengePurpose, about: str, now: datetime) -> tuple[str, Challenge]:
        """Return a new challenge with its ticket."""
        challenge = Challenge(
            text=secrets.token_urlsafe(32), purpose=purpose, about=about, expires_at=now + ANSWERED_WITHIN
        )
        ticket = secrets.token_urlsafe(18)
        self._open[ticket] = challenge
        while len(self._open) > REMEMBERED:
            self._open.popitem(last=False)
        return ticket, challenge

    def take(self, ticket: str, purpose: ChallengePurpose, about: str, now: datetime) -> Challenge | None:
        """Return the challenge of a ticket, which is spent by that; None if it was given for something else."""
        challenge = self._open.pop(ticket, None)
        if challenge is None or challenge.expires_at <= now:
            return None
        return challenge if (challenge.purpose, challenge.about) == (purpose, about) else None
