"""What a case holds beside its clocks: requests to units, joint sessions, the text on the table, open proposals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, Field

from domain.case.obligations import Page, Publication
from domain.clocks.pause import ActivePause
from domain.decisions import Action, Actor, Evidence, Original, Pause, RecordPublication, SeatHolders, Signer
from domain.terms import Addressee, UnitRef
from domain.values import Frozen, is_empty
from domain.vocabulary import (
    ClockName,
    Exit,
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
    """What one unit is asked; it has an accept clock and an answer clock of its own.

    `verdict` and `evidence` are the unit's finding, None and empty before it. `assigned` requests cannot be declined.
    `round` counts from 1 and grows when the finding is returned.
    """

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
    """The unit it is offered to, until that unit accepts or declines; None if it is not being handed on."""
    asked_in: int = Field(default=0, exclude_if=is_empty)
    """The visit in which the office last asked the unit; 0 in cases of before."""
    pause: ActivePause | None = Field(default=None, exclude_if=is_empty)
    """The pause in which the answer clock of this co-unit alone stands still; None if there is none."""
    paused_in: int = Field(default=0, exclude_if=is_empty)
    """The visit in which the unit had such a pause last; 0 if it had none."""


class VerdictFact(Frozen):
    """One of the three verdicts of a case, with those who signed it."""

    verdict: Verdict
    by: tuple[Signer, ...]


class ActionItem(Frozen):
    """One item of an action list.

    `n` is its number in the session, from 1. `done` is when it was done, `by` whom, `result` what came of it; all are
    None while it is open.
    """

    n: int
    action: Action
    done: datetime | None = None
    by: Signer | None = None
    result: str | None = None
    needless: bool = Field(default=False, exclude_if=is_empty)
    """Whether nobody did it because it had become needless: the interim notice, once the answer is out."""


class Position(Frozen):
    """The position of a unit in a joint session; `verdict` is None if it takes none."""

    unit: str
    verdict: Verdict | None = None


class JointSession(BaseModel):
    """One joint session 会商.

    `units` are the codes of the called units. `ruled` is when it ended, None while it is open. `conflict` is true once
    the office knows that findings contradict each other in it, `alone` once it knows that only the lead has answered.
    `questions` is the verdict that was reached and that a
    finding contradicts since: only a ruling sets another one. `doubted_by` is who handed that finding in, and does not
    rule. `dissent` is what units held against the ruling, by their code.
    """

    number: int
    reason: SessionReason
    units: tuple[str, ...]
    opened: datetime
    items: tuple[ActionItem, ...] = ()
    positions: tuple[Position, ...] = ()
    ruled: datetime | None = None
    conflict: bool = False
    alone: bool = Field(default=False, exclude_if=is_empty)
    questions: Verdict | None = Field(default=None, exclude_if=is_empty)
    doubted_by: Signer | None = Field(default=None, exclude_if=is_empty)
    dissent: dict[str, Verdict] = Field(default={}, exclude_if=is_empty)
    chair: Signer | None = Field(default=None, exclude_if=is_empty)
    """Who ruled its verdict; None before, and without one."""
    minutes_asked: bool = Field(default=False, exclude_if=is_empty)
    """Whether the chair has been asked for the minutes, because nothing else was left."""

    def items_of(self, unit: str) -> list[int]:
        """Return the numbers of the items of a unit, called or not."""
        return [item.n for item in self.items if item.action.unit == unit]

    def give(self, actions: Iterable[Action]) -> tuple[ActionItem, ...]:
        """Put actions on the list under the next numbers and return the new items."""
        given = tuple(ActionItem(n=n, action=action) for n, action in enumerate(actions, start=len(self.items) + 1))
        self.items = (*self.items, *given)
        return given


class Cast(Frozen):
    """The vote that fills a slot; `seat` is the seat it was given from, None in one of an earlier version."""

    by: Signer
    outcome: Vote
    seat: Addressee | None = Field(default=None, exclude_if=is_empty)


class ConsentRefusal(Frozen):
    """The refusal of a unit to consent to a version of the text; it stands until the unit consents."""

    unit: str
    by: Signer
    version: int
    remarks: str


class Slot(Frozen):
    """One signature a text needs: the first of `to` is asked, the others may stand in.

    `competent` marks the slot of the competent unit. `vote` is None while nobody has voted. `skipped` is true if a
    confirmed override lets the text go on without it. `able` are those of `to` in which somebody sits who may give it,
    in the policy's order; empty if the roster was not looked up. `giver` is true where the text holds information that
    only this unit may give.
    """

    kind: SlotKind
    to: tuple[Addressee, ...]
    competent: bool = False
    vote: Cast | None = None
    skipped: bool = False
    able: tuple[Addressee, ...] = Field(default=(), exclude_if=is_empty)
    giver: bool = Field(default=False, exclude_if=is_empty)

    @property
    def asked(self) -> tuple[Addressee, ...]:
        """Return the seats that are asked, one after another: the first at once, each further one by the next rung."""
        return self.able or self.to

    def held_by(self, actor: Actor) -> bool:
        """Return whether the actor holds one of the seats that may fill it."""
        return any(actor.sits(one.unit, one.seat) for one in self.to)

    @property
    def open(self) -> bool:
        """Return whether the signature is still missing."""
        return self.vote is None and not self.skipped


class Draft(BaseModel):
    """The text on the table: its page, the digest votes bind to, who wrote it, the signatures it needs."""

    page: Page
    digest: str
    drafter: Signer
    issuer: Issuer
    slots: tuple[Slot, ...] = ()
    issuing: str = Field(default="", exclude_if=is_empty)
    """The code of the unit in whose name it goes out, or which answers for it."""
    raised: int = Field(default=0, exclude_if=is_empty)
    """How often a change of level has changed who signs it last."""
    holders: tuple[SeatHolders, ...] = Field(default=(), exclude_if=is_empty)
    """Who could sign when it was handed in, as the desk proved it."""

    def open_slots(self) -> tuple[Slot, ...]:
        """Return the slots that can be filled now; the last, 签发, only once all others are filled."""
        missing = tuple(slot for slot in self.slots if slot.open)
        return tuple(slot for slot in missing if slot.kind is not SlotKind.SIGN) or missing


class RefusedPage(Frozen):
    """A page a channel refused for good, until somebody resolves it; `ref` is the number of the refusal's entry."""

    ref: int
    publication: Publication
    reason: str


