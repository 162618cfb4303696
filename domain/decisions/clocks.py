"""Decisions about time: pause and resume, extend, nudge and supervise, and counting by a newer calendar."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.clocks.pause import PauseReason
from domain.decisions.base import Decision, SeenGeneration, Short, UnitCode
from domain.decisions.verification import Evidence
from domain.vocabulary import ClockName
from domain.worktime.working_time import Span


class Pause(Decision):
    """A decision to let the clocks of a case stand still until an end (docs/design.md, rule 8).

    It needs a listed reason and evidence, and is possible once per visit. `unit` is the co-unit whose own answer clock
    alone is to stand still; None: the case.
    """

    kind: Literal["pause"] = "pause"
    unit: UnitCode | None = None
    reason: PauseReason
    until: AwareDatetime
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1, max_length=8)]
    remarks: Short | None = None


class Resume(Decision):
    """A decision to let what is paused go on before the end: the case, or the answer clock of the co-unit `unit`."""

    kind: Literal["resume"] = "resume"
    unit: UnitCode | None = None
    reason: Short | None = None


class Extend(Decision):
    """A proposal for more time on one clock, before it is due; a second person grants it (docs/design.md, rule 8)."""

    kind: Literal["extend"] = "extend"
    clock: ClockName
    unit: UnitCode
    longer: Span
    reason: Short
    expected_generation: SeenGeneration | None = None


class Nudge(Decision):
    """A decision to urge whoever works on a clock (催办); it uses up no rung of the ladder."""

    kind: Literal["nudge"] = "nudge"
    clock: ClockName
    unit: UnitCode
    text: Short | None = None
    expected_generation: SeenGeneration | None = None


class Supervise(Decision):
    """A decision to put a clock under supervision (督办): the leaders of its unit are notified, with the reason."""

    kind: Literal["supervise"] = "supervise"
    clock: ClockName
    unit: UnitCode
    reason: Short
    expected_generation: SeenGeneration | None = None
