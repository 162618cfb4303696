"""Decisions that belong to any stage (a clock in hand, a rung, a call, a remark, reports that leave), and the close."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.decisions.base import MOST_SPLIT, Decision, ReportId, SeenGeneration, Short, UnitCode
from domain.decisions.verification import Evidence
from domain.vocabulary import ClockName, PhoneOutcome

_Level = Annotated[int, Field(strict=True, ge=0, le=99)]
"""How many rungs of a clock the sender saw rung."""


class Acknowledge(Decision):
    """A decision to take a clock in hand (认领).

    No higher rung rings until the acknowledgement expires; the due time stays. `expected_level` and
    `expected_generation` are what the sender saw of the clock, None to take it as it is. One person may do it once per
    level, until there is progress (docs/design.md, rule 5).
    """

    kind: Literal["acknowledge"] = "acknowledge"
    clock: ClockName
    unit: UnitCode
    expected_level: _Level | None = None
    expected_generation: SeenGeneration | None = None


class Escalate(Decision):
    """A decision to ring the next rung of a clock by hand (提级).

    `expected_level` is the number of rungs the sender saw rung; if the clock has moved on, the decision is refused
    (docs/design.md, rule 6). Without `clock` the most urgent running clock is meant.
    """

    kind: Literal["escalate"] = "escalate"
    expected_level: _Level
    reason: Short
    clock: ClockName | None = None
    unit: UnitCode | None = None
    expected_generation: SeenGeneration | None = None


class PhoneLog(Decision):
    """The log of a phone call about a clock: reached, not reached, or passed on.

    One that reached nobody names the rung it answers (`expected_level`, 0 for the call at the start) and how often that
    call had been passed on, so that it counts once (docs/design.md, rule 4). `answered_by` is the unit of whoever
    answered; None: of the seats that were called.
    """

    kind: Literal["phone_log"] = "phone_log"
    clock: ClockName
    unit: UnitCode
    outcome: PhoneOutcome
    remarks: Short | None = None
    expected_level: _Level | None = None
    expected_generation: SeenGeneration | None = None
    expected_call: Annotated[int, Field(strict=True, ge=0, le=9)] = 0
    answered_by: UnitCode | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the unit of whoever answered."""
        return (self.answered_by,) if self.answered_by else ()


class Note(Decision):
    """A remark for the timeline; with evidence it counts as progress of the sender's unit (docs/design.md, rule 5)."""

    kind: Literal["note"] = "note"
    text: Short
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=8)] = ()


class SplitDecision(Decision):
    """A decision to take a report out of a case it does not belong to (拆出线索): it gets a case of its own.

    Every report of the same wording goes with it.
    """

    kind: Literal["split"] = "split"
    report_id: ReportId
    reason: Short


class MoveReports(Decision):
    """A decision to move some reports of a triage basket to the case they belong to (归入事项).

    `into` is that case's number, however it is written. The report that opened the basket stays.
    """

    kind: Literal["move_reports"] = "move_reports"
    reports: Annotated[tuple[ReportId, ...], Field(min_length=1, max_length=MOST_SPLIT)]
    into: Short
    reason: Short | None = None


class Close(Decision):
    """A decision to close a case whose publication is out (办结)."""

    kind: Literal["close"] = "close"
    remarks: Short | None = None
