"""What one silent lead does to the first word: the steps of a level in a row, with a request that expires between."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from domain.clocks.clock import Clock
from domain.clocks.time_account import TimeAccount
from domain.terms import LevelTerms
from domain.vocabulary import ClockName, Level
from domain.worktime.working_time import WorkingTime

AFTERWARDS = (ClockName.TRIAGE, ClockName.ANSWER, ClockName.DRAFT, ClockName.APPROVAL, ClockName.PUBLISH)


class SilentLead(NamedTuple):
    """When the first word is out if the first lead stays silent, and when it is due."""

    out: datetime
    due: datetime

    @property
    def late(self) -> bool:
        """Return whether one silence breaks the response."""
        return self.out > self.due


def after_one_silence(level: Level, terms: LevelTerms, time: WorkingTime, begun: datetime) -> SilentLead:
    """Return what becomes of the response of a case begun at an instant, if every step takes all its time."""
    at = _expiry(level, terms, time, _due(ClockName.TRIAGE, terms, time, begun))
    for name in AFTERWARDS:
        at = _due(name, terms, time, at)
    return SilentLead(out=at, due=_due(ClockName.RESPONSE, terms, time, begun))


def _due(name: ClockName, terms: LevelTerms, time: WorkingTime, begun: datetime) -> datetime:
    return TimeAccount.begun(terms.budgets[name], begun).due(time)


def _expiry(level: Level, terms: LevelTerms, time: WorkingTime, begun: datetime) -> datetime:
    account = TimeAccount.begun(terms.budgets[ClockName.ACCEPT], begun)
    clock = Clock(name=ClockName.ACCEPT, unit="", level=level, visit=1, account=account, due=begun)
    clock.reschedule(terms, time)
    if terms.expires_at_breach:
        return clock.due
    return time.after(max(clock.plan[-1], clock.due), terms.min_gap)
