"""How a case stands, in the words of its row in the register."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.events import Entry
from domain.terms import Addressee
from domain.values import Frozen, is_empty
from domain.vocabulary import (
    ClockName,
    Level,
    ProposalKind,
    PublicationState,
    Role,
    RungKind,
    Seat,
    SlotKind,
    Stage,
    Verdict,
    VerdictStep,
)


class ClockStatus(Frozen):
    """Say in one line who owes what by when, and which rung of the ladder comes next.

    The next rung is told where somebody looks at a case, and left out of the answer to a decision: every answer
    stays in the history.
    """

    clock: ClockName
    unit: str
    short: str
    role: Role | None = None
    due: datetime
    overdue: bool = False
    acknowledged: bool = False
    paused: bool = Field(default=False, exclude_if=is_empty)
    provisional: bool = Field(default=False, exclude_if=is_empty)
    level: int = 0
    next_at: datetime | None = Field(default=None, exclude_if=is_empty)
    next_rung: RungKind | None = Field(default=None, exclude_if=is_empty)
    next_to: tuple[Addressee, ...] = Field(default=(), exclude_if=is_empty)


class Signature(Frozen):
    """Say in one line whose signature a text needs, and whether it is there; `seat` is the one that is asked."""

    kind: SlotKind
    unit: str
    short: str
    seat: Seat
    given: bool = False
    skipped: bool = False
    now: bool = False


class PendingConfirmation(Frozen):
    """Say what waits for a second person: what is asked for, by whom, under which number."""

    ref: int
    kind: ProposalKind
    unit: str | None = None
    seat: Seat | None = None
    by: str


class Summary(Frozen):
    """Be the row of a case in the register: how it stands as of `seq`, and whom a session waits for (`awaited`)."""

    case_id: str
    epoch: int
    number: str
    seq: int
    stage: Stage
    visit: int
    level: Level
    provisional: bool
    verdict: Verdict | None = None
    publication: PublicationState
    topic: str | None = None
    district: str | None = None
    lead: str | None = None
    units: tuple[str, ...]
    due: datetime | None = None
    next_wake: datetime | None = None
    escalation: int
    overdue: bool
    sightings: int
    debts: tuple[ClockStatus, ...]
    verdicts: dict[VerdictStep, Verdict] = Field(default={}, exclude_if=is_empty)
    signatures: tuple[Signature, ...] = Field(default=(), exclude_if=is_empty)
    waiting: tuple[PendingConfirmation, ...] = Field(default=(), exclude_if=is_empty)
    session: int | None = Field(default=None, exclude_if=is_empty)
    paused: datetime | None = Field(default=None, exclude_if=is_empty)
    calendar: str = ""
    awaited: dict[str, datetime | None] = Field(default={}, exclude_if=is_empty)
    opened_at: datetime
    closed_at: datetime | None = None


class Record(Frozen):
    """Be what the register is told: the summary, and the entries it may not have yet."""

    summary: Summary
    entries: tuple[Entry, ...]
