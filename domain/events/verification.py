"""What happens to requests and findings."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.decisions import Action, Evidence, Signer
from domain.values import Frozen
from domain.vocabulary import ClockName, Role, SessionReason, SyntheticMark, Verdict, VerdictStep


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


class RequestExpired(Frozen):
    kind: Literal["request_expired"] = "request_expired"
    unit: str
    clock: ClockName
    role: Role


class FindingSubmitted(Frozen):
    kind: Literal["finding_submitted"] = "finding_submitted"
    unit: str
    verdict: Verdict
    explanation: str
    evidence: tuple[Evidence, ...]
    party_statement: str | None = None
    synthetic_mark: SyntheticMark | None = None


class FindingApproved(Frozen):
    kind: Literal["finding_approved"] = "finding_approved"
    unit: str
    verdict: Verdict
    submitted_by: Signer
    late: bool = False


class FindingHeldBack(Frozen):
    kind: Literal["finding_held_back"] = "finding_held_back"
    unit: str
    remarks: str | None = None


class FindingReceived(Frozen):
    kind: Literal["finding_received"] = "finding_received"
    unit: str
    verdict: Verdict
    explanation: str
    evidence: tuple[Evidence, ...]
    party_statement: str | None = None
    synthetic_mark: SyntheticMark | None = None
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
    step: VerdictStep
    signers: tuple[Signer, ...]


class SessionOpened(Frozen):
    kind: Literal["session_opened"] = "session_opened"
    number: int
    reason: SessionReason
    units: tuple[str, ...]
    question: str | None = None
    actions: tuple[Action, ...] = ()
    due: datetime | None = None


class PositionTaken(Frozen):
    kind: Literal["position_taken"] = "position_taken"
    number: int
    unit: str
    verdict: Verdict | None = None
    text: str
    done: tuple[int, ...] = ()
    dissents: bool = False


class ActionsGiven(Frozen):
    kind: Literal["actions_given"] = "actions_given"
    number: int
    text: str
    actions: tuple[Action, ...]


class SessionRuled(Frozen):
    kind: Literal["session_ruled"] = "session_ruled"
    number: int
    verdict: Verdict | None = None
    reasons: str
    dissent: dict[str, Verdict] = {}
    actions: tuple[Action, ...] = ()


class SessionSettled(Frozen):
    kind: Literal["session_settled"] = "session_settled"
    number: int
    verdict: Verdict
