"""How far a claim has spread, counted here; its case is informed at milestones only.

So a flood of reports adds its logarithm to a case's history, whatever places the reports name.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Integer, bindparam, exists, select, update

from adapters.register.engine.tables import cases, reports
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
    )
    .returning(cases.c.sightings, cases.c.districts, cases.c.channels)
)


@dataclass(frozen=True)
class SightingCounts:
    """The counts of a case after one more report; `reaches_case` is true if the case is to be informed of them."""

    count: int
    districts: int
    channels: int
    reaches_case: bool


def count_report(transaction: Connection, case_id: str, place: str | None, channel: str) -> SightingCounts:
    """Count one report that is about to be stored under a case, and return the new counts."""
    new_place, new_channel = _unseen(transaction, case_id, place, channel)
    more = {"of_case": case_id, "more_districts": int(new_place), "more_channels": int(new_channel)}
    counted = transaction.execute(_COUNT, more).one()
    reaches_case = (
        is_milestone(counted.sightings)
        or (new_place and is_news(counted.districts))
        or (new_channel and is_news(counted.channels))
    )
    return SightingCounts(counted.sightings, counted.districts, counted.channels, reaches_case)


def _unseen(transaction: Connection, case_id: str, place: str | None, channel: str) -> tuple[bool, bool]:
    seen = transaction.execute(_SEEN, {"of_case": case_id, "place": place, "channel": channel}).one()
    return place is not None and not seen[0], not seen[1]
