"""What a person may say about time now: pause it or let it go on, ask for more, urge whoever a clock waits for."""

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
    """Offer a pause where the level knows one and this visit has not had it."""
    if pausing.may_pause(case):
        yield AvailableAction(kind="pause")


def resume(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Offer to end the pause."""
    if case.pause is not None:
        yield AvailableAction(kind="resume")


def extend(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Offer more time on each clock that may have it."""
    for clock in case.running():
        decision = Extend(clock=clock.name, unit=clock.unit, longer=Span.of("1m"), reason="-")
        if extension.may_extend(case, clock) and may(actor, "extend", case, decision):
            yield AvailableAction(kind="extend", preset={"clock": clock.name, "unit": clock.unit})


def urge(kind: str) -> ActionRule:
    """Offer to urge, or to put under supervision, whoever a clock waits for."""

    def row(case: Case, actor: Actor) -> Iterable[AvailableAction]:
        for clock in case.running():
            yield AvailableAction(kind=kind, preset={"clock": clock.name, "unit": clock.unit})

    return row
