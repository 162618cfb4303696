"""When a clock is due and its rungs ring beside the quiet hours of its level (docs/design.md, rule 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.terms import LevelTerms, Rung
from domain.worktime.quiet_hours import URGES
from domain.worktime.working_time import WorkingTime


def leaving_time(due: datetime, level: LevelTerms, time: WorkingTime) -> datetime:
    """Return when a request is to be accepted: one that comes in the night, in the morning."""
    return due if level.quiet is None else level.quiet.leaves_time(time, due)


def from_due(plan: Sequence[datetime], due: datetime, level: LevelTerms, time: WorkingTime) -> tuple[datetime, ...]:
    """Return a plan with the rungs at and after the due instant counted from that."""
    ends = [time.after(due, rung.after) if rung.after else due for rung in level.ladder]
    return tuple(at if rung.kind in URGES else end for at, rung, end in zip(plan, level.ladder, ends, strict=True))


def after_quiet_hours(
    at: datetime, rung: Rung, due: datetime, runs_from: datetime, level: LevelTerms, time: WorkingTime
) -> datetime:
    """Return `at` moved out of the quiet hours if the rung is a reminder, never past the due instant.

    One that would fall together with the due instant goes out before the quiet hours, if the clock runs then; it does
    from `runs_from` on.
    """
    if level.quiet is None or rung.kind not in URGES or at >= due:
        return at
    if (opens := level.quiet.opening(time, at)) < due:
        return opens
    before = level.quiet.before(time, at)
    return before if before and before > runs_from else due
