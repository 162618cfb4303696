"""How a case stands, in the words of its row in the register."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import Field

from domain.decisions import Original
from domain.events import Entry
from domain.events.canonical_json import canonical_json
from domain.events.chain import hash_of
from domain.terms import Addressee
from domain.values import Frozen, Sealed, TimelinePosition, is_empty
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


class CallStatus(Frozen):
    """A call by phone that is to be made: to the holders of the seats `to`, by the first holder of `by` who is none.

    `since` is when it was asked for. `passed_on` is how many persons of each seat have been called in vain,
    `generation` that of its clock.
    """

    to: tuple[Addressee, ...]
    by: tuple[Addressee, ...]
    since: datetime
    passed_on: int = 0
    generation: int = 1


class ClockStatus(Frozen):
    """One running clock in one line: who owes what by when, and which rung of the ladder comes next.

    `short` is the unit's short name, `role` its role in the verification, None if it is not asked. `level` is how many
    rungs have rung. `resumes` is when it runs again, if its unit alone is paused. `call` is the call by phone that
    somebody is asked to make, None without one. The next rung (`next_at`, `next_rung`, `next_to`) is given to readers
    of a case and left out of the answer to a decision, because every answer stays in the history.
    """

    clock: ClockName
    unit: str
    short: str
    role: Role | None = None
    due: datetime
    overdue: bool = False
    acknowledged: bool = False
    paused: bool = Field(default=False, exclude_if=is_empty)
    resumes: datetime | None = Field(default=None, exclude_if=is_empty)
    call: CallStatus | None = Field(default=None, exclude_if=is_empty)
    provisional: bool = Field(default=False, exclude_if=is_empty)
    level: int = 0
    next_at: datetime | None = Field(default=None, exclude_if=is_empty)
    next_rung: RungKind | None = Field(default=None, exclude_if=is_empty)
    next_to: tuple[Addressee, ...] = Field(default=(), exclude_if=is_empty)


class Signature(Frozen):
    """One signature a text needs, in one line; `seat` is the one that is asked.

    `given` is true once there is a vote, `skipped` if the text goes on without it, `now` if it can be given now.
    `stand_ins` are the other seats that may give it now.
    """

    kind: SlotKind
    unit: str
    short: str
    seat: Seat
    given: bool = False
    skipped: bool = False
    now: bool = False
    stand_ins: tuple[Addressee, ...] = Field(default=(), exclude_if=is_empty)


class PendingConfirmation(Frozen):
    """A proposal that waits for a second person: what is asked for, by whom, under which number (`ref`).

    `seat` is the one seat of the office that confirms it, None if any permitted seat may. `voice` is that of the person
    if it is another than the id.
    """

    ref: int
    kind: ProposalKind
    unit: str | None = None
    seat: Seat | None = None
    by: str
    voice: str | None = Field(default=None, exclude_if=is_empty)


class Summary(Frozen):
    """How a case stands as of its entry `seq`: the case's row in the register.

    `units` are the codes of the units asked, the lead's first. `due` is when the present step is due, None if no clock
    runs. `next_wake` is when the case has next something to do, None if nothing is planned. `escalation` is the highest
    number of rungs that have rung on a running clock, `overdue` whether a running clock is breached. `debts` has one
    line per running clock, the earliest due first. `verdicts` are by step. `waiting` are the open proposals. `session`
    is the number of the open joint session, None without one. `paused` is the end of the pause, None without one.
    `refused` are the numbers of the refusals nobody has resolved yet. `calendar` is the version of the working
    calendar. `awaited` are the units a session waits for, and until when. `original` is the case whose answer is
    that of this one, a duplicate. `sources` is from how many different sources the reports came, 0 if not counted.
    `basket` is whether it is a triage basket of which nobody has said what it claims.
    """

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
    sources: int = Field(default=0, exclude_if=is_empty)
    debts: tuple[ClockStatus, ...]
    verdicts: dict[VerdictStep, Verdict] = Field(default={}, exclude_if=is_empty)
    signatures: tuple[Signature, ...] = Field(default=(), exclude_if=is_empty)
    waiting: tuple[PendingConfirmation, ...] = Field(default=(), exclude_if=is_empty)
    session: int | None = Field(default=None, exclude_if=is_empty)
    paused: datetime | None = Field(default=None, exclude_if=is_empty)
    calendar: str = ""
    awaited: dict[str, datetime | None] = Field(default={}, exclude_if=is_empty)
    refused: tuple[int, ...] = Field(default=(), exclude_if=is_empty)
    original: Original | None = Field(default=None, exclude_if=is_empty)
    basket: bool = Field(default=False, exclude_if=is_empty)
    opened_at: datetime
    closed_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Return whether the case is closed and asks nothing of anybody any more."""
        return self.closed_at is not None and not self.refused


class RecordQuery(Frozen):
    """What is asked of a case: the entries after `after` (None: all it keeps), and its whole state or not."""

    after: TimelinePosition | None = None
    with_state: bool = False


class Record(Sealed):
    """What the register stores of a case: the summary, and the entries it may not have yet.

    `head` is the hash of the case's latest entry. `pending_effects` are the keys of what the case has still to send,
    `called_off` those among them that nobody is to get any more.
    `state` is the whole state as JSON of the model of `version`, None if it was not asked for. `chain` is the id of the
    first run of the workflow that says so, `nonce` what the desk chose for that run before it started it, and `proof`
    the seal of its worker over all of this; each is empty before.
    """

    summary: Summary
    entries: tuple[Entry, ...]
    head: str
    pending_effects: tuple[str, ...] = ()
    called_off: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    state: str | None = Field(default=None, exclude_if=is_empty)
    version: int = 1
    chain: str = Field(default="", exclude_if=is_empty)
    nonce: str = Field(default="", exclude_if=is_empty)
    proof: str = Field(default="", exclude_if=is_empty)

    def without_entries(self) -> Record:
        """Return the record without its entries."""
        return self.model_copy(update={"entries": ()})

    def claims(self) -> tuple[str, ...]:
        """Return what a proof of the record binds; its entries are bound by their chain (`is_chained`)."""
        summary = canonical_json(self.summary.model_dump(mode="json"))
        owed = "\n".join((*self.pending_effects, *(f"off:{key}" for key in self.called_off)))
        said = (_digest(one) for one in (summary, owed, self.state or ""))
        parts = (self.chain, self.head, str(self.version), *said)
        return (*parts, f"nonce:{self.nonce}") if self.nonce else parts

    @property
    def wanted(self) -> set[str]:
        """Return the keys of what somebody is still to get."""
        return set(self.pending_effects).difference(self.called_off)

    @property
    def is_chained(self) -> bool:
        """Return whether the entries follow one another up to the head."""
        before = self.entries[0].previous if self.entries else self.head
        for entry in self.entries:
            if entry.previous != before:
                return False
            before = hash_of(entry.stored)
        return before == self.head

    @property
    def position(self) -> TimelinePosition:
        """Return how far the timeline of the case goes."""
        return TimelinePosition(epoch=self.summary.epoch, seq=self.summary.seq, head=self.head)


def _digest(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
