"""An acknowledgement 认领: somebody has taken a clock in hand for a while."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.terms import LevelTerms
from domain.values import Frozen, is_empty
from domain.vocabulary import Seat
from domain.worktime.working_time import WorkingTime


class Acknowledgement(Frozen):
    """Who has taken a clock in hand, at which rung, and until when that holds the ladder (docs/design.md, rule 5).

    `reminded` is whether its end has been announced.
    """

    unit: str
    seat: Seat | None = None
    rung: int
    at: datetime
    until: datetime
    reminded: bool = Field(default=False, exclude_if=is_empty)

    @property
    def ending(self) -> datetime:
        """Return when a fifth of it is left."""
        return self.until - (self.until - self.at) / 5

    def reminds(self, level: LevelTerms, time: WorkingTime) -> datetime | None:
        """Return when its end is announced, not in quiet hours; None if it has been."""
        if self.reminded:
            return None
        return self.ending if level.quiet is None else min(level.quiet.opening(time, self.ending), self.until)
