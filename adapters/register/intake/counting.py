"""How far a claim spreads: the counts of a case, with each report that comes, and when reports go to another case.

A case is informed of its sightings at milestones only, so a flood of reports adds its logarithm to a case's history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, ScalarSelect, bindparam, exists, func, select, update

from adapters.register.engine.source_tables import case_sources
from adapters.register.engine.tables import cases, reports
from adapters.register.intake.sources import ReportSource, heat_of, is_new_source, leave_source
from domain.reports.milestones import is_milestone, is_news

_SO_FAR = exists().where(reports.c.case_id == bindparam("of_case"))
_SEEN = select(
    _SO_FAR.where(reports.c.place == bindparam("place")), _SO_FAR.where(reports.c.channel == bindparam("channel"))
)
_COUNT = (
    update(cases)
    .where(cases.c.case_id == bindparam("of_case"))
    .values(
        sightings=cases.c.sightings + 1,
        districts=cases.c.districts + bindparam("more_districts", type_=Integer),
        channels=cases.c.channels + bindparam("more_channels", type_=Integer),
        sources=func.max(cases.c.sources + bindparam("more_sources", type_=Integer), 1),
    )
    .returning(cases.c.sightings, cases.c.districts, cases.c.channels, cases.c.sources, cases.c.surge_at)
)
_SURGED = update(cases).where(cases.c.case_id == bindparam("of_case")).values(surge_at=None)


def spread_of(some: ColumnElement[bool]) -> dict[str, ScalarSelect[int]]:
    """Return how many some reports are, in how many districts and channels, as columns of their case."""
    counted = {"sightings": reports.c.report_id, "districts": reports.c.place, "channels": reports.c.channel}
    return {name: select(func.count(one.distinct())).where(some).scalar_subquery() for name, one in counted.items()}


@dataclass(frozen=True)
class SightingCounts:
    """The counts of a case after one more report; `reaches_case` is true if the case is to be informed of them."""

    count: int
    districts: int
    channels: int
    sources: int
    heat: int
    reaches_case: bool


def count_report(
    transaction: Connection, case_id: str, place: str | None, channel: str, source: ReportSource
) -> SightingCounts:
    """Count one report that is about to be stored under a case, and return the new counts.

    Its heat is counted where the case is informed of it, or may be: a flood costs no more than a look at each report.
    """
    new_place, new_channel = _unseen(transaction, case_id, place, channel)
    new_source = is_new_source(transaction, case_id, source)
    more = {"more_districts": int(new_place), "more_channels": int(new_channel), "more_sources": int(new_source)}
    counted = transaction.execute(_COUNT, {"of_case": case_id, **more}).one()
    surges = _surges(transaction, case_id, counted.surge_at, source.at)  # also where it is a milestone anyway
    reaches_case = (
        surges
        or is_milestone(counted.sightings)
        or (new_source and is_milestone(counted.sources))
        or (new_place and is_news(counted.districts))
        or (new_channel and is_news(counted.channels))
    )
    heat = max(heat_of(transaction, case_id, source.at), 1) if reaches_case else 0
    counts = (counted.sightings, counted.districts, counted.channels, counted.sources)
    return SightingCounts(*counts, heat=heat, reaches_case=reaches_case)


def _surges(transaction: Connection, case_id: str, figure: int | None, at: datetime) -> bool:
    """Return whether a claim has just reached the figure of its case for the first time."""
    if figure is None or heat_of(transaction, case_id, at, figure) < figure:
        return False
    transaction.execute(_SURGED, {"of_case": case_id})
    return True


def _unseen(transaction: Connection, case_id: str, place: str | None, channel: str) -> tuple[bool, bool]:
    seen = transaction.execute(_SEEN, {"of_case": case_id, "place": place, "channel": channel}).one()
    return place is not None and not seen[0], not seen[1]


def move_sources(
    transaction: Connection, from_case: str, to_case: str, moved: ColumnElement[bool], at: datetime
) -> None:
    """Count the sources of reports for their new case; what is no longer known whose it was stays counted."""
    leaving = select(reports.c.report_id).where(moved)
    known = (case_sources.c.case_id == from_case, case_sources.c.last_report.in_(leaving))
    gone = come = 0
    for report_id in transaction.scalars(select(case_sources.c.last_report).where(*known)).all():
        source, last = leave_source(transaction, from_case, report_id, at)
        gone, come = gone + int(last), come + int(is_new_source(transaction, to_case, source))
    for case_id, more in ((from_case, -gone), (to_case, come)):
        counted = update(cases).where(cases.c.case_id == case_id)
        transaction.execute(counted.values(sources=cases.c.sources + more))


def recount(transaction: Connection, case_id: str) -> None:
    """Count the reports of a case anew, for its row and for those that are still to be handed over."""
    spread = spread_of(reports.c.case_id == case_id)
    transaction.execute(update(cases).where(cases.c.case_id == case_id).values(**spread))
    counted = {"count": cases.c.sightings, "districts": cases.c.districts, "channels": cases.c.channels}
    counted |= {"sources": cases.c.sources}
    own = cases.c.case_id == case_id
    of_case = {name: select(column).where(own).scalar_subquery() for name, column in counted.items()}
    waiting = (reports.c.case_id == case_id, reports.c.owed)
    transaction.execute(update(reports).where(*waiting).values(**of_case))
