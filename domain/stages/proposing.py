"""Proposing 提请: what one person asks for waits for another (docs/design.md, rule 16)."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.decisions import Actor, Original
from domain.errors import Unfit
from domain.events import Proposed
from domain.terms import Addressee, UnitRef
from domain.vocabulary import ClockName, Exit, ProposalKind, Seat


def propose(case: Case, proposal: Proposal, actor: Actor) -> None:
    """Let a proposal wait for a second person; whoever asks hears what becomes of it in the seats held now."""
    seats = tuple(Addressee(unit=actor.unit, seat=seat) for seat in actor.seats)
    case.proposals = (*case.proposals, proposal.model_copy(update={"asked_from": seats}))


def asked_by(actor: Actor) -> dict[str, str | int]:
    """Return who asks, as a letter says it: the unit's short name, and the first seat."""
    return {"by": actor.short, "seat": actor.seats[0] if actor.seats else ""}


def tell_asker(case: Case, proposal: Proposal, remarks: str | None) -> None:
    """Tell whoever asked for something that a second person has turned it down."""
    values: dict[str, str | int] = {
        "what": proposal.kind,
        "unit": case.short(proposal.unit) if proposal.unit else "",
        "remarks": remarks or "",
    }
    by, key = case.terms.at(case.level).start.by, f"v{case.visit}/turned-down/{case.seq}"
    case.notify(Message.TURNED_DOWN, proposal.asked_from, by, key=key, values=values)


def propose_exit(
    case: Case,
    why: Exit,
    to: UnitRef | None,
    reason: str | None,
    actor: Actor,
    now: datetime,
    original: Original | None = None,
) -> None:
    """Ask another person to let a report out once units were asked (docs/design.md, rule 16).

    Raises:
        Unfit: that is asked already.

    """
    if any(proposal.kind is ProposalKind.EXIT for proposal in case.proposals):
        raise Unfit("proposed_already")
    case.happened(Proposed(what=ProposalKind.EXIT, reason=reason, exit=why), now, actor)
    other = Seat.DUTY if actor.sits(case.office.code, Seat.DUTY_LEADER) else Seat.DUTY_LEADER
    proposal = Proposal(
        ref=case.seq,
        kind=ProposalKind.EXIT,
        by=actor.signer,
        seat=other,
        reason=reason,
        exit=why,
        pass_to=to,
        original=original,
    )
    propose(case, proposal, actor)
    values: dict[str, str | int] = {
        **asked_by(actor), "what": proposal.kind, "ref": proposal.ref, "title": why, "reason": reason or "",
        "into": original.number if original else "",
    }  # fmt: skip
    clock = case.clock(ClockName.TRIAGE, case.office.code)
    case.notify_office(Message.CONFIRM_REQUEST, other, clock=clock, values=values)
