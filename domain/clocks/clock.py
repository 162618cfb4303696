"""A clock: a budget of time that one unit owes; while it runs, it rings the rungs of its level's ladder."""

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
"""A rung that rings this much after its planned instant is late; the next rung then keeps the minimum gap."""


class Acknowledgement(Frozen):
    """Who has taken a clock in hand, at which rung, and until when that holds the ladder (docs/design.md, rule 5)."""

    unit: str
    seat: Seat | None = None
    rung: int
    at: datetime
    until: datetime


class Clock(BaseModel):
    """One clock of a case: its budget, owner, generation and rungs.

    `unit` owes it. `due`, `plan` (the instants of the rungs) and `provisional` (`due` lies where the calendar is not
    known yet) follow from the ledger (`reschedule`). `rung` counts the rungs of the ladder that have rung. `generation`
    grows whenever the clock is armed again for the same purpose and unit; the keys of its notices contain it
    (docs/design.md, rule 9).
    """

    name: ClockName
    unit: str
    level: Level
    visit: int
    generation: int = 1
    account: TimeAccount
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
    """Since when a phone task of the last rung has had no log; None if none is open."""

    @property
    def started(self) -> datetime:
        """Return the instant the budget began."""
        return self.account.origin

    @property
    def running(self) -> bool:
        """Return whether the clock is still owed; a paused clock is."""
        return self.stopped is None

    @property
    def paused(self) -> bool:
        """Return whether the clock stands still; it is never overdue then."""
        return self.running and self.account.since is None

    @property
    def key(self) -> str:
        """Return the clock's name inside its case, the same in every run and attempt."""
        return f"{self.stem}{self.generation}"

    @property
    def stem(self) -> str:
        """Return the prefix that the keys of all its generations share."""
        return f"v{self.visit}/{self.name}:{self.unit}/g"

    def reschedule(self, level: LevelTerms, time: WorkingTime, resumes: datetime | None = None) -> None:
        """Set the due instant and those of the rungs; `resumes` is when a paused clock is expected to run again."""
        self.due = self.account.due(time, resumes)
        self.provisional = self.account.budget.unit is not TimeUnit.WALL and time.provisional(self.due)
        plan = self.account.plan(time, level.ladder, resumes)
        self.plan = tuple(
            self._after_quiet_hours(at, rung, level, time) for at, rung in zip(plan, level.ladder, strict=True)
        )

    def _after_quiet_hours(self, at: datetime, rung: Rung, level: LevelTerms, time: WorkingTime) -> datetime:
        """Return `at` moved out of the quiet hours if the rung is a reminder, never past the due instant."""
        if level.quiet is None or rung.kind not in URGES or at >= self.due:
            return at
        return min(level.quiet.opening(time, at), self.due)

    def next_rung(self, level: LevelTerms, time: WorkingTime) -> tuple[datetime, Rung] | None:
        """Return the next rung and when it rings; None if the clock is paused or stopped, or the ladder has rung out.

        Rungs that passed together ring together. The rung after a late one keeps the minimum gap. An acknowledgement
        holds every higher rung until it expires (docs/design.md, rules 5 and 7). A call that nobody logs within the
        minimum gap rings the next rung at once (docs/design.md, rule 4).
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
        """Return when the clock next has something due; None if it is paused, stopped, or has nothing left to do.

        Due may be a rung, its breach, the end of an acknowledgement, or the expiry of its request.
        """
        if not self.running or self.paused:
            return None
        instants = [self.due] if self.breached is None else []
        if self.acknowledged:
            instants.append(self.acknowledged.until)
        instants += [rung[0] for rung in [self.next_rung(level, time)] if rung is not None]
        instants += [end for end in [self.expires(level, time)] if end is not None]
        return min(instants, default=None)

    def expires(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when a request nobody acts on expires: a minimum gap after the last rung of its ladder.

        The person called last has that long to act. An acknowledgement holds the expiry as it holds a rung
        (docs/design.md, rule 10). Where the level says so, a request nobody accepts expires once its breach has rung.
        None: the clock belongs to no request, or its ladder has not rung as far.
        """
        if self.name is ClockName.ACCEPT and level.expires_at_breach:
            upcoming = self.next_rung(level, time)
            if self.breached is None or (upcoming is not None and upcoming[0] <= self.due):
                return None
            return max(self.due, self.acknowledged.until) if self.acknowledged else self.due
        if self.name not in (ClockName.ACCEPT, ClockName.ANSWER) or self.rung < len(level.ladder):
            return None
        end = time.after(max(self.last_rang or self.due, self.due), level.min_gap)
        return max(end, self.acknowledged.until) if self.acknowledged else end

    def continue_from(self, old: Clock, now: datetime) -> None:
        """Take over the account and the rungs of an earlier clock: a new owner or visit neither loses nor gains time.

        An extension is taken over too, and stays the only one; at another level the budget is that level's. The time in
        which the earlier clock was stopped is not counted. The caller calls `settle` after `reschedule`.
        """
        budget = old.account.budget if old.level is self.level else self.account.budget
        self.account = old.account.under(budget).going(now)
        self.breached, self.extended = old.breached, old.extended
        self.rung, self.last_rang, self.rang_late, self.paced = old.rung, old.last_rang, old.rang_late, old.paced

    def rearm(
        self, level: Level, terms: LevelTerms, time: WorkingTime, now: datetime, resumes: datetime | None
    ) -> None:
        """Set another level's budget; what was used is measured again and stays used (docs/design.md, rule 8)."""
        self.level = level
        self.move(self.account.under(terms.budgets[self.name]), terms, time, now, resumes)

    def move(
        self, account: TimeAccount, terms: LevelTerms, time: WorkingTime, now: datetime, resumes: datetime | None = None
    ) -> None:
        """Continue with another account as the next generation.

        Rungs moved into the future may ring again (docs/design.md, rule 9).
        """
        self.account = account if account.since is None else account.going(now)
        self.reschedule(terms, time, resumes)
        self.renew(now)
        self.acknowledged = None

    def renew(self, now: datetime) -> None:
        """Begin the next generation with the instants just computed."""
        self.generation += 1
        self.settle(now, anew=True)

    def hold_on(self, since: datetime, until: datetime) -> None:
        """Prolong an acknowledgement by the time the clock stood still, from `since` to `until`."""
        if self.acknowledged is not None and self.acknowledged.at < until:
            until = self.acknowledged.until + (until - max(since, self.acknowledged.at))
            self.acknowledged = self.acknowledged.model_copy(update={"until": until})

    def settle(self, now: datetime, *, anew: bool = False) -> None:
        """Set, after `reschedule`, how many rungs stay rung: those that rang before now (docs/design.md, rule 9).

        `anew` means that the ladder is another one or its instants moved. Whoever takes over a ladder that has rung out
        has the minimum gap before the request expires.
        """
        if anew:
            passed = sum(1 for instant in self.plan if instant <= now)
            if passed < self.rung:  # the ladder begins anew: an open call of the earlier one is not waited for
                self.rung, self.calls = passed, None
        if self.rung >= len(self.plan):
            self.last_rang = now

    def stop(self, now: datetime) -> None:
        """Stop the clock for good."""
        self.account, self.stopped = self.account.halted(now), now
