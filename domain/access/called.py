"""Who was called about a clock, and who makes its calls."""

from __future__ import annotations

from collections.abc import Collection

from domain.case import rungs
from domain.case.case import Case
from domain.clocks.clock import Clock
from domain.decisions import Acknowledge, Actor, Decision, PhoneLog
from domain.terms import Addressee


def was_addressed(actor: Actor, case: Case, decision: Decision | None) -> bool:
    """Return whether a rung of the named clock called one of the actor's seats, or the actor's unit owes the clock.

    Whoever was only informed may log a call, but not take the clock in hand (docs/design.md, rule 5).
    """
    if not isinstance(decision, (Acknowledge, PhoneLog)):
        return actor.sits(case.office.code) or any(_called_by(clock, actor, case) for clock in case.running())
    clock = case.clock(decision.clock, decision.unit)
    informed = isinstance(decision, PhoneLog)  # without a clock the rule answers that there is none
    return clock is None or _called_by(clock, actor, case, informed=informed)


def makes_the_call(actor: Actor, case: Case, decision: Decision | None) -> bool:
    """Return whether the policy names the actor for the calls of the named clock, or the fallback reached the actor."""
    clocks = case.running()
    if isinstance(decision, PhoneLog):
        clocks = [clock for clock in clocks if (clock.name, clock.unit) == (decision.clock, decision.unit)]
    return any(_sits_for(actor, case, rungs.callers(case, clock)) for clock in clocks)


def _called_by(clock: Clock, actor: Actor, case: Case, *, informed: bool = True) -> bool:
    ladder = case.promises(clock)
    called = [
        *ladder.start.to,
        *(ladder.inform_at_start.to if informed else ()),
        *(t for rung in ladder.ladder[: clock.rung] for t in rung.to),
    ]
    wanted = case.called(called, clock)
    return actor.sits(clock.unit) or _sits_for(actor, case, wanted)


def _sits_for(actor: Actor, case: Case, wanted: Collection[Addressee]) -> bool:
    """Return whether the actor holds one of some seats, or one that a letter has reached in place of them."""
    seats = (*wanted, *(one.reached for one in case.stand_ins if one.reached and one.wanted in wanted))
    return any(actor.sits(one.unit, one.seat) for one in seats)
