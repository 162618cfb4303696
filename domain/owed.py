"""What a case owes the world, and what came back: data only, carried across continue-as-new.

Every key is made of case, visit, clock generation, rung or version and channel: never of a run id or an attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.events import Entry
from domain.messages import Message
from domain.terms import Addressee
from domain.values import Frozen
from domain.vocabulary import (
    ClockName,
    Level,
    Mode,
    ProposalKind,
    PublicationKind,
    PublicationState,
    Role,
    RungKind,
    Seat,
    SlotKind,
    Stage,
    Verdict,
    VerdictStep,
)


def _nothing(value: object) -> bool:
    return not value


class Notice(Frozen):
    """Owe a message to seats by channels; `values` fill the template beside the case's own."""

    kind: Literal["notice"] = "notice"
    key: str
    message: Message
    to: tuple[Addressee, ...]
    by: tuple[str, ...]
    clock: ClockName | None = None
    due: datetime | None = None
    values: dict[str, str | int] = {}
    wave: int = 0
    not_before: datetime | None = Field(default=None, exclude_if=_nothing)

    def ready(self, now: datetime) -> bool:
        """Tell whether it may go out; a letter of low urgency waits for the next digest."""
        return self.not_before is None or self.not_before <= now


class Source(Frozen):
    """Say where a unit has published a text itself, and when that was captured."""

    unit: str
    url: str
    captured_at: datetime


class Page(Frozen):
    """Be the exact text that is signed and published; the digest is over all of it.

    `verdict` is None while a claim is being checked, `source` where a unit published the text first.
    """

    number: str
    version: int
    publication: PublicationKind
    title: str
    text: str
    claim: str
    verdict: Verdict | None = None
    units: tuple[str, ...]
    issuer: str
    as_of: datetime
    source: Source | None = Field(default=None, exclude_if=_nothing)


class Publication(Frozen):
    """Owe one approved page to one channel."""

    kind: Literal["publication"] = "publication"
    key: str
    channel: str
    page: Page
    digest: str


class Recording(Frozen):
    """Owe the register the last entries of a case that is over."""

    kind: Literal["recording"] = "recording"
    key: str


Owed = Annotated[Notice | Publication | Recording, Field(discriminator="kind")]


class Debt(Frozen):
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
    paused: bool = Field(default=False, exclude_if=_nothing)
    provisional: bool = Field(default=False, exclude_if=_nothing)
    level: int = 0
    next_at: datetime | None = Field(default=None, exclude_if=_nothing)
    next_rung: RungKind | None = Field(default=None, exclude_if=_nothing)
    next_to: tuple[Addressee, ...] = Field(default=(), exclude_if=_nothing)


class Signature(Frozen):
    """Say in one line whose signature a text needs, and whether it is there; `seat` is the one that is asked."""

    kind: SlotKind
    unit: str
    short: str
    seat: Seat
    given: bool = False
    skipped: bool = False
    now: bool = False


class Waiting(Frozen):
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
    debts: tuple[Debt, ...]
    verdicts: dict[VerdictStep, Verdict] = Field(default={}, exclude_if=_nothing)
    signatures: tuple[Signature, ...] = Field(default=(), exclude_if=_nothing)
    waiting: tuple[Waiting, ...] = Field(default=(), exclude_if=_nothing)
    session: int | None = Field(default=None, exclude_if=_nothing)
    paused: datetime | None = Field(default=None, exclude_if=_nothing)
    calendar: str = ""
    awaited: dict[str, datetime | None] = Field(default={}, exclude_if=_nothing)
    opened_at: datetime
    closed_at: datetime | None = None


class Record(Frozen):
    """Be what the register is told: the summary, and the entries it may not have yet."""

    summary: Summary
    entries: tuple[Entry, ...]


class Wave(Frozen):
    """Be the argument of the notify activity: notices owed at one moment, with the case they speak of.

    `at` is workflow time: the roster is read as of it, and it is the time receipts carry. `view` is the case as it
    stood when the notices were owed, so that a wave sent again, even from another run, says the same. `tells`: the
    register is told the record with it; not from inside the task that owes the notices, which may yet be made anew.
    """

    case_id: str
    at: datetime
    claim: str
    mode: Mode
    notices: tuple[Notice, ...]
    record: Record
    then: Summary | None = None
    tells: bool = True

    @property
    def view(self) -> Summary:
        """Return the case as it stood when the notices were owed; `then` is None where that is the record's own."""
        return self.then or self.record.summary

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of its notices."""
        return tuple(notice.key for notice in self.notices)

    def without(self, told: Sequence[Wave]) -> Wave:
        """Return the wave with what no other has told of: its record is told even where no notice is left."""
        known = {notice.key for one in told for notice in one.notices}
        return self.model_copy(update={"notices": tuple(one for one in self.notices if one.key not in known)})

    def untold(self) -> Wave:
        """Return the wave as a further attempt needs it: its notices and its view, nothing for the register."""
        told = Record(summary=self.view, entries=())
        return self.model_copy(update={"record": told, "then": None, "tells": False})


class Issue(Frozen):
    """Be the argument of the publish activity."""

    case_id: str
    at: datetime
    mode: Mode
    publication: Publication
    record: Record | None = None


class Gap(Frozen):
    """Say that a seat was empty and who was reached instead; None: nobody, the administrators were told."""

    wanted: Addressee
    reached: Addressee | None = None


class WaveSent(Frozen):
    """Say that every recipient of a wave has a receipt."""

    to: tuple[Addressee, ...]
    by: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


class Issued(Frozen):
    """Say that a channel has the page, and where it stands."""

    where: str


class NotIssued(Frozen):
    """Say that a channel or the digest check refused the page for good."""

    reason: str


class Answer(Frozen):
    """Be what a decision returns: how the case stands now, and what this decision made happen.

    `seq` is the sequence number the decision got; a repeated decision gets the same one and no entries. `untold` are
    entries of before that the register may not have and nothing owed now is sure to tell it.
    """

    case_id: str
    seq: int
    summary: Summary
    entries: tuple[Entry, ...] = ()
    untold: tuple[Entry, ...] = Field(default=(), exclude_if=_nothing)
    owed: tuple[str, ...] = ()


class Outcome(Frozen):
    """Be the result of a finished case."""

    stage: Stage
    verdict: Verdict | None = None
    publication: PublicationState
    entries: int
