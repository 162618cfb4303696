"""The decisions of triage a person may take now: what becomes of a case, and of the reports of a basket."""

from __future__ import annotations

from collections.abc import Iterable

from domain.access.permissions import may
from domain.case.case import Case
from domain.decisions import Actor, Assign
from domain.stages.triage import may_let_out
from domain.tasks.action import AvailableAction
from domain.vocabulary import Exit, ProposalKind


def triage(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offers to have a case verified, let out or merged; for a basket, triage says what it claims."""
    verify = not case.must_assign
    asked = any(proposal.kind is ProposalKind.EXIT for proposal in case.proposals)
    let_out = not asked and may_let_out(case)
    if verify or let_out:
        only: dict[str, tuple[str, ...]] = {} if let_out else {"exit": ()}
        only |= {"claim": ("",)} if case.is_basket else {}
        yield AvailableAction(kind="triage", only=only if verify else {"level": ()})
    if let_out:
        yield AvailableAction(kind="triage", preset={"exit": Exit.DUPLICATE}, only={"level": (), "duplicate_of": ("",)})


def assign(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to name the lead by order."""
    if not case.provisional and may(actor, "assign", case, Assign(lead="a", reason="-")):
        yield AvailableAction(kind="assign")


def move_reports(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the offer to move reports of a basket, while others than its first are in it."""
    if case.opening.basket and case.sightings > 1:
        yield AvailableAction(kind="move_reports")
