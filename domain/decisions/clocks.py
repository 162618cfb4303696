"""What may be said about time: pause it, ask for more of it, urge whoever is slow, count by a newer calendar."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.clocks.pause import PauseReason
from domain.decisions.base import Decision, Short, UnitCode
from domain.decisions.verification import Evidence
from domain.vocabulary import ClockName
from domain.worktime.working_time import Span, WorkingTime


class Pause(Decision):
    """Let the clocks of a case stand still until an end; only for a listed reason, with evidence, once a visit."""

    kind: Literal["pause"] = "pause"
    reason: PauseReason
    until: AwareDatetime
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1, max_length=8)]
    remarks: Short | None = None


class Resume(Decision):
    """Let the clocks of a paused case go on before the end of the pause."""

    kind: Literal["resume"] = "resume"
    reason: Short | None = None


class Extend(Decision):
    """Ask for more time on one clock before it is due; a second person grants it."""

    kind: Literal["extend"] = "extend"
    clock: ClockName
    unit: UnitCode
    longer: Span
    reason: Short


class Nudge(Decision):
    """Urge whoever a clock waits for (催办); no rung of the ladder is used up by it."""

    kind: Literal["nudge"] = "nudge"
    clock: ClockName
    unit: UnitCode
    text: Short | None = None


class Supervise(Decision):
    """Put a clock under supervision (督办): the leaders of its unit are told, with the reason."""

    kind: Literal["supervise"] = "supervise"
    clock: ClockName
    unit: UnitCode
    reason: Short


class Recount(Decision):
    """Count by a newer working calendar; said by the system alone, when the office's calendar has changed."""

    kind: Literal["recount"] = "recount"
    time: WorkingTime
