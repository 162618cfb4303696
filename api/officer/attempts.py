"""Failed logins: whoever guesses has to wait, longer each time, and the office behind the same address has not.

A wrong key counts twice: for its beginning at that address, and for the address. Under the first count no key that
begins alike is looked at, so a known beginning cannot be tried through. Under the second only wrong keys are told to
wait: a right one from that address is let in.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NamedTuple

TRIES = 5
"""How many wrong keys are free."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""How long the fifth wrong key is waited out, and the most: each further one doubles it."""
FORGOTTEN = timedelta(hours=24)
"""How long after the last wrong key the count begins anew."""
PREFIX = 8
"""How many characters of a key are its beginning."""
REMEMBERED = 10_000
"""How many counts are kept at most."""


class FailedLogins(NamedTuple):
    """How many wrong keys there were, and when the last one."""

    wrong: int
    last: datetime

    def opens_at(self) -> datetime:
        """Return until when to wait."""
        over = self.wrong - TRIES
        return self.last + min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else self.last


class Attempts:
    """The failed logins by key prefix and address together, and by address; those that failed longest ago go first."""

    def __init__(self) -> None:
        self._failed: OrderedDict[tuple[str, str], FailedLogins] = OrderedDict()

    def wait(self, key: str, address: str, now: datetime) -> timedelta:
        """Return how long keys that begin like this one have to wait at this address; zero if not at all."""
        return self._left((key[:PREFIX], address), now)

    def wrong(self, key: str, address: str, now: datetime) -> timedelta:
        """Count a wrong key; return how long the address had to wait already, zero if it had not."""
        waits = self._left(("", address), now)
        for place in ((key[:PREFIX], address), ("", address)):
            before = self._failed.pop(place, FailedLogins(0, now))
            count = before.wrong if now - before.last < FORGOTTEN else 0
            self._failed[place] = FailedLogins(count + 1, now)
        while len(self._failed) > REMEMBERED:
            self._failed.popitem(last=False)
        return waits

    def right(self, key: str, address: str) -> None:
        """Forget the wrong keys that began like a right one: its holder had mistyped it."""
        self._failed.pop((key[:PREFIX], address), None)

    def _left(self, place: tuple[str, str], now: datetime) -> timedelta:
        failed = self._failed.get(place)
        return max(failed.opens_at() - now, timedelta()) if failed else timedelta()
