"""The decisions a person may take about a clock or the time of a case now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain.access.permissions import may
from domain.case.case import Case
from domain.case.rungs import units_called
from domain.clocks.clock import Clock
from domain.decisions import Acknowledge, Actor, Escalate, Extend, Pause, PhoneLog, Resume
from domain.stages.clocks import extension, own_pause
from domain.stages.clocks import pause as pausing
from domain.stages.clocks.calls import call_open
from domain.stages.clocks.handling import had_in_hand
from domain.stages.clocks.nudge import urged, urges_oneself
from domain.tasks.action import ActionRule, AvailableAction
from domain.vocabulary import PhoneOutcome
from domain.worktime.working_time import Span


def pause(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer of a pause, if the level allows one and this visit has not had it.

    A co-unit is offered one for its own answer clock alone.
    """
    if pausing.may_pause(case, actor) and may(actor, "pause", case, _about(None)):
        yield AvailableAction(kind="pause")
    for request in case.open_requests():
        code = request.unit.code
        asked = pausing.is_asked_for(case, code) or not own_pause.may_pause(case, request)
        if not asked and may(actor, "pause", case, _about(code)):
            yield AvailableAction(kind="pause", preset={"unit": code}, only={"unit": (code,)})


def _about(unit: str | None) -> Pause:
    """Return a pause of which only what it is about is known: so much decides who may ask for it."""
    known: dict[str, Any] = {"unit": unit}
    return Pause.model_construct(**known)


def resume(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to end the pause of the case, or of a unit's own answer clock, if there is one."""
    if case.pause is not None and may(actor, "resume", case, Resume()):
        yield AvailableAction(kind="resume")
    for request in case.own_pauses():
        code = request.unit.code
        if may(actor, "resume", case, Resume(unit=code)):
            yield AvailableAction(kind="resume", preset={"unit": code}, only={"unit": (code,)})


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
            if not urges_oneself(actor, urged(case, clock, kind)):
                yield AvailableAction(kind=kind, preset=_known(clock))

    return row


def escalate(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to ring the next rung of each running clock by hand."""
    for clock in case.running():
        decision = Escalate(clock=clock.name, unit=clock.unit, expected_level=clock.rung, reason="-")
        if clock.rung < len(case.promises(clock).ladder) and may(actor, "escalate", case, decision):
            yield AvailableAction(kind="escalate", preset=_seen(clock))


def acknowledge(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to take each clock in hand that called the actor; what is urgent help is received, no less."""
    for clock in case.running():
        decision = Acknowledge(clock=clock.name, unit=clock.unit)
        if not clock.urgent and not had_in_hand(clock, actor) and may(actor, "acknowledge", case, decision):
            yield AvailableAction(kind="acknowledge", preset=_seen(clock))


def phone_log(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to log a call about each clock the actor was called or informed of."""
    for clock in case.running():
        if may(actor, "phone_log", case, PhoneLog(clock=clock.name, unit=clock.unit, outcome="reached")):
            outcomes = () if call_open(case, clock) else (PhoneOutcome.REACHED, PhoneOutcome.PASSED_ON)
            preset: dict[str, str | int] = {**_seen(clock), "expected_call": clock.passed_on}
            yield log_of_call(preset, units_called(case, clock), outcomes)


def log_of_call(
    preset: Mapping[str, str | int], units: Iterable[str], outcomes: tuple[PhoneOutcome, ...]
) -> AvailableAction:
    """Return the offer to log a call to people of some units: of several, the log says whose answered."""
    codes = tuple(dict.fromkeys(units))
    only: dict[str, tuple[str, ...]] = {"outcome": outcomes} if outcomes else {}
    if len(codes) > 1:
        return AvailableAction(kind="phone_log", preset=preset, only={**only, "answered_by": codes})
    return AvailableAction(kind="phone_log", preset={**preset, "answered_by": codes[0]}, only=only)


def _seen(clock: Clock) -> dict[str, str | int]:
    """Return a clock as its button carries it: what the sender saw of it (docs/design.md, rule 6)."""
    return {**_known(clock), "expected_level": clock.rung}


def _known(clock: Clock) -> dict[str, str | int]:
    """Return a clock as a button carries it that does the same at every rung."""
    return {"clock": clock.name, "unit": clock.unit, "expected_generation": clock.generation}
