"""How far a claim has spread, counted here; the workflow hears of it at milestones only.

So a flood of reports adds to a case's history with its logarithm, whatever the flood says of its places.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Integer, bindparam, exists, select, update

from adapters.register.tables import cases, reports

FIRST_PLACES = 50
"""A place is free text: beyond what a city has of districts, new ones are told at milestones like reports."""

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
class Spread:
    """Be the counts of a case after one more report; `told` says whether the workflow is to hear of them."""

    count: int
    districts: int
    channels: int
    told: bool


def is_milestone(count: int) -> bool:
    """Tell whether a count is one of 1, 2, 5, 10, 20, 50, 100, ..."""
    return str(count).rstrip("0") in {"1", "2", "5"}


def count_report(transaction: Connection, case_id: str, place: str | None, channel: str) -> Spread:
    """Count one report that is about to be stored under a case."""
    new_place, new_channel = _unseen(transaction, case_id, place, channel)
    more = {"of_case": case_id, "more_districts": int(new_place), "more_channels": int(new_channel)}
    counted = transaction.execute(_COUNT, more).one()
    told = (
        is_milestone(counted.sightings)
        or (new_place and _is_news(counted.districts))
        or (new_channel and _is_news(counted.channels))
    )
    return Spread(counted.sightings, counted.districts, counted.channels, told)


def _unseen(transaction: Connection, case_id: str, place: str | None, channel: str) -> tuple[bool, bool]:
    seen = transaction.execute(_SEEN, {"of_case": case_id, "place": place, "channel": channel}).one()
    return place is not None and not seen[0], not seen[1]


def _is_news(distinct: int) -> bool:
    return distinct <= FIRST_PLACES or is_milestone(distinct)
