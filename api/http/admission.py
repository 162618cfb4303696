"""Admission over HTTP: a report or decision is let in by its source or key, before its body is read.

What is asked for every request is asynchronous: FastAPI runs anything else in a thread, of which there are few.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.http.auth import Caller, Desk
from api.http.field_errors import FieldError, field_message
from api.http.idempotency import NAME
from api.http.problems import ProblemError
from api.http.source import source_of
from desk.admission.door import Door
from domain.office.office import Person

UNGUESSABLE = 16
"""How many characters an idempotency key of somebody without a personal key has at least."""


@dataclass(frozen=True)
class Reporter:
    """Who hands in a report: the holder of a key, or somebody at a source."""

    person: Person | None
    source: str
    door: Door

    @property
    def principal(self) -> str:
        """Return for whom alone an idempotency key counts."""
        return self.person.id if self.person else f"anonymous {self.source}"

    def must_be_able_to_use(self, key: str | None) -> None:
        """Refuse an idempotency key that somebody else behind the same source could guess.

        Raises:
            ProblemError: 400 for a key that is too short.

        """
        if self.person is None and key is not None and len(key) < UNGUESSABLE:
            message = field_message("key_too_short", f"at least {UNGUESSABLE} characters", least=UNGUESSABLE)
            error = FieldError(parameter=NAME, message=message, value=len(key), allowed=[f"min_length {UNGUESSABLE}"])
            raise ProblemError(400, "key_invalid", errors=[error])

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn at the intake of anonymous reports; a personal key needs none.

        Raises:
            TooMany: too many wait already.

        """
        if self.person is not None:
            yield
            return
        async with self.door.intake.turn():
            yield


async def admitted_reporter(request: Request, desk: Desk, who: Caller) -> Reporter:
    """Return who hands in a report.

    Raises:
        TooMany: more are handed in by this key, from this source or from all sources than the policy allows.

    """
    reporter = Reporter(who, source_of(request, desk.office.policy.limits.ipv6_prefix), _door(request))
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