class UrgentHandover(Frozen):
    """What triage hands over to a unit that has to receive it: why, to whom, by whom; `received` once it has."""

    exit: Exit
    unit: UnitRef
    by: Signer
    reason: str | None = None
    received: bool = False


class Proposal(Frozen):
    """What one person asks for and another has to confirm (docs/design.md, rule 16).

    `ref` is the number of its entry. `seat` is the one seat of the office that confirms it, if it depends on who asked.
    Of `unit`, `level`, `page`, `clock` and `span` (an extension's) and `pause`, those its kind has no use for are None.
    `refusal` is what the unit said that refused the consent which is to be skipped, None if it refused nothing.
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
    refusal: str | None = Field(default=None, exclude_if=is_empty)
    verdict: Verdict | None = Field(default=None, exclude_if=is_empty)
    """What a unit that has answered finds now, with `evidence`; its former answer stands until this is approved."""
    evidence: tuple[Evidence, ...] = Field(default=(), exclude_if=is_empty)
    exit: Exit | None = Field(default=None, exclude_if=is_empty)
    """Why the report is to be let out, and to which unit it is passed, if any (`pass_to`)."""
    pass_to: UnitRef | None = Field(default=None, exclude_if=is_empty)
    original: Original | None = Field(default=None, exclude_if=is_empty)
    """The case a duplicate is to be merged into; None for every other proposal."""
    pause: Pause | None = Field(default=None, exclude_if=is_empty)
    asked_from: tuple[Addressee, ...] = Field(default=(), exclude_if=is_empty)
    """The seats of whoever asks: there the answer is told."""
    record: RecordPublication | None = Field(default=None, exclude_if=is_empty)
    """What a unit has published itself, which is to be re-posted as `page`."""
