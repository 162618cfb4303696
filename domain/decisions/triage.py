"""The office's decisions that set a case on its way: triage, assignment, a further unit, another level."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.decisions.base import Decision, Short, UnitCode
from domain.values import is_empty, is_none
from domain.vocabulary import Exit, Level


class TriageDecision(Decision):
    """The office's triage: it sets the level and asks units to verify, or lets the report out as no rumor.

    It has either `exit` (with `pass_to`, the unit the report is passed to, if one fits) or `level`, `topic` and `lead`.
    The exit of a duplicate has `duplicate_of`, the number of the case whose answer is its answer. `answers` are the
    codes of the risk questions answered with yes; None: as they are proposed. Another level than the proposed one, and
    than the one the answers give, needs a `reason`. `claim` says what a triage basket claims, so that it is a case like
    any other.
    """

    kind: Literal["triage"] = "triage"
    exit: Exit | None = None
    pass_to: UnitCode | None = None
    duplicate_of: Short | None = Field(default=None, exclude_if=is_empty)
    claim: Short | None = Field(default=None, exclude_if=is_empty)
    level: Level | None = None
    topic: Short | None = None
    district: Short | None = None
    lead: UnitCode | None = None
    co_units: tuple[UnitCode, ...] = Field(default=(), max_length=12)
    ask: Short | None = None
    reason: Short | None = None
    answers: tuple[UnitCode, ...] | None = Field(default=None, max_length=20, exclude_if=is_none)

    def named_units(self) -> tuple[str, ...]:
        """Return the lead, the co-units and the unit a report is passed to."""
        return tuple(code for code in (self.lead, *self.co_units, self.pass_to) if code)

    def found_by(self) -> dict[str, str | None]:
        """Return topic and district."""
        return {"topic": self.topic, "district": self.district}


class Assign(Decision):
    """A decision to name a lead unit by order of the office, after units have declined; that unit cannot decline.

    The rule is docs/design.md, rule 10.
    """

    kind: Literal["assign"] = "assign"
    lead: UnitCode
    reason: Short

    def named_units(self) -> tuple[str, ...]:
        """Return the assigned unit."""
        return (self.lead,)


class AddUnit(Decision):
    """A decision to ask one more co-unit."""

    kind: Literal["add_unit"] = "add_unit"
    unit: UnitCode
    ask: Short | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the added unit."""
        return (self.unit,)


class Release(Decision):
    """A decision to let a co-unit go that the office needs no more (docs/design.md, rule 10)."""

    kind: Literal["release"] = "release"
    unit: UnitCode
    reason: Short


class Relevel(Decision):
    """A decision to change the level of a case; running clocks keep what they have used."""

    kind: Literal["relevel"] = "relevel"
    level: Level
    reason: Short
