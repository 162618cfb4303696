"""What happened to a case, in the past tense: the timeline, as told to the register and shown to officers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.decisions import Actor
from domain.events.clocks import (
    Acknowledged,
    AcknowledgementExpired,
    ClockBreached,
    Notified,
    NotNotified,
    PhoneLogged,
    RosterGap,
    RungRang,
)
from domain.events.opening import CaseClosed, CaseOpened, LevelChanged, Noted, PassedOn, Sighted, StageEntered, Triaged
from domain.events.rebuttal import Approved, Delivered, DeliveryRefused, Drafted, Reviewed
from domain.events.verification import (
    FindingReceived,
    FindingReturned,
    FindingsConflicted,
    RequestAccepted,
    RequestDeclined,
    RequestSent,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferOffered,
    VerdictReached,
)
from domain.terms import Frozen

__all__ = [
    "Acknowledged",
    "AcknowledgementExpired",
    "Approved",
    "CaseClosed",
    "CaseOpened",
    "ClockBreached",
    "Delivered",
    "DeliveryRefused",
    "Drafted",
    "Entry",
    "Event",
    "FindingReceived",
    "FindingReturned",
    "FindingsConflicted",
    "LevelChanged",
    "NotNotified",
    "Noted",
    "Notified",
    "PassedOn",
    "PhoneLogged",
    "RequestAccepted",
    "RequestDeclined",
    "RequestSent",
    "Reviewed",
    "RosterGap",
    "RungRang",
    "Sighted",
    "StageEntered",
    "TransferAccepted",
    "TransferDeclined",
    "TransferLapsed",
    "TransferOffered",
    "Triaged",
    "VerdictReached",
]

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
