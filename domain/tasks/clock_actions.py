"""The decisions a person may take about time now: pause and resume, ask for more, nudge and supervise."""

from __future__ import annotations

from collections.abc import Iterable

from domain.access.permissions import may
from domain.case.case import Case
from domain.decisions import Actor, Extend
from domain.stages.clocks import extension
from domain.stages.clocks import pause as pausing
from domain.tasks.action import ActionRule, AvailableAction
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
            yield AvailableAction(kind="extend", preset={"clock": clock.name, "unit": clock.unit})


def urge(kind: str) -> ActionRule:
    """Return the rule that offers a decision of `kind` (`nudge` or `supervise`) for each running clock."""

    def row(case: Case, actor: Actor) -> Iterable[AvailableAction]:
        for clock in case.running():
            yield AvailableAction(kind=kind, preset={"clock": clock.name, "unit": clock.unit})

    return row
