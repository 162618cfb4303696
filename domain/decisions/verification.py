"""What units say to a verification request, and what the office says to their findings."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from domain.decisions.base import Decision, Digest, Link, Short, Text, UnitCode
from domain.terms import Frozen
from domain.words import Verdict


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
