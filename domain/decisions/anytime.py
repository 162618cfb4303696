"""What may be said at any stage: take a clock in hand, ring the next rung, log a call, remark; and the close."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.decisions.base import Decision, Short, UnitCode
from domain.vocabulary import ClockName, PhoneOutcome


class Acknowledge(Decision):
    """Take a clock in hand: no higher rung rings until the acknowledgement expires; the due time stays."""

    kind: Literal["acknowledge"] = "acknowledge"
    clock: ClockName
    unit: UnitCode


class Escalate(Decision):
    """Ring the next rung of a clock by hand; refused when it has moved on from `expected_level`.

    Without `clock` the most urgent running clock is meant.
    """

    kind: Literal["escalate"] = "escalate"
    expected_level: Annotated[int, Field(strict=True, ge=0, le=99)]
    reason: Short
    clock: ClockName | None = None
    unit: UnitCode | None = None


class PhoneLog(Decision):
    """Log a phone call about a clock: reached, not reached, or passed on."""

    kind: Literal["phone_log"] = "phone_log"
    clock: ClockName
    unit: UnitCode
    outcome: PhoneOutcome
    remarks: Short | None = None


class Note(Decision):
    """Write a remark into the timeline; it changes nothing else."""

    kind: Literal["note"] = "note"
    text: Short


class Close(Decision):
    """Close a case whose publication is out."""

    kind: Literal["close"] = "close"
    remarks: Short | None = None
