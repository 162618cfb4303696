"""What happened to a case, in the past tense: the timeline, as told to the register and shown to officers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.decisions import Actor, Evidence
from domain.terms import Addressee, Frozen
from domain.words import (
    ClockName,
    Exit,
    Level,
    PhoneOutcome,
    PublicationKind,
    Role,
    RungKind,
    Stage,
    Verdict,
    Vote,
)


class CaseOpened(Frozen):
    kind: Literal["case_opened"] = "case_opened"
    level: Level
    channel: str
    place: str | None = None


class Sighted(Frozen):
    kind: Literal["sighted"] = "sighted"
    count: int
    districts: int
    channels: int


class StageEntered(Frozen):
    kind: Literal["stage_entered"] = "stage_entered"
    stage: Stage
    visit: int


class Triaged(Frozen):
    kind: Literal["triaged"] = "triaged"
    level: Level
    topic: str
    district: str | None = None
    reason: str | None = None


class PassedOn(Frozen):
    kind: Literal["passed_on"] = "passed_on"
    exit: Exit
    to: str | None = None
    reason: str | None = None


class RequestSent(Frozen):
    kind: Literal["request_sent"] = "request_sent"
    unit: str
    short: str
    role: Role
    due: datetime
    assigned: bool = False


class RequestAccepted(Frozen):
    kind: Literal["request_accepted"] = "request_accepted"
    unit: str


class RequestDeclined(Frozen):
    kind: Literal["request_declined"] = "request_declined"
    unit: str
    reason: str
    suggested: str | None = None


class TransferOffered(Frozen):
    kind: Literal["transfer_offered"] = "transfer_offered"
    unit: str
    to: str
    short: str
    reason: str
    accept_due: datetime


class TransferAccepted(Frozen):
    kind: Literal["transfer_accepted"] = "transfer_accepted"
    unit: str
    to: str
    due: datetime


class TransferDeclined(Frozen):
    kind: Literal["transfer_declined"] = "transfer_declined"
    unit: str
    to: str
    reason: str
    suggested: str | None = None


class TransferLapsed(Frozen):
    kind: Literal["transfer_lapsed"] = "transfer_lapsed"
    unit: str
    to: str


class LevelChanged(Frozen):
    kind: Literal["level_changed"] = "level_changed"
    old: Level
    new: Level
    reason: str


class FindingReceived(Frozen):
    kind: Literal["finding_received"] = "finding_received"
    unit: str
    verdict: Verdict
    explanation: str
    evidence: tuple[Evidence, ...]
    late: bool = False


class FindingReturned(Frozen):
    kind: Literal["finding_returned"] = "finding_returned"
    unit: str
    missing: str


class FindingsConflicted(Frozen):
    kind: Literal["findings_conflicted"] = "findings_conflicted"
    verdicts: dict[str, Verdict]


class VerdictReached(Frozen):
    kind: Literal["verdict_reached"] = "verdict_reached"
    verdict: Verdict


class Drafted(Frozen):
    kind: Literal["drafted"] = "drafted"
    version: int
    publication: PublicationKind
    title: str
    text: str
    digest: str
    reason: str | None = None


class Reviewed(Frozen):
    kind: Literal["reviewed"] = "reviewed"
    version: int
    digest: str
    outcome: Vote
    remarks: str | None = None


class Approved(Frozen):
    kind: Literal["approved"] = "approved"
    version: int
    digest: str


class Delivered(Frozen):
    kind: Literal["delivered"] = "delivered"
    version: int
    channel: str
    where: str


class DeliveryRefused(Frozen):
    kind: Literal["delivery_refused"] = "delivery_refused"
    version: int
    channel: str
    reason: str


class RungRang(Frozen):
    kind: Literal["rung_rang"] = "rung_rang"
    clock: ClockName
    unit: str
    generation: int
    rung: RungKind
    n: int
    to: tuple[Addressee, ...]
    planned: datetime
    late_by: int = 0
    by_hand: str | None = None


class ClockBreached(Frozen):
    kind: Literal["clock_breached"] = "clock_breached"
    clock: ClockName
    unit: str
    due: datetime
    late_by: int = 0


class Acknowledged(Frozen):
    kind: Literal["acknowledged"] = "acknowledged"
    clock: ClockName
    unit: str
    rung: int
    until: datetime


class AcknowledgementExpired(Frozen):
    kind: Literal["acknowledgement_expired"] = "acknowledgement_expired"
    clock: ClockName
    unit: str


class RosterGap(Frozen):
    kind: Literal["roster_gap"] = "roster_gap"
    wanted: Addressee
    reached: Addressee | None = None


class Notified(Frozen):
    kind: Literal["notified"] = "notified"
    to: tuple[Addressee, ...]
    by: tuple[str, ...]


class NotNotified(Frozen):
    kind: Literal["not_notified"] = "not_notified"
    reason: str


class PhoneLogged(Frozen):
    kind: Literal["phone_logged"] = "phone_logged"
    clock: ClockName
    unit: str
    outcome: PhoneOutcome
    remarks: str | None = None


class Noted(Frozen):
    kind: Literal["noted"] = "noted"
    text: str


class CaseClosed(Frozen):
    kind: Literal["case_closed"] = "case_closed"
    exit: Exit | None = None
    verdict: Verdict | None = None
    remarks: str | None = None


Event = Annotated[
    CaseOpened
    | Sighted
    | StageEntered
    | Triaged
    | PassedOn
    | RequestSent
    | RequestAccepted
    | RequestDeclined
    | TransferOffered
    | TransferAccepted
    | TransferDeclined
    | TransferLapsed
    | LevelChanged
    | FindingReceived
    | FindingReturned
    | FindingsConflicted
    | VerdictReached
    | Drafted
    | Reviewed
    | Approved
    | Delivered
    | DeliveryRefused
    | RungRang
    | ClockBreached
    | Acknowledged
    | AcknowledgementExpired
    | RosterGap
    | Notified
    | NotNotified
    | PhoneLogged
    | Noted
    | CaseClosed,
    Field(discriminator="kind"),
]


class Entry(Frozen):
    """Be one line of the timeline: `seq` counts from 1 within the case; `by` is None when no person spoke."""

    seq: int
    at: datetime
    by: Actor | None = None
    event: Event
