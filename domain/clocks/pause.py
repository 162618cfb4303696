"""A pause of a case: why its clocks stand still, until when, and what ends it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.values import Frozen


class PauseReason(StrEnum):
    """The reasons for a pause: 待检测结果, 待上级答复, 待当事方材料, 不可抗力."""

    TEST_RESULT = "test_result"
    SUPERIOR = "superior"
    PARTY = "party"
    FORCE_MAJEURE = "force_majeure"


class ResumedBy(StrEnum):
    """What ended a pause: its end, a person, the next step of the case, or a level without pause."""

    END = "end"
    PERSON = "person"
    STEP = "step"
    LEVEL = "level"


class ActivePause(Frozen):
    """The pause a case is in: why, since when, until when; `reminded` once its end has been announced."""

    reason: PauseReason
    since: datetime
    until: datetime
    reminded: bool = False

    @property
    def reminds(self) -> datetime:
        """Return when the end of the pause is announced: with a fifth of it to go (docs/design.md, rule 8)."""
        return self.until - (self.until - self.since) / 5

    @property
    def next_instant(self) -> datetime:
        """Return when the pause next has something due: the announcement of its end, or its end."""
        return self.until if self.reminded else self.reminds
