"""A clock: a budget of time that runs, is owed by one unit, and rings the rungs of its level's ladder."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel

from domain.terms import Frozen, LevelTerms, Rung
from domain.words import ClockName, Level, Seat

LATE = timedelta(minutes=1)
"""A rung that rings this much after its plan counts as late: the next level then keeps its minimum gap."""


class Acknowledgement(Frozen):
    """Say who has taken a clock in hand, at which rung, and until when that holds back the ladder."""

    unit: str
    seat: Seat | None = None
    rung: int
    until: datetime


class Clock(BaseModel):
    """Be one running or stopped budget.

    `unit` owes it. `rung` counts the rungs of the ladder that rang. `generation` grows whenever the clock is armed
    anew for the same purpose and unit: keys of its notices contain it.
    """

    name: ClockName
    unit: str
    level: Level
    visit: int
    generation: int = 1
    started: datetime
    budget: timedelta
    rung: int = 0
    last_rang: datetime | None = None
    rang_late: bool = False
    paced: bool = False
    breached: datetime | None = None
    stopped: datetime | None = None
    acknowledged: Acknowledgement | None = None

    @property
    def due(self) -> datetime:
        """Tell when the budget is used up."""
        return self.started + self.budget

    @property
    def running(self) -> bool:
        """Tell whether the clock still runs."""
        return self.stopped is None

    @property
    def key(self) -> str:
        """Name the clock inside its case, the same in every run and attempt."""
        return f"v{self.visit}/{self.name}:{self.unit}/g{self.generation}"

    def next_rung(self, level: LevelTerms) -> tuple[datetime, Rung] | None:
        """Tell the next rung and when it rings; None when stopped or when the ladder has rung out.

        Rungs that passed together ring together; the one after a late ring keeps the minimum gap; an
        acknowledgement holds everything above it until it expires (DESIGN rules 5 and 7).
        """
        if not self.running or self.rung >= len(level.ladder):
            return None
        rung = level.ladder[self.rung]
        at = planned = rung.planned(self.started, self.budget)
        if self.last_rang and (self.paced or (self.rang_late and planned > self.last_rang)):
            at = max(at, self.last_rang + level.min_gap)
        if self.acknowledged:
            at = max(at, self.acknowledged.until)
        return at, rung

    def next_instant(self, level: LevelTerms) -> datetime | None:
        """Tell when this clock next needs attention: a rung, its breach, or the end of an acknowledgement."""
        if not self.running:
            return None
        instants = [self.due] if self.breached is None else []
        if self.acknowledged:
            instants.append(self.acknowledged.until)
        if (upcoming := self.next_rung(level)) is not None:
            instants.append(upcoming[0])
        elif (end := self.expires(level)) is not None:
            instants.append(end)
        return min(instants, default=None)

    def expires(self, level: LevelTerms) -> datetime | None:
        """Tell when a request nobody acts on ends: a minimum gap after the last rung of its ladder.

        Whoever was rung last has that long to act; an acknowledgement holds it back as it holds a rung (rule 10).
        None: the clock belongs to no request, or its ladder has not rung out.
        """
        if self.name not in (ClockName.ACCEPT, ClockName.ANSWER) or self.rung < len(level.ladder):
            return None
        end = max(self.last_rang or self.due, self.due) + level.min_gap
        return max(end, self.acknowledged.until) if self.acknowledged else end

    def go_on_from(self, old: Clock, ladder: tuple[Rung, ...], now: datetime) -> None:
        """Take over what an earlier clock consumed and rang, so that a new owner or round costs and buys no time.

        Under another level the rungs are counted anew, as in `rearm`.
        """
        self.started, self.breached = old.started, old.breached
        self.rung, self.last_rang, self.rang_late, self.paced = old.rung, old.last_rang, old.rang_late, old.paced
        if self.level is not old.level:
            self.rung = min(self.rung, self._past(ladder, now))
        if self.rung >= len(ladder):  # whoever takes it on has the minimum gap before it ends
            self.last_rang = now

    def _past(self, ladder: tuple[Rung, ...], now: datetime) -> int:
        return sum(1 for rung in ladder if rung.planned(self.started, self.budget) <= now)

    def rearm(self, level: Level, budget: timedelta, ladder: tuple[Rung, ...], now: datetime) -> None:
        """Give the clock another level's budget; what was consumed stays consumed (rules 8 and 9).

        Rungs that rang and lie in the past stay rung; rungs that moved into the future may ring again.
        """
        self.level, self.budget = level, budget
        self.generation += 1
        self.rung = min(self.rung, self._past(ladder, now))
        self.acknowledged = None
        if self.rung >= len(ladder):  # nobody was called under this level yet: they have the minimum gap
            self.last_rang = now
