"""The call by phone that a clock has out: since when, whom it has been passed on to, who was reminded of its log."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from domain.terms import LevelTerms
from domain.values import Frozen, is_empty
from domain.worktime.working_time import WorkingTime

MOST_CALLS = 3
"""How often the call of one rung is passed on: to the two liaisons and the deputy, or to the duty seats above."""


class EarlierCall(Frozen):
    """A call of a clock before the present one: of its rung `n` (0: at the start), passed on so many times before.

    `logged` is whether it was answered for: somebody logged it, or took the clock in hand.
    """

    n: int
    times: int
    logged: bool = Field(default=False, exclude_if=is_empty)


class ReachedCall(Frozen):
    """A call of a clock that went to people of other units than the seats it was for: of its rung `n`, as in a call.

    `units` are the codes of their units.
    """

    n: int
    times: int
    units: tuple[str, ...]


class OpenCall(BaseModel):
    """The part of a clock that is about its call (docs/design.md, rule 4)."""

    calls: datetime | None = None
    """Since when a call of the last rung, or of the start, has had no log; None if none is out."""
    passed_on: int = Field(default=0, exclude_if=is_empty)
    """How often the call of the present rung has been passed on to the next person, `MOST_CALLS` at most."""
    unlogged: bool = Field(default=False, exclude_if=is_empty)
    """Whether that has been done once because nobody logged it."""
    reminded: bool = Field(default=False, exclude_if=is_empty)
    """Whether whoever makes the call has been reminded of its log."""
    earlier: tuple[EarlierCall, ...] = Field(default=(), exclude_if=is_empty)
    """The calls before the present one, in order: a log that comes late is of one of them."""

    elsewhere: tuple[ReachedCall, ...] = Field(default=(), exclude_if=is_empty)
    """The calls that went to people of other units than their seats', each once."""

    def went_to(self, n: int, times: int) -> tuple[str, ...]:
        """Return the units whose people the call of rung `n` went to instead; empty if those of its seats, or unknown.

        It had been passed on so many `times`.
        """
        return next((one.units for one in self.elsewhere if (one.n, one.times) == (n, times)), ())

    def note_call(self, n: int, times: int, units: tuple[str, ...]) -> None:
        """Note the units whose people a call went to instead of those of its seats; empty: it went to these."""
        others = tuple(one for one in self.elsewhere if (one.n, one.times) != (n, times))
        self.elsewhere = (*others, ReachedCall(n=n, times=times, units=units)) if units else others

    def call_over(self, n: int) -> None:
        """Keep the present call, of rung `n`, as an earlier one: another follows it."""
        self.earlier = (*self.earlier, EarlierCall(n=n, times=self.passed_on, logged=self.calls is None))

    def earlier_call(self, n: int, times: int) -> EarlierCall | None:
        """Return the earlier call of rung `n` that had been passed on so many times; None if there was none."""
        return next((one for one in self.earlier if (one.n, one.times) == (n, times)), None)

    def log_earlier(self, call: EarlierCall) -> None:
        """Note that an earlier call has been logged after all."""
        done = call.model_copy(update={"logged": True})
        self.earlier = tuple(done if one == call else one for one in self.earlier)

    def ladder_anew(self, rung: int) -> None:
        """Begin the ladder again after `rung` others: the call of the earlier one is not waited for."""
        self.earlier = tuple(one for one in self.earlier if one.n <= rung)
        self.elsewhere = tuple(one for one in self.elsewhere if one.n <= rung)
        self.call_out(None)

    def call_out(self, at: datetime | None) -> None:
        """Begin with the call of another rung; None: it is no call."""
        self.calls, self.passed_on, self.unlogged, self.reminded = at, 0, False, False

    def next_call(self, now: datetime, *, unlogged: bool) -> None:
        """Go on to the next person of the same rung; `unlogged` if nobody logged the last call.

        Who has logged nothing after a reminder is reminded of the same rung no more.
        """
        self.passed_on, self.calls = self.passed_on + 1, now
        self.unlogged, self.reminded = self.unlogged or unlogged, unlogged

    @property
    def may_pass_on(self) -> bool:
        """Return whether the call of the present rung may still go to another person."""
        return self.passed_on < MOST_CALLS

    def given_up(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when a call nobody logs is passed on: after the minimum gap, once; None if it is not."""
        if self.calls is None or self.unlogged or not self.may_pass_on:
            return None
        return time.after(self.calls, level.min_gap)

    def log_lacks(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when whoever makes the call is reminded of its log, before it is passed on; None if they are not."""
        if self.calls is None or self.reminded or level.phone_by is None:
            return None
        return self.calls + (time.after(self.calls, level.min_gap) - self.calls) / 2
