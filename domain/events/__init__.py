"""What happened to a case, in the past tense: the timeline, as written to the register and shown to officers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from domain.decisions import Actor
from domain.events.canonical_json import canonical_json
from domain.events.clocks import (
    Acknowledged,
    AcknowledgementExpired,
    CalendarChanged,
    CallPassedOn,
    CasePaused,
    CaseResumed,
    ClockBreached,
    ClockExtended,
    DueMoved,
    LetterRefused,
    Notified,
    NotNotified,
    Nudged,
    PauseEnding,
    PauseShortened,
    PhoneLogged,
    RosterGap,
    RungRang,
    Supervised,
)
from domain.events.opening import (
    CancelRefused,
    CaseClosed,
    CaseOpened,
    ClaimWorded,
    EpochOpened,
    HandoverEnded,
    HandoverReceived,
    LevelChanged,
    Noted,
    PassedOn,
    ProvisionalLevelRaised,
    ReportsMoved,
    ReportSplit,
    Sighted,
    StageEntered,
    Triaged,
)
from domain.events.rebuttal import (
    Approved,
    Confirmed,
    Delivered,
    DeliveryRefused,
    DeliveryResolved,
    Drafted,
    ProposalLapsed,
    Proposed,
    PublicationRecorded,
    Reviewed,
    TurnedDown,
)
from domain.events.verification import (
    ActionsGiven,
    FindingApproved,
    FindingHeldBack,
    FindingReceived,
    FindingReturned,
    FindingsConflicted,
    FindingSubmitted,
    PositionTaken,
    RequestAccepted,
    RequestDeclined,
    RequestExpired,
    RequestReleased,
    RequestSent,
    SessionOpened,
    SessionRuled,
    SessionSettled,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferOffered,
    VerdictReached,
)
from domain.values import Frozen

__all__ = [
    "Acknowledged",
    "AcknowledgementExpired",
    "ActionsGiven",
    "Approved",
    "CalendarChanged",
    "CallPassedOn",
    "CancelRefused",
    "CaseClosed",
    "CaseOpened",
    "CasePaused",
    "CaseResumed",
    "ClaimWorded",
    "ClockBreached",
    "ClockExtended",
    "Confirmed",
    "Delivered",
    "DeliveryRefused",
    "DeliveryResolved",
    "Drafted",
    "DueMoved",
    "Entry",
    "EpochOpened",
    "Event",
    "FindingApproved",
    "FindingHeldBack",
    "FindingReceived",
    "FindingReturned",
    "FindingSubmitted",
    "FindingsConflicted",
    "HandoverEnded",
    "HandoverReceived",
    "LetterRefused",
    "LevelChanged",
    "NotNotified",
    "Noted",
    "Notified",
    "Nudged",
    "PassedOn",
    "PauseEnding",
    "PauseShortened",
    "PhoneLogged",
    "PositionTaken",
    "ProposalLapsed",
    "Proposed",
    "ProvisionalLevelRaised",
    "PublicationRecorded",
    "ReportSplit",
    "ReportsMoved",
    "RequestAccepted",
    "RequestDeclined",
    "RequestExpired",
    "RequestReleased",
    "RequestSent",
    "Reviewed",
    "RosterGap",
    "RungRang",
    "SessionOpened",
    "SessionRuled",
    "SessionSettled",
    "Sighted",
    "StageEntered",
    "Supervised",
    "TransferAccepted",
    "TransferDeclined",
    "TransferLapsed",
    "TransferOffered",
    "Triaged",
    "TurnedDown",
    "UnknownEvent",
    "VerdictReached",
]

Event = Annotated[
    CaseOpened
    | EpochOpened
    | CancelRefused
    | Sighted
    | ProvisionalLevelRaised
    | ReportSplit
    | ClaimWorded
    | ReportsMoved
    | StageEntered
    | Triaged
    | PassedOn
    | HandoverReceived
    | HandoverEnded
    | LevelChanged
    | Noted
    | RequestSent
    | RequestAccepted
    | RequestDeclined
    | TransferOffered
    | TransferAccepted
    | TransferDeclined
    | TransferLapsed
    | RequestExpired
    | RequestReleased
    | FindingSubmitted
    | FindingApproved
    | FindingHeldBack
    | FindingReceived
    | FindingReturned
    | FindingsConflicted
    | VerdictReached
    | SessionOpened
    | PositionTaken
    | ActionsGiven
    | SessionRuled
    | SessionSettled
    | Drafted
    | Reviewed
    | Approved
    | Delivered
    | DeliveryRefused
    | DeliveryResolved
    | Proposed
    | Confirmed
    | TurnedDown
    | ProposalLapsed
    | PublicationRecorded
    | RungRang
    | ClockBreached
    | Acknowledged
    | AcknowledgementExpired
    | RosterGap
    | Notified
    | LetterRefused
    | NotNotified
    | PhoneLogged
    | CallPassedOn
    | CasePaused
    | PauseEnding
    | PauseShortened
    | CaseResumed
    | ClockExtended
    | CalendarChanged
    | DueMoved
    | Nudged
    | Supervised
    | CaseClosed,
    Field(discriminator="kind"),
]
"""An event of any kind."""


class UnknownEvent(BaseModel):
    """An event of a kind, or in a shape, that this version does not know; its fields are as they were stored."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    kind: str


class Entry(Frozen):
    """One entry of the timeline.

    `seq` counts from 1 within the case. `at` is workflow time. `by` is None if no person acted. `previous` is the hash
    of the entry before (`domain.events.chain`), so that a changed or missing entry is found.
    """

    seq: int
    at: datetime
    by: Actor | None = None
    event: Annotated[Event | UnknownEvent, Field(union_mode="left_to_right")]
    previous: str

    @cached_property
    def stored(self) -> bytes:
        """Return the entry as it is stored: its canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy; how it is stored is worked out anew."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("stored", None)
        return copied
