"""Sightings: further reports of the claim, of which a case hears at milestones; many at once may raise its level."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.decisions import Proven, Sighting
from domain.events import ProvisionalLevelRaised, Sighted
from domain.reports.surge import level_in_surge
from domain.stages.level import rearm_clocks
from domain.stages.report import ring_duty
from domain.vocabulary import ClockName, Level


def sighted(case: Case, sighting: Sighting, proven: Proven, now: datetime) -> None:
    """Record how far a claim has spread; one that comes late, with fewer sightings, only names its joins.

    So does one from before reports were taken out; after more of that than the case knows of, what it says counts.
    """
    news = sighting.splits > case.splits or (sighting.splits == case.splits and sighting.count > case.sightings)
    if news or sighting.joins:
        _count(case, sighting)
        case.happened(
            Sighted(
                count=case.sightings,
                districts=case.districts,
                channels=case.channels,
                sources=case.sources if sighting.sources else 0,
                heat=sighting.heat,
                joins=sighting.joins,
            ),
            now,
        )
    _take_surge(case, sighting.heat, now)


def _count(case: Case, sighting: Sighting) -> None:
    told: tuple[int, ...] = (sighting.count, sighting.districts, sighting.channels, sighting.sources)
    known: tuple[int, ...] = (case.sightings, case.districts, case.channels, case.sources)
    if sighting.splits > case.splits:
        case.splits, known = sighting.splits, told
    elif sighting.splits == case.splits:
        known = tuple(map(max, known, told))
    case.sightings, case.districts, case.channels, case.sources = known


def _take_surge(case: Case, heat: int, now: datetime) -> None:
    """Raise the provisional level once, and ring the office, if a claim surges before anybody has confirmed a level.

    A basket has no claim that could: however many say so little, the office is rung once.
    """
    level = level_in_surge(case.level, heat, case.terms.surge)
    if level is not None and case.provisional and not case.surged and not case.opening.basket:
        _raise(case, level, heat, now)


def _raise(case: Case, level: Level, heat: int, now: datetime) -> None:
    assert case.terms.surge is not None  # noqa: S101  (there is no surge without it; the type checker needs it)
    case.surged = True
    case.happened(ProvisionalLevelRaised(old=case.level, new=level, heat=heat, figure=case.terms.surge.sources), now)
    rearm_clocks(case, level, now, first=True)
    clock = case.clock(ClockName.TRIAGE, case.office.code)
    if clock is not None:
        case.inform(clock)
        ring_duty(case, now, key=f"{clock.key}/surge", why={"heat": heat})
