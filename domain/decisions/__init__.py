"""The decisions people send to a case: one model per kind, exactly the body of `POST /v1/cases/{id}/decisions`.

The actor is never a field: it comes from the credential, and the desk seals it into the Update's header.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.decisions.anytime import Acknowledge, Close, Escalate, MoveReports, Note, PhoneLog, SplitDecision
from domain.decisions.base import (
    CONSOLE,
    SYSTEM,
    Actor,
    Decision,
    Digest,
    Link,
    Original,
    Proven,
    SeatHolders,
    Short,
    Signer,
    SplitCase,
    Text,
    UnitCode,
    Wording,
)
from domain.decisions.clocks import Extend, Nudge, Pause, Resume, Supervise
from domain.decisions.rebuttal import (
    Ballot,
    Confirm,
    Consent,
    DraftSubmission,
    Interim,
    Override,
    RecordPublication,
    ResolveDelivery,
    Review,
    Sign,
)
from domain.decisions.reports import CaseOrigin, Opening, RuleJoin, Sighting, SplitFrom
from domain.decisions.system import OpenEpoch, Recount, Reseal
from domain.decisions.triage import AddUnit, Assign, Release, Relevel, TriageDecision
from domain.decisions.verification import Accept, Action, Consult, Decline, Evidence, Finding, ReturnFinding, Transfer

__all__ = [
    "CONSOLE",
    "NOT_OFFERED_YET",
    "SYSTEM",
    "Accept",
    "Acknowledge",
    "Action",
    "Actor",
    "AddUnit",
    "AnyDecision",
    "Assign",
    "Ballot",
    "CaseOrigin",
    "Close",
    "Confirm",
    "Consent",
    "Consult",
    "Decision",
    "Decline",
    "Digest",
    "DraftSubmission",
    "Escalate",
    "Evidence",
    "Extend",
    "Finding",
    "Interim",
    "Link",
    "MoveReports",
    "Note",
    "Nudge",
    "OpenEpoch",
    "Opening",
    "Original",
    "Override",
    "Pause",
    "PhoneLog",
    "Proven",
    "RecordPublication",
    "Recount",
    "Release",
    "Relevel",
    "Reseal",
    "ResolveDelivery",
    "Resume",
    "ReturnFinding",
    "Review",
    "RuleJoin",
    "SeatHolders",
    "Short",
    "Sighting",
    "Sign",
    "Signer",
    "SplitCase",
    "SplitDecision",
    "SplitFrom",
    "Supervise",
    "Text",
    "Transfer",
    "TriageDecision",
    "UnitCode",
    "Wording",
]

AnyDecision = Annotated[
    TriageDecision
    | Acknowledge
    | Assign
    | AddUnit
    | Release
    | Relevel
    | Accept
    | Decline
    | Transfer
    | Finding
    | ReturnFinding
    | Consult
    | Interim
    | DraftSubmission
    | Review
    | Consent
    | Sign
    | RecordPublication
    | ResolveDelivery
    | Override
    | Confirm
    | Pause
    | Resume
    | Extend
    | Nudge
    | Supervise
    | Escalate
    | PhoneLog
    | Note
    | SplitDecision
    | MoveReports
    | Close,
    Field(discriminator="kind"),
]
"""A decision of any kind a person may send."""

NOT_OFFERED_YET = (
    "merge", "reopen", "correct", "withdraw", "appeal",
    "decide_appeal", "refer",
)  # fmt: skip
"""Kinds the interface names and a later version brings; today they are answered with "not offered yet"."""
