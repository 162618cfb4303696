"""Codes that prove a second channel: how long one is valid, and how many may be requested and tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from domain.values import Frozen, is_empty

LIVES = timedelta(minutes=10)
"""How long a code is valid once its channel has taken it."""
ON_ITS_WAY = timedelta(minutes=15)
"""How long a channel may take for a code; until then it is valid as well."""
TRIES = 5
"""How many tries a code has."""
PAUSE = timedelta(seconds=30)
"""A code requested again within this time is the one that was just made."""


class Cap(NamedTuple):
    """A limit of at most `most` uses in any span of `within`."""

    most: int
    within: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)

ASKING = (Cap(5, HOUR), Cap(20, DAY))
"""The limits on codes sent to one person for one case; a code whose sending failed is not counted.

With five tries each, a thief of a link has some 300 guesses in its 72 h, of a million.
"""

TRYING = (Cap(10, HOUR),)
"""The limits on wrong tries of one person on one case, whichever code they were for."""

REMEMBERED = max(cap.within for cap in (*ASKING, *TRYING))
"""How long requests and tries are kept: until no limit counts them any more."""


class Use(StrEnum):
    """The uses of codes that are counted."""

    ASKED = "asked"
    WRONG = "wrong"


class Code(Frozen):
    """A code that proves a person has a second channel; only its digest is kept.

    `tries` are those left. `sent` is false until the channel has reported that it took the letter.
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
    """The channel by which a code was sent, and until when it is valid at most.

    `on_its_way` is whether the channel has not taken it yet.
    """

    channel: str
    expires_at: datetime
    on_its_way: bool = Field(default=False, exclude_if=is_empty)


class CodeTry(StrEnum):
    """How a try of a code ended; `none`: there is no code, it has expired, or its tries are used up."""

    RIGHT = "right"
    WRONG = "wrong"
    NONE = "none"


class CapReached(Frozen):
    """The answer that a limit is reached, and when it opens again."""

    opens_at: datetime

    def seconds(self, now: datetime) -> int:
        """Return the time from `now` until it opens, in whole seconds, at least 1."""
        return max(1, -((now - self.opens_at) // timedelta(seconds=1)))

    def minutes(self, now: datetime) -> int:
        """Return the time from `now` until it opens, in whole minutes, rounded up."""
        return -(-self.seconds(now) // 60)


def held(uses: Sequence[datetime], caps: Sequence[Cap], now: datetime) -> CapReached | None:
    """Return the limit that one more use would exceed, given the instants of earlier uses; None if there is none.

    Each use stops counting by itself once its span has passed.
    """
    latest = sorted(uses, reverse=True)
    opens = [latest[cap.most - 1] + cap.within for cap in caps if len(latest) >= cap.most]
    opens_at = max(opens, default=now)
    return CapReached(opens_at=opens_at) if opens_at > now else None


def just_made(code: Code, now: datetime) -> bool:
    """Return whether a code may stand for another one requested now; a code without tries left may not."""
    return code.made_at > now - PAUSE and code.tries > 0


def tried(code: Code | None, digest: str, wrong: Sequence[datetime], now: datetime) -> CodeTry | CapReached:
    """Return the result of one try of a code.

    At the limit the code is not compared, so that the answer reveals nothing about it.
    """
    if at_cap := held(wrong, TRYING, now):
        return at_cap
    if code is None or code.expires_at <= now or code.tries <= 0:
        return CodeTry.NONE
    return CodeTry.RIGHT if code.digest == digest else CodeTry.WRONG
