"""Admission over HTTP: a report or decision is let in by its source or key, before its body is read.

What is asked for every request is asynchronous: FastAPI runs anything else in a thread, of which there are few.
"""

from __future__ import annotations

import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.http.auth import Caller, Desk
from api.http.field_errors import FieldError, field_message
from api.http.idempotency import NAME
from api.http.problems import ProblemError
from api.http.source import network_around, source_of
from desk.admission.door import Door
from domain.office.office import Person
from domain.reports.sources import Source

UNGUESSABLE = 16
"""How many characters an idempotency key of somebody without a personal key has at least."""


@dataclass(frozen=True)
class Reporter:
    """Who hands in a report: the holder of a key, or somebody at a source."""

    person: Person | None
    source: str
    network: str
    door: Door

    @property
    def principal(self) -> str:
        """Return for whom alone an idempotency key counts."""
        return self.person.id if self.person else f"anonymous {self.source}"

    @property
    def counts_as(self) -> Source:
        """Return the source its reports of a claim are counted as."""
        return Source(unit=self.person.unit) if self.person else Source(network=self.network)

    def must_be_able_to_use(self, key: str | None) -> None:
        """Refuse an idempotency key that somebody else behind the same source could guess.

        Raises:
            ProblemError: 400 for a key that is too short.

        """
        if self.person is None and key is not None and len(key) < UNGUESSABLE:
            message = field_message("key_too_short", f"at least {UNGUESSABLE} characters", least=UNGUESSABLE)
            error = FieldError(parameter=NAME, message=message, value=len(key), allowed=[f"min_length {UNGUESSABLE}"])
            raise ProblemError(400, "key_invalid", errors=[error])

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Return a turn at the intake: of the public, or of those with a personal key; it may be refused (TooMany)."""
        return self.door.intake.turn() if self.person is None else self.door.turn_of(self.person)


async def admitted_reporter(request: Request, desk: Desk, who: Caller) -> Reporter:
    """Return who hands in a report.

    Raises:
        TooMany: more are handed in by this key, from this source or from all sources than the policy allows.

    """
    source = source_of(request, desk.office.policy.limits.ipv6_prefix)
    reporter = Reporter(who, source, network_around(request), _door(request))
    if who is None:
        reporter.door.report_from(reporter.source, time.monotonic())
    else:
        reporter.door.report_of(who, time.monotonic())
    return reporter


AdmittedReporter = Annotated[Reporter, Depends(admitted_reporter)]


def admit_decision(request: Request, who: Person) -> None:
    """Admit a decision.

    Raises:
        TooMany: the person has sent more within a second than the policy allows.

    """
    _door(request).decision_of(who, time.monotonic())


def reading_in_turn(request: Request) -> AbstractAsyncContextManager[None]:
    """Return a turn at reading reports, which needs no key."""
    return _door(request).reading.turn()


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
