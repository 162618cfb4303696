"""What the office says to send a case on its way: triage, assignment, further units, another level."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.decisions.base import Decision, Short, UnitCode
from domain.vocabulary import Exit, Level


class TriageDecision(Decision):
    """Confirm or change the level and ask units to verify, or let a report out that is no rumor.

    Either `exit` (with `pass_to`, the unit it is passed to, where one fits) or `level`, `topic` and `lead`.
    """

    kind: Literal["triage"] = "triage"
    exit: Exit | None = None
    pass_to: UnitCode | None = None
    level: Level | None = None
    topic: Short | None = None
    district: Short | None = None
    lead: UnitCode | None = None
    co_units: tuple[UnitCode, ...] = Field(default=(), max_length=12)
    ask: Short | None = None
    reason: Short | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return lead, co-units and the unit a report is passed to."""
        return tuple(code for code in (self.lead, *self.co_units, self.pass_to) if code)


class Assign(Decision):
    """Name the lead unit by order of the office, after units have declined; it cannot decline."""

    kind: Literal["assign"] = "assign"
    lead: UnitCode
    reason: Short

    def named_units(self) -> tuple[str, ...]:
        """Return the assigned unit."""
        return (self.lead,)


class AddUnit(Decision):
    """Ask one more unit to verify alongside."""

    kind: Literal["add_unit"] = "add_unit"
    unit: UnitCode
    ask: Short | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the added unit."""
        return (self.unit,)


class Relevel(Decision):
    """Change the level of a case; running clocks keep what they consumed."""

    kind: Literal["relevel"] = "relevel"
    level: Level
    reason: Short
