"""The questions by which the risk of a claim is weighed 急难重, as the policy has them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from domain.values import Frozen, is_empty
from domain.vocabulary import Level

ANY_NUMBER = "#"
"""At the beginning of a word: a number stands there, in digits or in Chinese numerals (`#天` is found in 停水三天)."""


MORE_NUMERALS = "两几"
"""What stands for a number and is no numeral to Unicode."""


class Axis(StrEnum):
    """What a question is about: how fast people act on the claim, how hard it is to check, what it does if believed."""

    URGENCY = "urgency"
    DIFFICULTY = "difficulty"
    WEIGHT = "weight"


class Spread(Frozen):
    """How far a claim has gone: its reports, and the districts and channels they name; 0 counts for nothing."""

    sightings: int = 0
    districts: int = 0
    channels: int = 0

    def reached_by(self, now: Spread) -> bool:
        """Return whether `now` is as much as this, in any figure that counts."""
        pairs = zip(
            (self.sightings, self.districts, self.channels), (now.sightings, now.districts, now.channels), strict=True
        )
        return any(0 < least <= count for least, count in pairs)


class Question(Frozen):
    """One question: `asks` is the sentence an officer reads, `weight` what a yes adds to the score.

    `words` answer it by themselves: of the policy, those looked for; in a case, those its first report held. `spread`
    answers it once the claim has gone so far, None if no figure does.
    """

    code: str
    axis: Axis
    weight: int
    asks: str
    words: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    spread: Spread | None = Field(default=None, exclude_if=is_empty)

    def found_in(self, text: str) -> Question:
        """Return the question with those of its words that a text holds, as they stand there."""
        found = (hit for word in self.words if (hit := occurrence(word, text)))
        return self.model_copy(update={"words": tuple(dict.fromkeys(found))})


class RiskTable(Frozen):
    """The questions of a policy, and from which score on each level is proposed; below all of them the lowest is."""

    questions: tuple[Question, ...]
    thresholds: dict[Level, int]


def occurrence(word: str, text: str) -> str:
    """Return a word as a text holds it, with the number in front of it if it asks for one; empty if it does not."""
    if not word.startswith(ANY_NUMBER):
        return word if word in text else ""
    end = word.removeprefix(ANY_NUMBER)
    at = text.find(end)
    while at >= 0:
        start = at
        while start > 0 and (text[start - 1].isnumeric() or text[start - 1] in MORE_NUMERALS):
            start -= 1
        if start < at:
            return text[start : at + len(end)]
        at = text.find(end, at + 1)
    return ""
