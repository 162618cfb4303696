"""A clock: a budget of time that one unit owes; while it runs, it rings the rungs of its level's ladder."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from domain.clocks.acknowledgement import Acknowledgement
from domain.clocks.clock_key import ClockKey
from domain.clocks.named_due import NamedDue
from domain.clocks.open_call import OpenCall
from domain.clocks.quiet_plan import after_quiet_hours, from_due, leaving_time
from domain.clocks.time_account import GrantedTime, TimeAccount
from domain.terms import Addressee, LevelTerms, Rung
from domain.values import is_empty
from domain.vocabulary import ClockName, Level
from domain.worktime.quiet_hours import URGES, in_working_hours
from domain.worktime.working_time import Span, TimeUnit, WorkingTime

LATE = timedelta(minutes=1)
"""A rung that rings this much after its planned instant is late; the next rung then keeps the minimum gap."""


class Clock(OpenCall, ClockKey):
    """One clock of a case: its budget, owner, generation and rungs.

    `due`, `plan` (the instants of the rungs) and `provisional` (`due` lies where the calendar is not known yet) follow
    from the ledger (`reschedule`). `rung` counts the rungs of the ladder that have rung.
    """

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
    missed: datetime | None = Field(default=None, exclude_if=is_empty)
    """The first due instant that was missed; None if none was."""
    granted: GrantedTime | None = Field(default=None, exclude_if=is_empty)
    stopped: datetime | None = None
    acknowledged: Acknowledgement | None = None
    hands: tuple[tuple[str, int], ...] = Field(default=(), exclude_if=is_empty)
    """Who has taken it in hand since the last progress, and how many rungs had rung then."""
    held: int = Field(default=0, exclude_if=is_empty)
    """How many rungs of the ladder (one more: the expiry) an acknowledgement has held back up to now."""
    rung_by_hand: datetime | None = Field(default=None, exclude_if=is_empty)
    """When a person last rang a rung; None if nobody has."""
    heard: tuple[Addressee, ...] = Field(default=(), exclude_if=is_empty)
    """Who has had a letter that names a due time of it, each once, whomever its level calls now."""
    named: NamedDue | None = Field(default=None, exclude_if=is_empty)
    """The latest due time that such letters named, with who heard it otherwise than by one that says it moved."""
    held_until: datetime | None = Field(default=None, exclude_if=is_empty)
    """Until when the last of these are held back; from the breach on, no other acknowledgement holds them."""

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

    def reschedule(self, level: LevelTerms, time: WorkingTime, resumes: datetime | None = None) -> None:
        """Set the due instant and those of the rungs; `resumes` is when a paused clock is expected to run again."""
        # whatever is done to a spent budget, what was missed stays what it was
        missed = self.missed if self.missed is not None and self.account.left(time) <= 0 else None
        due, accepts = self.account.due(time, resumes), self.name is ClockName.ACCEPT
        self.due = missed or (leaving_time(due, level, time) if accepts else due)
        self.provisional = self.account.budget.unit is not TimeUnit.WALL and time.provisional(self.due)
        plan = self.account.plan(time, level.ladder, resumes, missed)
        plan = from_due(plan, self.due, level, time) if accepts else plan
        self.plan = tuple(
            self._after_quiet_hours(at, rung, level, time) for at, rung in zip(plan, level.ladder, strict=True)
        )
        if self.name is ClockName.CASE:
            self.plan = tuple(in_working_hours(self.plan, level.min_gap, time))

    def _after_quiet_hours(self, at: datetime, rung: Rung, level: LevelTerms, time: WorkingTime) -> datetime:
        return after_quiet_hours(at, rung, self.due, self.account.since or self.started, level, time)

    def next_rung(self, level: LevelTerms, time: WorkingTime) -> tuple[datetime, Rung] | None:
        """Return the next rung and when it rings; None if the clock is paused or stopped, or the ladder has rung out.

        Rungs that passed together ring together. The rung after a late one keeps the minimum gap. An acknowledgement
        holds every higher rung until it expires (docs/design.md, rules 5 and 7).
        """
        if not self.running or self.paused or self.rung >= len(level.ladder):
            return None
        at = planned = self.plan[self.rung]
        if self.last_rang and (self.paced or (self.rang_late and planned > self.last_rang)):
            at = max(at, time.after(self.last_rang, level.min_gap))
        if (until := self._holds(self.rung, level)) is not None:
            at = max(at, until)
        return at, level.ladder[self.rung]

    def _holds(self, place: int, level: LevelTerms) -> datetime | None:
        """Return until when an acknowledgement holds the rung after `place` others, or after all of them the expiry.

        What urges may be held by each; what comes once the clock is due, and all before it, by one (docs/design.md,
        rule 5).
        """
        late = self.held > len(level.ladder) or any(one.kind not in URGES for one in level.ladder[place : self.held])
        if late and place < self.held:
            return self.held_until
        return self.acknowledged.until if self.acknowledged else None

    def next_instant(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when the clock next has something due; None if it is paused, stopped, or has nothing left to do.

        Due may be a rung, its breach, the end of an acknowledgement, or the expiry of its request.
        """
        if not self.running or self.paused:
            return None
        found = (
            self.due if self.breached is None else None,
            self.acknowledged.until if self.acknowledged else None,
            self.hand_reminds(level, time),
            self.calls_again(level, time),
            self.reminds_caller(level, time),
            upcoming[0] if (upcoming := self.next_rung(level, time)) else None,
            self.expires(level, time),
        )
        return min((one for one in found if one is not None), default=None)

    def calls_again(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when a call nobody logs goes to the next person of its rung, once; None if none does (rule 4)."""
        return self._at_an_hour_for_calls(self.given_up(level, time), level, time)

    def reminds_caller(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when whoever makes the open call is reminded of its log; None if they are not."""
        return self._at_an_hour_for_calls(self.log_lacks(level, time), level, time)

    def _at_an_hour_for_calls(self, at: datetime | None, level: LevelTerms, time: WorkingTime) -> datetime | None:
        if at is None or self.paused:
            return None
        if self.name is ClockName.CASE:
            return time.opening(at)
        return self._after_quiet_hours(at, level.ladder[self.rung - 1], level, time) if self.rung else at

    def expires(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when a request nobody acts on expires: a minimum gap after the last rung of its ladder.

        The person called last has that long to act. An acknowledgement holds the expiry as it holds a rung
        (docs/design.md, rule 10). Where the level says so, a request nobody accepts expires once its breach has rung.
        None: the clock belongs to no request, or its ladder has not rung as far.
        """
        if self.name is ClockName.ACCEPT and level.expires_at_breach:
            breach = sum(1 for rung in level.ladder if rung.kind in URGES)
            if self.breached is None or self.rung <= breach:
                return None
            return max(self.due, self._holds(breach, level) or self.due)
        if self.name not in (ClockName.ACCEPT, ClockName.ANSWER) or self.rung < len(level.ladder):
            return None
        until = self._holds(len(level.ladder), level)
        end = self._natural_end(level, time)
        return max(end, until) if until else end

    def _natural_end(self, level: LevelTerms, time: WorkingTime) -> datetime:
        return time.after(max(self.last_rang or self.due, self.due), level.min_gap)

    def hand_reminds(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when the end of the acknowledgement is announced, not in quiet hours; None if nothing is left to."""
        return self.acknowledged.reminds(level, time) if self.acknowledged else None

    def take_in_hand(self, voice: str, taken: Acknowledgement, level: LevelTerms, time: WorkingTime) -> None:
        """Let a person hold the ladder; what an earlier acknowledgement holds from the breach on stays with that."""
        self._let_go(taken.at, level, time)
        self.acknowledged, self.calls = taken, None
        self.hands = (*self.hands, (voice, self.rung))

    def out_of_hand(self, now: datetime, level: LevelTerms, time: WorkingTime) -> None:
        """End the acknowledgement; the next rung keeps the minimum gap."""
        self._let_go(now, level, time)
        self.acknowledged, self.paced = None, True

    def _let_go(self, now: datetime, level: LevelTerms, time: WorkingTime) -> None:
        """Note what the present acknowledgement has held back up to now."""
        if self.acknowledged is None:
            return
        ends = (self._natural_end(level, time),) if self.rung >= len(self.plan) else ()
        passed = sum(1 for instant in (*self.plan, *ends) if instant <= now)
        if passed > max(self.held, self.rung):
            self.held, self.held_until, self.paced = passed, self.acknowledged.until, True

    def continue_from(self, old: Clock, now: datetime, least: Span | None, time: WorkingTime) -> None:
        """Take over the account and the rungs of an earlier clock: a new owner or visit neither loses nor gains time.

        An extension is taken over too, and stays the only one; at another level the budget is that level's. The time in
        which the earlier clock was stopped is not counted. `least` is what is left at least if nothing was missed. The
        caller calls `settle` after `reschedule`.
        """
        self.granted, own = old.granted, self.account.budget
        same = old.level is self.level
        account = old.account if same else old.account.under(self.budget(own)).model_copy(update={"grace": 0})
        self.account = account.going(now)
        if least is not None and old.breached is None:
            self.account = self.account.leaving(least, time, now)
        self.breached, self.missed, self.extended = old.breached, old.missed, old.extended
        self.rung, self.last_rang, self.rang_late, self.paced = old.rung, old.last_rang, old.rang_late, old.paced
        self.held, self.held_until, self.rung_by_hand = old.held, old.held_until, old.rung_by_hand

    def heard_before(self, old: Clock) -> None:
        """Take over who has heard the due time of an earlier clock, if it is the same; not who hands it on."""
        if self.due == old.due:
            self.heard = tuple(one for one in old.heard if self.unit == old.unit or one.unit != old.unit)
            self.named = old.named

    def begin_returned(self, due: datetime, terms: LevelTerms, time: WorkingTime, now: datetime) -> None:
        """Begin with what a handover had left until it was `due`, and the minimum gap at least: it was returned."""
        account = TimeAccount.begun_anew(self.account.budget, due, time, now)
        self.account, self.returned = account.leaving(terms.min_gap, time, now), True
        self.reschedule(terms, time)

    def rearm(
        self, level: Level, terms: LevelTerms, time: WorkingTime, now: datetime, resumes: datetime | None
    ) -> None:
        """Set another level's budget; what was used is measured again and stays used (docs/design.md, rule 8).

        A higher level leaves at least its minimum gap of a budget that was kept so far, and what is missed already goes
        up its ladder no faster than that.
        """
        raised, self.level = self.level.below(level), level
        account = self.account.under(self.budget(terms.budgets[self.name])).model_copy(update={"grace": 0})
        if raised and self.breached is None:
            if self.name is ClockName.ACCEPT:  # nobody has accepted it yet
                account = TimeAccount.begun_anew(account.budget, self.due, time, now)
            account = account.leaving(terms.min_gap, time, (resumes if account.since is None else None) or now)
        self.move(account, terms, time, now, resumes)
        if raised:
            self.climb_again(terms, now)

    def climb_again(self, terms: LevelTerms, now: datetime) -> None:
        """Let the rungs after the due instant of an overdue clock ring again, each after the minimum gap."""
        if self.breached is not None:
            self.rung = min(self.rung, sum(1 for rung in terms.ladder if rung.after is None))
            self.paced, self.last_rang = True, now

    def budget(self, usual: Span) -> Span:
        """Return the budget at the clock's level, with the time that was granted out of that level's budget."""
        return usual + self.granted.longer if self.granted and self.granted.level is self.level else usual

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
        """Prolong an acknowledgement, and the wait for a log, by the time the clock stood still."""
        if self.calls is not None and self.calls < until:
            self.calls += until - max(since, self.calls)
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
            if passed < self.rung:  # the ladder begins anew
                self.rung, self.hands = passed, ()
                self.ladder_anew(passed)
            self.held = min(self.held, passed)
        if self.rung >= len(self.plan):
            self.last_rang = now

    def stop(self, now: datetime) -> None:
        """Stop the clock for good."""
        self.account, self.stopped = self.account.halted(now), now
