"""What people say to a case: one model per kind, exactly the body of `POST /v1/cases/{id}/decisions`.

Who says it is never a field: the actor is the credential, sealed into the Update's header by the desk.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.decisions.anytime import Acknowledge, Close, Escalate, Note, PhoneLog
from domain.decisions.base import CONSOLE, Actor, Decision, Digest, Link, Proven, Short, Text, UnitCode
from domain.decisions.rebuttal import DraftSubmission, Review
from domain.decisions.reports import Opening, Sighting
from domain.decisions.triage import AddUnit, Assign, Relevel, TriageDecision
from domain.decisions.verification import Accept, Decline, Evidence, Finding, ReturnFinding, Transfer

__all__ = [
    "CONSOLE",
    "NOT_OFFERED_YET",
    "Accept",
    "Acknowledge",
    "Actor",
    "AddUnit",
    "AnyDecision",
    "Assign",
    "Close",
    "Decision",
    "Decline",
    "Digest",
    "DraftSubmission",
    "Escalate",
    "Evidence",
    "Finding",
    "Link",
    "Note",
    "Opening",
    "PhoneLog",
    "Proven",
    "Relevel",
    "ReturnFinding",
    "Review",
    "Short",
    "Sighting",
    "Text",
    "Transfer",
    "TriageDecision",
    "UnitCode",
]

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
