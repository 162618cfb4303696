"""What people say to a case: one model per kind, exactly the body of `POST /v1/cases/{id}/decisions`.

Who says it is never a field: the actor is the credential, sealed into the Update's header by the desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.terms import Frozen, Terms, UnitRef
from domain.words import ClockName, Exit, Level, PhoneOutcome, PublicationKind, Seat, Verdict, Vote

UnitCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Link = Annotated[AnyHttpUrl, Field(max_length=2000)]


class Actor(Frozen):
    """Be who speaks: a person by id, with the unit and the seats held at the moment of the decision."""

    person: str
    unit: str
    short: str
    parent: str | None = None
    seats: tuple[Seat, ...]

    def sits(self, unit: str, *seats: Seat) -> bool:
        """Tell whether the actor holds one of `seats` (any, if none is named) in `unit`."""
        return self.unit == unit and (not seats or any(seat in seats for seat in self.seats))


CONSOLE = Actor(person="temporal-ui", unit="", short="", seats=())
"""Whoever speaks without the desk's proof: may escalate, nothing else."""


class Proven(Frozen):
    """Hold what the desk proves with a decision: the actor, and the units the decision names."""

    actor: Actor
    units: dict[str, UnitRef] = {}


class Decision(BaseModel):
    """Be the base of every kind; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def named_units(self) -> tuple[str, ...]:
        """Return the codes of the units this decision names."""
        return ()


class TriageDecision(Decision):
    """Confirm or change the level and ask units to verify, or let a report out that is no rumor.

    Either `exit` (with `pass_to`, the unit it is passed to, where one fits) or `level`, `topic` and `lead`.
    """

    kind: Literal["triage"] = "triage"
    exit: Exit | None = None
    pass_to: UnitCode | None = None
    level: Level | None = None
    topic: Short | None = None
    district: Short | None = None
    lead: UnitCode | None = None
    co_units: tuple[UnitCode, ...] = Field(default=(), max_length=12)
    ask: Short | None = None
    reason: Short | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return lead, co-units and the unit a report is passed to."""
        return tuple(code for code in (self.lead, *self.co_units, self.pass_to) if code)


class Acknowledge(Decision):
    """Take a clock in hand: no higher rung rings until the acknowledgement expires; the due time stays."""

    kind: Literal["acknowledge"] = "acknowledge"
    clock: ClockName
    unit: UnitCode


class Assign(Decision):
    """Name the lead unit by order of the office, after units have declined; it cannot decline."""

    kind: Literal["assign"] = "assign"
    lead: UnitCode
    reason: Short

    def named_units(self) -> tuple[str, ...]:
        """Return the assigned unit."""
        return (self.lead,)


class AddUnit(Decision):
    """Ask one more unit to verify alongside."""

    kind: Literal["add_unit"] = "add_unit"
    unit: UnitCode
    ask: Short | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the added unit."""
        return (self.unit,)


class Relevel(Decision):
    """Change the level of a case; running clocks keep what they consumed."""

    kind: Literal["relevel"] = "relevel"
    level: Level
    reason: Short


class Accept(Decision):
    """Sign for a verification request on behalf of one's unit."""

    kind: Literal["accept"] = "accept"


class Decline(Decision):
    """Return a verification request: the reason, and the unit that fits better where one is known."""

    kind: Literal["decline"] = "decline"
    reason: Short
    suggested: UnitCode | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the suggested unit."""
        return (self.suggested,) if self.suggested else ()


class Transfer(Decision):
    """Hand a request on to the unit it belongs to; the sender stays responsible until that unit accepts (rule 10).

    `unit` names whose request the office hands on; None: the actor's own.
    """

    kind: Literal["transfer"] = "transfer"
    to: UnitCode
    reason: Short
    unit: UnitCode | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the unit that is to take over."""
        return (self.to,)


class Evidence(Frozen):
    """Be one piece of evidence: what it is, where it comes from, when it was captured."""

    kind: Short
    source: Short
    url: Link | None = None
    digest: Digest | None = None
    captured_at: AwareDatetime | None = None


class Finding(Decision):
    """Hand in one's unit's finding: verdict, explanation, evidence."""

    kind: Literal["finding"] = "finding"
    verdict: Verdict
    explanation: Text
    evidence: tuple[Evidence, ...] = Field(min_length=1, max_length=20)


class ReturnFinding(Decision):
    """Return a unit's finding for more; its answer clock goes on."""

    kind: Literal["return_finding"] = "return_finding"
    unit: UnitCode
    missing: Short


class DraftSubmission(Decision):
    """Hand in the text that is to be published; every draft is a new version with its own digest."""

    kind: Literal["draft"] = "draft"
    publication: PublicationKind
    title: Short
    text: Text
    reason: Short | None = None


class Review(Decision):
    """Vote on exactly one text: approve, return with remarks, or reject."""

    kind: Literal["review"] = "review"
    digest: Digest
    outcome: Vote
    remarks: Short | None = None


class Escalate(Decision):
    """Ring the next rung of a clock by hand; refused when it has moved on from `expected_level`.

    Without `clock` the most urgent running clock is meant.
    """

    kind: Literal["escalate"] = "escalate"
    expected_level: Annotated[int, Field(strict=True, ge=0, le=99)]
    reason: Short
    clock: ClockName | None = None
    unit: UnitCode | None = None


class PhoneLog(Decision):
    """Log a phone call about a clock: reached, not reached, or passed on."""

    kind: Literal["phone_log"] = "phone_log"
    clock: ClockName
    unit: UnitCode
    outcome: PhoneOutcome
    remarks: Short | None = None


class Note(Decision):
    """Write a remark into the timeline; it changes nothing else."""

    kind: Literal["note"] = "note"
    text: Short


class Close(Decision):
    """Close a case whose publication is out."""

    kind: Literal["close"] = "close"
    remarks: Short | None = None


AnyDecision = Annotated[
    TriageDecision
    | Acknowledge
    | Assign
    | AddUnit
    | Relevel
    | Accept
    | Decline
    | Transfer
    | Finding
    | ReturnFinding
    | DraftSubmission
    | Review
    | Escalate
    | PhoneLog
    | Note
    | Close,
    Field(discriminator="kind"),
]

NOT_OFFERED_YET = (
    "consult", "interim", "consent", "sign", "record_publication", "pause", "resume", "extend", "nudge",
    "supervise", "override", "confirm", "merge", "split", "reopen", "correct", "withdraw", "appeal", "decide_appeal",
    "refer", "resolve_delivery",
)  # fmt: skip
"""Kinds the interface names and a later version brings; today they are answered with "not offered yet"."""


class Sighting(Frozen):
    """Tell a running case how far its claim has spread, at a milestone."""

    count: int
    districts: int
    channels: int


class Opening(Frozen):
    """Be the argument a case starts with: the first report and the terms it is opened under.

    `named` holds the short name of the unit a report came from, where the channel names one.
    """

    case_id: str
    number: str
    claim: str
    report_id: str
    channel: str
    place: str | None = None
    reported_at: datetime | None = None
    level: Level
    named: dict[str, str] = {}
    terms: Terms
