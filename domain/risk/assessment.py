"""What intake finds in a report and its case carries: the answers its words give, and what it proposes beside them.

Only what a claim says is weighed: nothing is known of who handed it in.
"""

from __future__ import annotations

from pydantic import Field

from domain.risk.questions import Question
from domain.values import Frozen, is_empty, is_none
from domain.vocabulary import Exit, Level


class ProposedUnit(Frozen):
    """A unit proposed to verify, by code, with the words of its competence that the claim holds."""

    unit: str
    words: tuple[str, ...]


class ProposedExit(Frozen):
    """An exit that the words of a report speak for; `level` is that of its ladder, a person decides it."""

    exit: Exit
    words: tuple[str, ...]
    level: Level


class RiskAssessment(Frozen):
    """What intake found in the first report of a case, with the questions and thresholds of the policy of then.

    `words` of a question are those that answered it. `floor` is the least level an unread report is handled at.
    """

    questions: tuple[Question, ...]
    thresholds: dict[Level, int]
    floor: Level
    exit: ProposedExit | None = Field(default=None, exclude_if=is_none)
    topic: str | None = Field(default=None, exclude_if=is_none)
    district: str | None = Field(default=None, exclude_if=is_none)
    lead: ProposedUnit | None = Field(default=None, exclude_if=is_none)
    co_units: tuple[ProposedUnit, ...] = Field(default=(), exclude_if=is_empty)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the questions, in the policy's order."""
        return tuple(question.code for question in self.questions)

    def level_of(self, score: int) -> Level:
        """Return the most urgent level whose threshold a score reaches; the lowest if it reaches none."""
        return next((level for level in Level if score >= self.thresholds.get(level, 0)), Level.BLUE)

    def score_of(self, answers: tuple[str, ...]) -> int:
        """Return the sum of the weights of the questions that are answered with yes, by their codes."""
        return sum(question.weight for question in self.questions if question.code in answers)
