"""The door: how often a source, a key or a person may hand something in, by the limits of the policy."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desk.admission.turns import NamedTurns, Turns
from domain.access.rates import Rate
from domain.errors import TooMany
from domain.office.limits import Limits
from domain.office.office import Person

EVERYBODY = ""
"""The one caller of the rate that counts all sources together."""

BURST = 10
"""How many anonymous reports may come within one second even if fewer are admitted a minute."""

AT_ONCE, WAITING = 4, 16
"""How many anonymous reports are taken in at the same time, and how many wait: the rest of the house has its own way
to the register and to Temporal, and never waits behind them."""

KEYS_AT_ONCE, KEYS_WAITING = 12, 256
"""The same for reports under personal keys, which never wait behind those of the public: a batch of a partner starts
many cases, and the worker would be busy with them while a decision waits."""

ONE_KEY_AT_ONCE = 4
"""How many of these are of one key: whoever sends a batch delays the own reports, and hardly those of others."""

READ_AT_ONCE, READ_WAITING = 4, 32
"""The same for anonymous readers of reports, who may cause a question to a case."""


class Door:
    """What admits reports and decisions of one process; it remembers in memory, and no more than its rates do.

    Times are seconds of any clock that never runs backwards.
    """

    def __init__(self, limits: Limits) -> None:
        self._of_source = Rate(limits.anonymous_per_source, 60)
        self._of_all = Rate(limits.anonymous_in_all, 60)
        self._of_all_now = Rate(max(BURST, math.ceil(limits.anonymous_in_all / 60)), 1)
        self._of_key = Rate(limits.reports_per_key, 60)
        self._of_officer = Rate(limits.decisions_per_second, 1)
        self.intake = Turns(AT_ONCE, WAITING, "too_many_reports_now")
        self._keyed = Turns(KEYS_AT_ONCE, KEYS_WAITING, "too_many_reports_now")
        self._of_one_key = NamedTurns(ONE_KEY_AT_ONCE, limits.reports_per_key, "too_many_reports_now")
        self.reading = Turns(READ_AT_ONCE, READ_WAITING, "too_many_reports_now")

    def report_from(self, source: str, now: float) -> None:
        """Admit a report without a key.

        Raises:
            TooMany: the source, or all sources together, have handed in too many within a minute, or many wait already.

        """
        self.intake.must_have_room()  # before anything is counted: what finds no room uses up nobody's share
        _within(self._of_source, source, now, "too_many_reports_here")
        _within(self._of_all_now, EVERYBODY, now, "too_many_reports_a_second")
        _within(self._of_all, EVERYBODY, now, "too_many_reports")
        self._of_source.take(source, now)
        self._of_all_now.take(EVERYBODY, now)
        self._of_all.take(EVERYBODY, now)

    def report_of(self, person: Person, now: float) -> None:
        """Admit a report under a personal key.

        Raises:
            TooMany: the key has been used for too many within a minute, or many reports under keys wait already.

        """
        self._keyed.must_have_room()
        _within(self._of_key, person.id, now, "too_many_reports_of_key")
        self._of_key.take(person.id, now)

    @asynccontextmanager
    async def turn_of(self, person: Person) -> AsyncIterator[None]:
        """Wait for a turn at the intake of reports under personal keys, behind the own ones first.

        Raises:
            TooMany: too many wait already.

        """
        async with self._of_one_key.turn(person.id), self._keyed.turn():
            yield

    def decision_of(self, person: Person, now: float) -> None:
        """Admit a decision of a person.

        Raises:
            TooMany: the person has sent too many within a second.

        """
        _within(self._of_officer, person.id, now, "too_many_decisions")
        self._of_officer.take(person.id, now)


def _within(rate: Rate, caller: str, now: float, code: str) -> None:
    if wait := rate.wait(caller, now):
        raise TooMany(code, tried=rate.limit + 1, limit=rate.limit, seconds=math.ceil(wait))
