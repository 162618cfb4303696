"""What a case gets from the register about reports: the first one opens it, further ones are sightings."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.decisions.base import Decision
from domain.terms import Terms
from domain.values import Frozen
from domain.vocabulary import Level
from domain.worktime.working_time import WorkingTime

MOST = 10**9
"""More reports than this are not counted: a number has to fit wherever it is shown."""


class Sighting(Decision):
    """How far a claim has spread: the number of reports, districts and channels so far.

    The desk sends it under seal, like any decision, when a further report reaches a milestone.
    """

    kind: Literal["sighted"] = "sighted"
    count: int = Field(ge=0, le=MOST)
    districts: int = Field(ge=0, le=MOST)
    channels: int = Field(ge=0, le=MOST)


class CaseOrigin(Frozen):
    """The first report of a case, as the register stored it; the same value travels from there to the case.

    `claim` is at most 200 characters on one line. `reported_at` is what the sender gave, None if nothing was given; it
    is data and starts no clock. `level` is the provisional level.
    """

    case_id: str
    number: str
    claim: str
    report_id: str
    channel: str
    place: str | None = None
    reported_at: datetime | None = None
    level: Level


class Opening(CaseOrigin):
    """The argument a case starts with: its first report, and the terms it is opened under.

    `named` holds the short name of the unit a report came from, if the channel names one.
    """

    named: dict[str, str] = {}
    terms: Terms
    time: WorkingTime
