"""A pause of a case: why time stands still, until when, and what let it go on."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.values import Frozen


class PauseReason(StrEnum):
    """Name why time may stand still: 待检测结果, 待上级答复, 待当事方材料, 不可抗力."""

    TEST_RESULT = "test_result"
    SUPERIOR = "superior"
    PARTY = "party"
    FORCE_MAJEURE = "force_majeure"


class ResumedBy(StrEnum):
    """Name what ended a pause: its end, a person, the next step of the case, a level that knows no pause."""

    END = "end"
    PERSON = "person"
    STEP = "step"
    LEVEL = "level"


class ActivePause(Frozen):
    """Be the pause a case is in: why, since when, until when; `reminded` once its end has been announced."""

    reason: PauseReason
    since: datetime
    until: datetime
    reminded: bool = False

    @property
    def reminds(self) -> datetime:
        """Tell when the end is announced: with a fifth of the pause to go."""
        return self.until - (self.until - self.since) / 5

    @property
    def next_instant(self) -> datetime:
        """Tell when the pause next needs attention."""
        return self.until if self.reminded else self.reminds
