"""What a case hears of reports: the first one opens it, further ones are sightings."""

from __future__ import annotations

from datetime import datetime

from domain.terms import Terms
from domain.values import Frozen
from domain.vocabulary import Level
from domain.worktime.working_time import WorkingTime


class Sighting(Frozen):
    """Tell a running case how far its claim has spread, at a milestone."""

    count: int
    districts: int
    channels: int


class Opening(Frozen):
    """Be the argument a case starts with: the first report and the terms it is opened under.

    `named` holds the short name of the unit a report came from, where the channel names one.
    """

    case_id: str
    number: str
    claim: str
    report_id: str
    channel: str
    place: str | None = None
    reported_at: datetime | None = None
    level: Level
    named: dict[str, str] = {}
    terms: Terms
    time: WorkingTime
