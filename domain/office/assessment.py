"""The assessment of an unread report: what its words answer, the exit they speak for, and who is to verify it.

A pure rule: the text, the words of the policy and the topics of the units come folded alike (width, case, traditional
characters, marks), so that no way of writing a word hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.office.office import Policy, Unit
from domain.office.unit_suggestion import propose_units
from domain.risk.assessment import ProposedExit, RiskAssessment
from domain.risk.proposal import propose
from domain.risk.questions import Spread
from domain.vocabulary import Exit, Level


def assess(
    text: str, place: str | None, policy: Policy, units: Iterable[Unit], districts: Sequence[str]
) -> RiskAssessment:
    """Return what intake finds in a report; `districts` are the names of the city's districts."""
    way_out, who = spoken_for(text, policy), propose_units(text, place, units)
    least = (policy.provisional_level, way_out.level) if way_out else (policy.provisional_level,)
    return RiskAssessment(
        questions=tuple(question.found_in(text) for question in policy.risk.questions),
        thresholds=policy.risk.thresholds,
        floor=min(least, key=list(Level).index),
        exit=way_out,
        topic=next((word for word in who.lead.words if word not in districts), None) if who.lead else None,
        district=_district(text, place or "", districts),
        lead=who.lead,
        co_units=who.co_units,
    )


def provisional_level(assessment: RiskAssessment) -> Level:
    """Return the level of an unread first report: the proposed one, by its words and its one sighting."""
    return propose(assessment, Spread(sightings=1, districts=1, channels=1)).level


def spoken_for(text: str, policy: Policy) -> ProposedExit | None:
    """Return the exit that the words of a text speak for, such as urgent help; None if none does."""
    for code, words in policy.exit_words.items():
        if hits := tuple(word for word in words if word in text):
            return ProposedExit(exit=code, words=hits, level=_level(code, policy))
    return None


def _level(code: Exit, policy: Policy) -> Level:
    terms = policy.terms.exits.get(code)
    return terms.level if terms else policy.provisional_level


def _district(text: str, place: str, districts: Sequence[str]) -> str | None:
    """Return the one district a report names, by its place before its text; None if it names none or several."""
    found = [name for name in districts if name in place] or [name for name in districts if name in text]
    return found[0] if len(found) == 1 else None
