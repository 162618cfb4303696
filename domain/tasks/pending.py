"""What waits for a person in a case: a clock the person's seats owe or were called for, or a session.

It is read from the summary alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from domain.access.permissions import TABLE, Grant, Where, confirmers, signs_interim
from domain.case.summary import ClockStatus, PendingConfirmation, Signature, Summary
from domain.decisions import Actor
from domain.tasks.task import OF_CLOCK, Task
from domain.terms import LevelTerms, Terms
from domain.values import Frozen
from domain.vocabulary import ClockName, ProposalKind, PublicationState, Seat, Stage

MAIN: Mapping[Task, str] = {
    Task.TRIAGE: "triage",
    Task.COORDINATE: "return_finding",
    Task.VERIFY: "finding",
    Task.DRAFT: "draft",
    Task.REVIEW: "review",
    Task.SESSION: "consult",
    Task.CONFIRM: "confirm",
    Task.CLOSE: "close",
    Task.RECEIVE: "accept",
}
"""The main kind of decision of each task: who may take that decision has the task."""


_NEVER = datetime.max.replace(tzinfo=UTC)


class PendingTask(Frozen):
    """The task for which a case waits for a person, and the clock behind it.

    `clock` is None if it is no clock's. `owner` and `short` are the code and the short name of the unit that owes it.
    `due` is None without a due time. `called` is true if the person owes nothing, and was called by a rung.
    """

    task: Task
    clock: ClockName | None = None
    owner: str | None = None
    short: str = ""
    due: datetime | None = None
    called: bool = False


def pending_task(summary: Summary, actor: Actor, terms: Terms, parents: Mapping[str, str | None]) -> PendingTask | None:
    """Return the most urgent task a case has for `actor`, None without one; `parents` are parent units by unit.

    Rungs are read from the office's terms of today: a case keeps its own, which the register does not have.
    """
    if summary.closed_at is not None:
        return _after_closing(summary, actor, terms)
    found = [one for clock in summary.debts if (one := _of(clock, summary, actor, terms, parents)) is not None]
    found += [PendingTask(task=Task.SESSION, due=due) for unit, due in summary.awaited.items() if unit == actor.unit]
    if any(_confirms(one, actor, terms, terms.at(summary.level)) for one in summary.waiting):
        return PendingTask(task=Task.CONFIRM, due=summary.due)
    if any(not one.called for one in found) or (found and not _closes(summary, actor, terms)):
        return min(found, key=lambda one: (one.called, one.due or _NEVER))
    return PendingTask(task=Task.CLOSE) if _closes(summary, actor, terms) else None


def _closes(summary: Summary, actor: Actor, terms: Terms) -> bool:
    """Return whether the case has only to be closed, by the actor."""
    settled = summary.publication in (PublicationState.PUBLISHED, PublicationState.NOT_PUBLIC)
    done = summary.stage is Stage.CLOSURE and settled
    return done and any(_holds(grant, actor, terms.office.code, ()) for grant in TABLE[MAIN[Task.CLOSE]])


def _after_closing(summary: Summary, actor: Actor, terms: Terms) -> PendingTask | None:
    """Return what still waits once a case is closed: a page that a channel refused, a unit's finding to approve."""
    resolves = any(_holds(grant, actor, terms.office.code, ()) for grant in TABLE["resolve_delivery"])
    if summary.refused and resolves:
        return PendingTask(task=Task.CLOSE)
    found = (one for one in summary.waiting if one.kind is ProposalKind.FINDING)
    approves = any(_confirms(one, actor, terms, terms.at(summary.level)) for one in found)
    return PendingTask(task=Task.CONFIRM) if approves else None


def _of(
    clock: ClockStatus, summary: Summary, actor: Actor, terms: Terms, parents: Mapping[str, str | None]
) -> PendingTask | None:
    task = OF_CLOCK.get(clock.clock, Task.LOOK)
    units = [unit for unit in (clock.unit, parents.get(clock.unit)) if unit]
    owes = task in MAIN and any(_holds(grant, actor, terms.office.code, units) for grant in TABLE[MAIN[task]])
    if task is Task.SESSION:  # its minutes: whoever else may chair is called by a rung
        owes = actor.sits(terms.office.code, Seat.DUTY_LEADER)
    if task is Task.REVIEW:
        owes = any(one.now and _asked_to_sign(one, actor) for one in summary.signatures)
    called = not owes and _called(clock, summary, actor, terms)
    if not owes and not called:
        return None
    return PendingTask(task=task, clock=clock.clock, owner=clock.unit, short=clock.short, due=clock.due, called=called)


def _asked_to_sign(signature: Signature, actor: Actor) -> bool:
    """Return whether the actor holds the seat that is asked for a signature, or one that may stand in."""
    seats = ((signature.unit, signature.seat), *((one.unit, one.seat) for one in signature.stand_ins))
    return any(actor.sits(unit, seat) for unit, seat in seats)


def _confirms(proposal: PendingConfirmation, actor: Actor, terms: Terms, level: LevelTerms) -> bool:
    """Return whether the actor may confirm a proposal; never one's own."""
    grants = confirmers(proposal.kind, level)
    if (proposal.voice or proposal.by) == actor.voice or (proposal.seat and proposal.seat not in actor.seats):
        return False
    if any(grant.where is Where.INTERIM for grant in grants):
        return signs_interim(actor, terms)
    return any(_holds(grant, actor, terms.office.code, [proposal.unit or ""]) for grant in grants)


def _holds(grant: Grant, actor: Actor, office: str, units: Iterable[str]) -> bool:
    """Return whether the actor has a grant for a clock owed by the first of `units`."""
    owner = next(iter(units), "")
    match grant.where:
        case Where.OFFICE:
            return actor.sits(office, *grant.seats)
        case Where.ASKED:
            return actor.sits(owner, *grant.seats)
    return False


def _called(clock: ClockStatus, summary: Summary, actor: Actor, terms: Terms) -> bool:
    """Return whether a rung that has rung called one of the actor's seats."""
    for rung in terms.at(summary.level).ladder[: clock.level]:
        for audience in rung.to:
            seat = audience.resolve(owner=clock.unit, office=terms.office.code)
            if seat is not None and actor.unit == seat.unit and seat.seat in actor.seats:
                return True
    return False
