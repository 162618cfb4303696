"""A clock: a budget of time that runs, is owed by one unit, and rings the rungs of its level's ladder."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel

from domain.clocks.time_account import TimeAccount
from domain.terms import LevelTerms, Rung
from domain.values import Frozen
from domain.vocabulary import ClockName, Level, Seat
from domain.worktime.quiet_hours import URGES
from domain.worktime.working_time import TimeUnit, WorkingTime

LATE = timedelta(minutes=1)
"""A rung that rings this much after its plan counts as late: the next level then keeps its minimum gap."""


class Acknowledgement(Frozen):
    """Say who has taken a clock in hand, at which rung, and until when that holds back the ladder."""

    unit: str
    seat: Seat | None = None
    rung: int
    at: datetime
    until: datetime


class Clock(BaseModel):
    """Be one budget, running, standing still or stopped.

    `unit` owes it. `due`, `plan` (the instants of the rungs) and `provisional` (due where the calendar is not
    known yet) follow from the ledger (`reckon`). `rung` counts the
    rungs of the ladder that rang. `generation` grows whenever the clock is armed anew for the same purpose and unit:
    keys of its notices contain it.
    """

    name: ClockName
    unit: str
    level: Level
    visit: int
    generation: int = 1
    ledger: TimeAccount
    due: datetime
    plan: tuple[datetime, ...] = ()
    provisional: bool = False
    extended: bool = False
    rung: int = 0
    last_rang: datetime | None = None
    rang_late: bool = False
    paced: bool = False
    breached: datetime | None = None
    stopped: datetime | None = None
    acknowledged: Acknowledgement | None = None
    calls: datetime | None = None
    """Since when a phone task of the last rung has no log; None where none is out."""

    @property
    def started(self) -> datetime:
        """Tell when the budget began."""
        return self.ledger.origin

    @property
    def running(self) -> bool:
        """Tell whether the clock is still owed, be it standing still meanwhile."""
        return self.stopped is None

    @property
    def paused(self) -> bool:
        """Tell whether it stands still; it is never overdue then."""
        return self.running and self.ledger.since is None

    @property
    def key(self) -> str:
        """Name the clock inside its case, the same in every run and attempt."""
        return f"{self.stem}{self.generation}"

    @property
    def stem(self) -> str:
        """Name what the keys of all its generations begin with."""
        return f"v{self.visit}/{self.name}:{self.unit}/g"

    def reckon(self, level: LevelTerms, time: WorkingTime, resumes: datetime | None = None) -> None:
        """Set the due instant and those of the rungs; `resumes` is when a clock that stands still is to run again."""
        self.due = self.ledger.due(time, resumes)
        self.provisional = self.ledger.budget.unit is not TimeUnit.WALL and time.provisional(self.due)
        plan = self.ledger.plan(time, level.ladder, resumes)
        self.plan = tuple(self._heard(at, rung, level, time) for at, rung in zip(plan, level.ladder, strict=True))

    def _heard(self, at: datetime, rung: Rung, level: LevelTerms, time: WorkingTime) -> datetime:
        """Move a reminder out of the quiet hours, never past the due instant."""
        if level.quiet is None or rung.kind not in URGES or at >= self.due:
            return at
        return min(level.quiet.opening(time, at), self.due)

    def next_rung(self, level: LevelTerms, time: WorkingTime) -> tuple[datetime, Rung] | None:
        """Tell the next rung and when it rings; None when it stands still, is stopped, or the ladder has rung out.

        Rungs that passed together ring together; the one after a late ring keeps the minimum gap; an
        acknowledgement holds everything above it until it expires (DESIGN rules 5 and 7). A call nobody logs within
        the minimum gap rings the next one at once (rule 4).
        """
        if not self.running or self.paused or self.rung >= len(level.ladder):
            return None
        at = planned = self.plan[self.rung]
        if self.last_rang and (self.paced or (self.rang_late and planned > self.last_rang)):
            at = max(at, time.after(self.last_rang, level.min_gap))
        if self.calls is not None:
            at = min(at, time.after(self.calls, level.min_gap))
        if self.acknowledged:
            at = max(at, self.acknowledged.until)
        return at, level.ladder[self.rung]

    def next_instant(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Tell when this clock next needs attention: a rung, its breach, or the end of an acknowledgement."""
        if not self.running or self.paused:
            return None
        instants = [self.due] if self.breached is None else []
        if self.acknowledged:
            instants.append(self.acknowledged.until)
        if (upcoming := self.next_rung(level, time)) is not None:
            instants.append(upcoming[0])
        elif (end := self.expires(level, time)) is not None:
            instants.append(end)
        return min(instants, default=None)

    def expires(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Tell when a request nobody acts on ends: a minimum gap after the last rung of its ladder.

        Whoever was rung last has that long to act; an acknowledgement holds it back as it holds a rung (rule 10).
        None: the clock belongs to no request, or its ladder has not rung out.
        """
        if self.name not in (ClockName.ACCEPT, ClockName.ANSWER) or self.rung < len(level.ladder):
            return None
        end = time.after(max(self.last_rang or self.due, self.due), level.min_gap)
        return max(end, self.acknowledged.until) if self.acknowledged else end

    def continue_from(self, old: Clock, now: datetime) -> None:
        """Take over the account and what rang of an earlier clock: a new owner or round costs and buys no time.

        An extension is handed on with it, and still the only one; under another level the budget is that level's.
        Time in which the earlier one was stopped is not counted. Call `settle` once it is reckoned.
        """
        budget = old.ledger.budget if old.level is self.level else self.ledger.budget
        self.ledger = old.ledger.under(budget).going(now)
        self.breached, self.extended = old.breached, old.extended
        self.rung, self.last_rang, self.rang_late, self.paced = old.rung, old.last_rang, old.rang_late, old.paced

    def rearm(
        self, level: Level, terms: LevelTerms, time: WorkingTime, now: datetime, resumes: datetime | None
    ) -> None:
        """Give the clock another level's budget; what was consumed is measured again and stays consumed (rule 8)."""
        self.level = level
        self.move(self.ledger.under(terms.budgets[self.name]), terms, time, now, resumes)

    def move(
        self, ledger: TimeAccount, terms: LevelTerms, time: WorkingTime, now: datetime, resumes: datetime | None = None
    ) -> None:
        """Go on by another account as the next generation: rungs moved into the future may ring again (rule 9)."""
        self.ledger = ledger if ledger.since is None else ledger.going(now)
        self.reckon(terms, time, resumes)
        self.renew(now)
        self.acknowledged = None

    def renew(self, now: datetime) -> None:
        """Begin the next generation by the instants just reckoned."""
        self.generation += 1
        self.settle(now, anew=True)

    def hold_on(self, since: datetime, until: datetime) -> None:
        """Let an acknowledgement live longer by the time the clock stood still."""
        if self.acknowledged is not None and self.acknowledged.at < until:
            until = self.acknowledged.until + (until - max(since, self.acknowledged.at))
            self.acknowledged = self.acknowledged.model_copy(update={"until": until})

    def settle(self, now: datetime, *, anew: bool = False) -> None:
        """Count, after a reckoning, which rungs stay rung: those that rang and lie in the past (rule 9).

        `anew` says that the ladder is another one or its instants moved. Whoever takes on a ladder that has rung out
        has the minimum gap before it ends.
        """
        if anew:
            passed = sum(1 for instant in self.plan if instant <= now)
            if passed < self.rung:  # the ladder begins anew: a call of the one before is not waited for
                self.rung, self.calls = passed, None
        if self.rung >= len(self.plan):
            self.last_rang = now

    def stop(self, now: datetime) -> None:
        """Stop for good."""
        self.ledger, self.stopped = self.ledger.halted(now), now
