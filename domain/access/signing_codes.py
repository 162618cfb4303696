"""Codes that prove a second channel: how long one is good, and how many may be asked for and tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.values import Frozen

LIVES = timedelta(minutes=10)
TRIES = 5
PAUSE = timedelta(seconds=30)
"""A code asked for again within this time is the one that has just been made."""


class Cap(NamedTuple):
    """Allow at most `most` in any span of `within`."""

    most: int
    within: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)

ASKING = (Cap(5, HOUR), Cap(20, DAY))
"""Codes that went out to one person for one case; one whose sending failed is not counted.

With five tries each, a thief of a link has some 300 guesses in its 72 h, of a million.
"""

TRYING = (Cap(10, HOUR),)
"""Wrong tries of one person on one case, whichever code they were for."""

REMEMBERED = max(cap.within for cap in (*ASKING, *TRYING))
"""How long what was asked and tried is kept: until no cap looks at it any more."""


class Use(StrEnum):
    """Say what is counted of codes."""

    ASKED = "asked"
    WRONG = "wrong"


class Code(Frozen):
    """Be a code that proves a person has a second channel; only its digest is kept.

    `sent` is false while the channel has not said that it took the letter.
    """

    case_id: str
    person: str
    channel: str
    digest: str
    made_at: datetime
    expires_at: datetime
    tries: int = TRIES
    sent: bool = False


class CodeDelivery(Frozen):
    """Say by which channel a code went, and until when it is good."""

    channel: str
    expires_at: datetime


class CodeTry(StrEnum):
    """Say how a try of a code ended; `none`: there is none, it has expired, or its tries are used up."""

    RIGHT = "right"
    WRONG = "wrong"
    NONE = "none"


class CapReached(Frozen):
    """Say that a cap is reached, and when it opens."""

    opens_at: datetime

    def seconds(self, now: datetime) -> int:
        """Return how long that is from `now`, in whole seconds, at least one."""
        return max(1, -((now - self.opens_at) // timedelta(seconds=1)))

    def minutes(self, now: datetime) -> int:
        """Return the same in whole minutes, as officers read it."""
        return -(-self.seconds(now) // 60)


def held(uses: Sequence[datetime], caps: Sequence[Cap], now: datetime) -> CapReached | None:
    """Tell whether one more use is over a cap, given the instants of those before; each leaves its span by itself."""
    latest = sorted(uses, reverse=True)
    opens = [latest[cap.most - 1] + cap.within for cap in caps if len(latest) >= cap.most]
    opens_at = max(opens, default=now)
    return CapReached(opens_at=opens_at) if opens_at > now else None


def just_made(code: Code, now: datetime) -> bool:
    """Tell whether a code stands for another one asked for now; one without tries left is good for nothing."""
    return code.made_at > now - PAUSE and code.tries > 0


def tried(code: Code | None, digest: str, wrong: Sequence[datetime], now: datetime) -> CodeTry | CapReached:
    """Judge one try of a code; at the cap it is not looked at, so that the answer tells nothing of it."""
    if at_cap := held(wrong, TRYING, now):
        return at_cap
    if code is None or code.expires_at <= now or code.tries <= 0:
        return CodeTry.NONE
    return CodeTry.RIGHT if code.digest == digest else CodeTry.WRONG
