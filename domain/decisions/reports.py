"""What a case gets from the register about reports: the first one opens it, further ones are sightings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from domain.decisions.base import Decision
from domain.risk.assessment import RiskAssessment
from domain.terms import Terms
from domain.values import Frozen, is_empty, is_none
from domain.vocabulary import Level
from domain.worktime.working_time import WorkingTime

MOST = 10**9
"""More reports than this are not counted: a number has to fit wherever it is shown."""

MOST_JOINS = 50
"""How many joins by rule one sighting names; further ones are named by the next."""


class RuleJoin(Frozen):
    """A report in other words that joined a case by the matching rule, and what the rule went by.

    `cosine` and the shares `left_of_report` and `left_of_claim` are from 0 to 1; `guards` names what the differences
    touch, none if they say nothing; `version` is that of the rule. `case_id` is the case whose wording it is like.
    """

    report_id: str
    case_id: str
    cosine: float
    left_of_report: float
    left_of_claim: float
    guards: tuple[str, ...] = ()
    version: str


class Sighting(Decision):
    """How far a claim has spread: the number of reports, districts, channels and different sources so far.

    `heat` is how many of the sources have reported it within the hour before. Both are 0 where they were not counted.
    The desk sends it under seal, like any decision, when a further report reaches a milestone. `joins` are the reports
    that the matching rule has joined since. `splits` is how often reports had been taken out of the case when they were
    counted: a count from before that is too high.
    """

    kind: Literal["sighted"] = "sighted"
    count: int = Field(ge=0, le=MOST)
    districts: int = Field(ge=0, le=MOST)
    channels: int = Field(ge=0, le=MOST)
    sources: int = Field(default=0, ge=0, le=MOST, exclude_if=is_empty)
    heat: int = Field(default=0, ge=0, le=MOST, exclude_if=is_empty)
    joins: tuple[RuleJoin, ...] = Field(default=(), exclude_if=is_empty, max_length=MOST_JOINS)
    splits: int = Field(default=0, ge=0, le=MOST, exclude_if=is_empty)


class SplitFrom(Frozen):
    """The case the first report of another was taken out of, and why.

    `waited` is how long that had the report: the promise of an answer runs since the report was accepted.
    """

    case_id: str
    number: str
    reason: str
    waited: timedelta = timedelta()


class CaseOrigin(Frozen):
    """The first report of a case, as the register stored it; the same value travels from there to the case.

    `claim` is at most 200 characters on one line. `reported_at` is what the sender gave, None if nothing was given; it
    is data and starts no clock. `level` is the provisional level. `split` is the case the report was taken out of, None
    if it came to no other. `basket` is whether it says too little for a case of its own, and waits with others.
    """

    case_id: str
    number: str
    claim: str
    report_id: str
    channel: str
    place: str | None = None
    reported_at: datetime | None = None
    level: Level
    split: SplitFrom | None = Field(default=None, exclude_if=is_empty)
    basket: bool = Field(default=False, exclude_if=is_empty)


class Opening(CaseOrigin):
    """The argument a case starts with: its first report, and the terms it is opened under.

    `named` holds the short name of the unit a report came from, if the channel names one. `assessment` is what intake
    found in the report; None in a case of before.
    """

    named: dict[str, str] = {}
    terms: Terms
    time: WorkingTime
    assessment: RiskAssessment | None = Field(default=None, exclude_if=is_none)
