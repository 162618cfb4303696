"""What a case holds beside its clocks: requests to units, joint sessions, the text on the table, open proposals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from domain.case.obligations import Page
from domain.decisions import Action, Actor, Evidence, Signer
from domain.terms import Addressee, UnitRef
from domain.values import Frozen
from domain.vocabulary import (
    ClockName,
    Issuer,
    Level,
    ProposalKind,
    RequestState,
    Role,
    Seat,
    SessionReason,
    SlotKind,
    Verdict,
    Vote,
)
from domain.worktime.working_time import Span


class Request(BaseModel):
    """Be what one unit is asked: a row of the case, with an accept and an answer clock of its own."""

    unit: UnitRef
    role: Role
    state: RequestState = RequestState.OFFERED
    verdict: Verdict | None = None
    evidence: tuple[Evidence, ...] = ()
    submitted_by: Signer | None = None
    approved_by: Signer | None = None
    assigned: bool = False
    round: int = 1
    offered_to: UnitRef | None = None
    """The unit it is to be handed on to, until that unit says yes or no."""


class VerdictFact(Frozen):
    """Be one of the three verdicts of a case, with whoever put a name to it."""

    verdict: Verdict
    by: tuple[Signer, ...]


class ActionItem(Frozen):
    """Be one item of an action list, by its number in the session; done: when, by whom, and what came of it."""

    n: int
    action: Action
    done: datetime | None = None
    by: Signer | None = None
    result: str | None = None


class Position(Frozen):
    """Be what a unit says in a joint session; None as verdict: it takes none."""

    unit: str
    verdict: Verdict | None = None


class JointSession(BaseModel):
    """Be one joint session 会商; `ruled` None while it is open, `conflict` once the office knows of one in it."""

    number: int
    reason: SessionReason
    units: tuple[str, ...]
    opened: datetime
    items: tuple[ActionItem, ...] = ()
    positions: tuple[Position, ...] = ()
    ruled: datetime | None = None
    conflict: bool = False

    def items_of(self, unit: str) -> list[int]:
        """Return the numbers of what a unit is to do, called or not."""
        return [item.n for item in self.items if item.action.unit == unit]

    def give(self, actions: Iterable[Action]) -> tuple[ActionItem, ...]:
        """Put actions on the list under the next numbers; return them as they stand there."""
        given = tuple(ActionItem(n=n, action=action) for n, action in enumerate(actions, start=len(self.items) + 1))
        self.items = (*self.items, *given)
        return given


class Cast(Frozen):
    """Be how a slot was filled."""

    by: Signer
    outcome: Vote


class Slot(Frozen):
    """Be one signature a text needs: the first of `to` is asked, the others may stand in.

    `skipped`: a confirmed override lets the text go on without it.
    """

    kind: SlotKind
    to: tuple[Addressee, ...]
    competent: bool = False
    vote: Cast | None = None
    skipped: bool = False

    def held_by(self, actor: Actor) -> bool:
        """Tell whether the actor sits where this may be filled from, today."""
        return any(actor.sits(one.unit, one.seat) for one in self.to)

    @property
    def open(self) -> bool:
        """Tell whether the signature is still missing."""
        return self.vote is None and not self.skipped


class Draft(BaseModel):
    """Be the text on the table: its page, the digest votes bind to, who wrote it, the signatures it needs."""

    page: Page
    digest: str
    drafter: Signer
    issuer: Issuer
    slots: tuple[Slot, ...] = ()

    def open_slots(self) -> tuple[Slot, ...]:
        """Return the signatures that can be given now: the last, 签发, once all others are there."""
        missing = tuple(slot for slot in self.slots if slot.open)
        return tuple(slot for slot in missing if slot.kind is not SlotKind.SIGN) or missing


class Proposal(Frozen):
    """Be what one person asks for and another has to confirm; `ref` is the number of its entry.

    `seat` is the one seat of the office that confirms it, where who asked decides that.
    """

    ref: int
    kind: ProposalKind
    by: Signer
    unit: str | None = None
    level: Level | None = None
    seat: Seat | None = None
    reason: str | None = None
    page: Page | None = None
    clock: ClockName | None = None
    span: Span | None = None
