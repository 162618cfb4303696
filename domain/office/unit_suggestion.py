"""The units that fit a claim: suggested from their topics and the place, with the words that speak for each."""

from __future__ import annotations

from collections.abc import Iterable

from domain.office.office import Unit
from domain.risk.assessment import ProposedUnit
from domain.values import Frozen
from domain.vocabulary import UnitKind

PLACE_WEIGHT = 3
"""The score of a named district; it outweighs a single topic word, as the district answers for its own streets."""

MOST_CO_UNITS = 4
"""How many co-units are proposed at most, the districts named not counted: each has a request to answer."""

NOT_ASKED = (UnitKind.OFFICE, UnitKind.MEDIA, UnitKind.NEW_MEDIA, UnitKind.PLATFORM)
"""Kinds that are not proposed to verify: they coordinate, hand in leads and publish."""


class Suggestion(Frozen):
    """One unit that may lead, with its score and the words that were found."""

    unit: str
    score: int
    words: tuple[str, ...]


class ProposedUnits(Frozen):
    """The units proposed to verify a claim: who leads, None if no topic of the competence table fits, and who helps."""

    lead: ProposedUnit | None = None
    co_units: tuple[ProposedUnit, ...] = ()


def suggest(text: str, place: str | None, units: Iterable[Unit], most: int = 5) -> list[Suggestion]:
    """Return the units that may lead, ranked by the topic words found in `text`; longer words count more.

    A district needs its own name in the text or the place. Units with equal scores keep the order of `units`. At most
    `most` units are returned.
    """
    able = (unit for unit in units if unit.can_lead and unit.kind is not UnitKind.OFFICE)
    return _ranked(text, place, able)[:most]


def propose_units(text: str, place: str | None, units: Iterable[Unit]) -> ProposedUnits:
    """Return who verifies a claim by the competence table: the unit whose topics it touches most leads.

    A district helps where a department fits. It leads where none does, and where no other district is named: what
    concerns several is led above them.
    """
    known = {unit.code: unit for unit in units if unit.kind not in NOT_ASKED}
    hits = _ranked(text, place, known.values())
    named = [hit for hit in hits if known[hit.unit].kind is UnitKind.DISTRICT]
    fields = [hit for hit in hits if hit not in named]
    able = [hit for hit in fields if known[hit.unit].can_lead]
    able += [hit for hit in named if known[hit.unit].can_lead and len(named) == 1]
    lead = able[0] if able else None
    helping = [hit for hit in fields if hit is not lead][:MOST_CO_UNITS] + [hit for hit in named if hit is not lead]
    return ProposedUnits(
        lead=_proposed(lead) if lead else None, co_units=tuple(_proposed(hit) for hit in helping if lead)
    )


def _ranked(text: str, place: str | None, units: Iterable[Unit]) -> list[Suggestion]:
    found = []
    for unit in units:
        words = tuple(topic for topic in unit.topics if topic in text or (place and topic == place))
        score = sum(PLACE_WEIGHT if word == place else len(word) for word in words)
        if words:
            found.append(Suggestion(unit=unit.code, score=score, words=words))
    return sorted(found, key=lambda one: -one.score)


def _proposed(hit: Suggestion) -> ProposedUnit:
    return ProposedUnit(unit=hit.unit, words=hit.words)
