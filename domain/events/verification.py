"""What happens to requests and findings."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.decisions import Evidence
from domain.terms import Frozen
from domain.words import Role, Verdict


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
