"""The shape of the `[risk]` tables of `policy.toml`: the questions of triage, and the levels their weights give."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StrictInt
from pydantic_core import PydanticCustomError

from adapters.office.schema.fields import Sentence, ShortName
from domain.decisions import UnitCode
from domain.risk.questions import ANY_NUMBER, Axis
from domain.values import Frozen
from domain.vocabulary import Level

Weight = Annotated[StrictInt, Field(ge=1, le=1000)]
"""What a yes adds to the score, or the score from which on a level is proposed."""

Count = Annotated[StrictInt, Field(ge=2, le=1_000_000)]
"""A number of reports, districts or channels: the first report is one of each, so one says nothing."""


def _telling(word: str) -> str:
    """Refuse a word of one character: it stands in half of all texts."""
    if len(word.removeprefix(ANY_NUMBER)) + word.startswith(ANY_NUMBER) < 2:
        raise PydanticCustomError("word_too_short", "has one character")
    return word


Word = Annotated[ShortName, AfterValidator(_telling)]
"""A word that is looked for in reports."""

Words = Annotated[tuple[Word, ...], Field(max_length=60)]
"""The words that answer a question by themselves, or speak for an exit."""


class SpreadIn(Frozen):
    """The `spread` of a question: it is answered once a claim has reached one of the figures."""

    sightings: Count | None = None
    districts: Count | None = None
    channels: Count | None = None


class QuestionIn(Frozen):
    """One `[[risk.question]]` table."""

    code: UnitCode
    axis: Axis
    weight: Weight
    asks: Sentence
    words: Words = ()
    spread: SpreadIn | None = None


class ThresholdsIn(Frozen):
    """The `[risk.level]` table: from which score on a level is proposed; below all of them blue is."""

    red: Weight
    orange: Weight
    yellow: Weight

    @property
    def by_level(self) -> dict[Level, int]:
        """Return the score of each level."""
        return {Level.RED: self.red, Level.ORANGE: self.orange, Level.YELLOW: self.yellow}


class RiskIn(Frozen):
    """The `[risk]` tables."""

    level: ThresholdsIn
    question: Annotated[tuple[QuestionIn, ...], Field(min_length=1, max_length=20)]
