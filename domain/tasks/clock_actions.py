"""The decisions a person may take about a clock or the time of a case now."""

from __future__ import annotations

from collections.abc import Iterable

from domain.access.permissions import may
from domain.case.case import Case
from domain.clocks.clock import Clock
from domain.decisions import Acknowledge, Actor, Escalate, Extend, PhoneLog
from domain.stages.clocks import extension
from domain.stages.clocks import pause as pausing
from domain.stages.clocks.calls import call_open
from domain.stages.clocks.handling import had_in_hand
from domain.tasks.action import ActionRule, AvailableAction
from domain.vocabulary import PhoneOutcome
from domain.worktime.working_time import Span


def pause(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer of a pause, if the level allows one and this visit has not had it."""
    if pausing.may_pause(case, actor):
        yield AvailableAction(kind="pause")


def resume(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to end the pause, if there is one."""
    if case.pause is not None:
        yield AvailableAction(kind="resume")


def extend(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer of more time for each clock that may have it."""
    for clock in case.running():
        decision = Extend(clock=clock.name, unit=clock.unit, longer=Span.of("1m"), reason="-")
        if extension.may_extend(case, clock) and may(actor, "extend", case, decision):
            yield AvailableAction(kind="extend", preset=_known(clock))


def urge(kind: str) -> ActionRule:
    """Return the rule that offers a decision of `kind` (`nudge` or `supervise`) for each running clock."""

    def row(case: Case, actor: Actor) -> Iterable[AvailableAction]:
        for clock in case.running():
            yield AvailableAction(kind=kind, preset=_known(clock))

    return row


def escalate(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to ring the next rung of each running clock by hand."""
    for clock in case.running():
        decision = Escalate(clock=clock.name, unit=clock.unit, expected_level=clock.rung, reason="-")
        if clock.rung < len(case.promises(clock).ladder) and may(actor, "escalate", case, decision):
            yield AvailableAction(kind="escalate", preset=_seen(clock))


def acknowledge(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to take each clock in hand that called the actor."""
    for clock in case.running():
        decision = Acknowledge(clock=clock.name, unit=clock.unit)
        if not had_in_hand(clock, actor) and may(actor, "acknowledge", case, decision):
            yield AvailableAction(kind="acknowledge", preset=_seen(clock))


def phone_log(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to log a call about each clock the actor was called or informed of."""
    for clock in case.running():
        if may(actor, "phone_log", case, PhoneLog(clock=clock.name, unit=clock.unit, outcome="reached")):
            answered = {} if call_open(case, clock) else {"outcome": (PhoneOutcome.REACHED, PhoneOutcome.PASSED_ON)}
            preset = {**_seen(clock), "expected_call": clock.passed_on}
            yield AvailableAction(kind="phone_log", preset=preset, only=answered)


def _seen(clock: Clock) -> dict[str, str | int]:
    """Return a clock as its button carries it: what the sender saw of it (docs/design.md, rule 6)."""
    return {**_known(clock), "expected_level": clock.rung}


def _known(clock: Clock) -> dict[str, str | int]:
    """Return a clock as a button carries it that does the same at every rung."""
    return {"clock": clock.name, "unit": clock.unit, "expected_generation": clock.generation}
