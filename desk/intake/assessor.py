"""What assesses unread reports: by the policy's questions, its words of urgent help, and the topics of the units."""

from __future__ import annotations

from collections.abc import Callable

from domain.office.assessment import assess, spoken_for
from domain.office.office import Office
from domain.reports.report import Report, UrgentAdvice
from domain.risk.assessment import RiskAssessment
from domain.risk.questions import ANY_NUMBER
from texts.catalogue import current

Fold = Callable[[str], str]
"""What makes texts comparable that differ only in how they are written."""


class Assessor:
    """The assessment of reports for one office; the words of its files are folded once."""

    def __init__(self, office: Office, fold: Fold) -> None:
        self._fold, self._districts = fold, office.districts
        questions = tuple(
            one.model_copy(update={"words": self._folded(one.words)}) for one in office.policy.risk.questions
        )
        self._policy = office.policy.model_copy(
            update={
                "risk": office.policy.risk.model_copy(update={"questions": questions}),
                "exit_words": {code: self._folded(words) for code, words in office.policy.exit_words.items()},
            }
        )
        self._units = [unit.model_copy(update={"topics": self._folded(unit.topics)}) for unit in office.units.values()]

    def assess(self, report: Report) -> RiskAssessment:
        """Return what is found in a report; the same report gives the same, whoever handed it in."""
        place = self._fold(report.place) if report.place else None
        return assess(self._fold(report.text), place, self._policy, self._units, self._districts)

    def advice(self, report: Report) -> UrgentAdvice | None:
        """Return whom the sender of a report is to call at once; None if it asks for no urgent help.

        Nobody is waited for: only the case waits for a person who decides what the report is.
        """
        way_out = spoken_for(self._fold(report.text), self._policy)
        terms = self._policy.terms.exits.get(way_out.exit) if way_out else None
        if terms is None or not terms.emergency:
            return None
        says = current().phrase("urgent_advice", "call", lines="、".join(terms.emergency))
        return UrgentAdvice(numbers=terms.emergency, says=says)

    def _folded(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._folded_word, words)))

    def _folded_word(self, word: str) -> str:
        mark = ANY_NUMBER if word.startswith(ANY_NUMBER) else ""  # folding would drop it
        rest = word.removeprefix(mark)
        return mark + (self._fold(rest) or rest)
