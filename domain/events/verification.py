"""What happened to requests, findings and joint sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.decisions import Action, Evidence, Signer
from domain.values import Frozen, is_empty
from domain.vocabulary import ClockName, Role, SessionReason, SyntheticMark, Verdict, VerdictStep


class RequestSent(Frozen):
    """A unit was asked to verify; `due` is when its answer is due."""

    kind: Literal["request_sent"] = "request_sent"
    unit: str
    short: str
    role: Role
    due: datetime
    assigned: bool = False


class RequestAccepted(Frozen):
    """A unit accepted its request."""

    kind: Literal["request_accepted"] = "request_accepted"
    unit: str


class RequestDeclined(Frozen):
    """A unit returned its request; `suggested` is the short name of a unit that fits better."""

    kind: Literal["request_declined"] = "request_declined"
    unit: str
    reason: str
    suggested: str | None = None


class TransferOffered(Frozen):
    """A unit's request was offered to another unit; `short` is the short name of `to`."""

    kind: Literal["transfer_offered"] = "transfer_offered"
    unit: str
    to: str
    short: str
    reason: str
    accept_due: datetime


class TransferAccepted(Frozen):
    """The other unit took the request over; `due` is when its answer is due.

    `swapped` is whether it was asked itself: it leads now, and the sender goes on as a co-unit.
    """

    kind: Literal["transfer_accepted"] = "transfer_accepted"
    unit: str
    to: str
    due: datetime
    swapped: bool = Field(default=False, exclude_if=is_empty)


class TransferDeclined(Frozen):
    """The other unit declined the request; it stays with its sender."""

    kind: Literal["transfer_declined"] = "transfer_declined"
    unit: str
    to: str
    reason: str
    suggested: str | None = None


class TransferLapsed(Frozen):
    """An offer to take a request over ended without an answer, or became needless."""

    kind: Literal["transfer_lapsed"] = "transfer_lapsed"
    unit: str
    to: str


class RequestExpired(Frozen):
    """A request ended because nobody acted on it: the whole ladder of `clock` had rung."""

    kind: Literal["request_expired"] = "request_expired"
    unit: str
    clock: ClockName
    role: Role


class RequestReleased(Frozen):
    """The office needs no answer of a unit any more."""

    kind: Literal["request_released"] = "request_released"
    unit: str
    reason: str | None = None


class FindingSubmitted(Frozen):
    """A finding was handed in; it counts once a second person of the unit approves it."""

    kind: Literal["finding_submitted"] = "finding_submitted"
    unit: str
    verdict: Verdict
    explanation: str
    evidence: tuple[Evidence, ...]
    party_statement: str | None = None
    synthetic_mark: SyntheticMark | None = None
    internal: str | None = Field(default=None, exclude_if=is_empty)
    """What is for the office alone (`domain.access.reading.without_internal`)."""


class FindingApproved(Frozen):
    """A second person of the unit approved its finding."""

    kind: Literal["finding_approved"] = "finding_approved"
    unit: str
    verdict: Verdict
    submitted_by: Signer
    late: bool = False


class FindingHeldBack(Frozen):
    """A second person of the unit did not approve its finding."""

    kind: Literal["finding_held_back"] = "finding_held_back"
    unit: str
    remarks: str | None = None


class FindingReceived(Frozen):
    """A finding came in and counts; `late`: it came after the verdict."""

    kind: Literal["finding_received"] = "finding_received"
    unit: str
    verdict: Verdict
    explanation: str
    evidence: tuple[Evidence, ...]
    party_statement: str | None = None
    synthetic_mark: SyntheticMark | None = None
    internal: str | None = Field(default=None, exclude_if=is_empty)
    """What is for the office alone (`domain.access.reading.without_internal`)."""
    late: bool = False


class FindingReturned(Frozen):
    """The office returned a finding for what it lacks; `disputed` is its verdict if others contradict it: it stands."""

    kind: Literal["finding_returned"] = "finding_returned"
    unit: str
    missing: str
    disputed: Verdict | None = Field(default=None, exclude_if=is_empty)


class FindingsConflicted(Frozen):
    """Enough units answered, with different verdicts (by unit code)."""

    kind: Literal["findings_conflicted"] = "findings_conflicted"
    verdicts: dict[str, Verdict]


class VerdictReached(Frozen):
    """One of the three verdicts was set, with those who stand behind it."""

    kind: Literal["verdict_reached"] = "verdict_reached"
    verdict: Verdict
    step: VerdictStep
    signers: tuple[Signer, ...]


class SessionOpened(Frozen):
    """Units were called to a joint session; `due` is when its minutes are due, None without a session clock."""

    kind: Literal["session_opened"] = "session_opened"
    number: int
    reason: SessionReason
    units: tuple[str, ...]
    question: str | None = None
    actions: tuple[Action, ...] = ()
    due: datetime | None = None


class PositionTaken(Frozen):
    """A called unit took a position, or ticked off the items `done`.

    `dissents`: it contradicts the verdict after the ruling.
    """

    kind: Literal["position_taken"] = "position_taken"
    number: int
    unit: str
    verdict: Verdict | None = None
    text: str
    done: tuple[int, ...] = ()
    dissents: bool = False


class ActionsGiven(Frozen):
    """The chair put items on a session's action list."""

    kind: Literal["actions_given"] = "actions_given"
    number: int
    text: str
    actions: tuple[Action, ...]


class SessionRuled(Frozen):
    """The chair ended a session with minutes or, if there is a `verdict`, a ruling; `dissent` is by unit code."""

    kind: Literal["session_ruled"] = "session_ruled"
    number: int
    verdict: Verdict | None = None
    reasons: str
    dissent: dict[str, Verdict] = {}
    actions: tuple[Action, ...] = ()


class SessionSettled(Frozen):
    """A session about a conflict ended because the findings agree now."""

    kind: Literal["session_settled"] = "session_settled"
    number: int
    verdict: Verdict
