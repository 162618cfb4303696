"""How a case began, moved on and ended."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.decisions import Action, Evidence, Original, RuleJoin, SplitFrom
from domain.risk.proposal import LevelReview, OpeningProposal
from domain.runs import EpochCause
from domain.values import Frozen, is_empty, is_none
from domain.vocabulary import Exit, Level, Stage, Verdict


class CaseOpened(Frozen):
    """A first report opened the case, at its provisional level.

    `proposal` is what intake proposes for triage; None in a case of before. `split` is the case it was taken out of.
    `basket`: the report says too little for a case of its own, and waits in this one with others.
    """

    kind: Literal["case_opened"] = "case_opened"
    level: Level
    channel: str
    place: str | None = None
    proposal: OpeningProposal | None = Field(default=None, exclude_if=is_none)
    split: SplitFrom | None = Field(default=None, exclude_if=is_empty)
    basket: bool = Field(default=False, exclude_if=is_empty)


class Sighted(Frozen):
    """The claim was reported again: the number of reports, districts, channels and different sources so far.

    `heat` is how many of the sources had reported it within the hour before. Both are 0 where they were not counted.
    `joins` are reports in other words that the matching rule has joined.
    """

    kind: Literal["sighted"] = "sighted"
    count: int
    districts: int
    channels: int
    sources: int = Field(default=0, exclude_if=is_empty)
    heat: int = Field(default=0, exclude_if=is_empty)
    joins: tuple[RuleJoin, ...] = Field(default=(), exclude_if=is_empty)


class ProvisionalLevelRaised(Frozen):
    """The claim surged before triage, and the policy raised the provisional level.

    `heat` is from how many different sources it was reported within an hour, `figure` from how many it is a surge.
    """

    kind: Literal["provisional_level_raised"] = "provisional_level_raised"
    old: Level
    new: Level
    heat: int
    figure: int


class ReportSplit(Frozen):
    """Reports of one wording were taken out of the case, and have another: `case_id`, with its number.

    `reports` begins with the one that was named; of many, only the first are listed, and `moved` is how many there are.
    `count`, `districts` and `channels` are those of the reports that stay.
    """

    kind: Literal["report_split"] = "report_split"
    reports: tuple[str, ...]
    moved: int
    case_id: str
    number: str
    reason: str
    count: int
    districts: int
    channels: int


class ClaimWorded(Frozen):
    """Triage said what the claim of a basket is: it is a case like any other from then on. `before` is what it was."""

    kind: Literal["claim_worded"] = "claim_worded"
    claim: str
    before: str


class ReportsMoved(Frozen):
    """Some reports of a basket went to another case, whose answer is theirs.

    `count`, `districts` and `channels` are those of the reports that stay.
    """

    kind: Literal["reports_moved"] = "reports_moved"
    reports: tuple[str, ...]
    into: Original
    reason: str | None = None
    count: int
    districts: int
    channels: int


class StageEntered(Frozen):
    """The case entered a stage."""

    kind: Literal["stage_entered"] = "stage_entered"
    stage: Stage
    visit: int


class Triaged(Frozen):
    """The office set the level and the topic, and asked units.

    `review` is how it judged what was proposed; None if nothing was, or the level had been judged before.
    """

    kind: Literal["triaged"] = "triaged"
    level: Level
    topic: str
    district: str | None = None
    reason: str | None = None
    review: LevelReview | None = Field(default=None, exclude_if=is_none)


class EpochOpened(Frozen):
    """The case goes on from an earlier state, in another epoch of its timeline.

    `after` is the number of the last entry that holds in both. `unheard` is how many later entries of the epoch before
    hold no more: they stay on the timeline, and what they decided has to be decided again if it is still wanted.
    """

    kind: Literal["epoch_opened"] = "epoch_opened"
    cause: EpochCause
    after: int
    unheard: int


class CancelRefused(Frozen):
    """Somebody asked Temporal to cancel the workflow of the case; it goes on."""

    kind: Literal["cancel_refused"] = "cancel_refused"


class PassedOn(Frozen):
    """Triage let the report out as no rumor.

    `to` is the short name of the unit it was passed to; None: it was passed to nobody.
    """

    kind: Literal["passed_on"] = "passed_on"
    exit: Exit
    to: str | None = None
    reason: str | None = None
    receive_by: datetime | None = Field(default=None, exclude_if=is_empty)
    """Until when the unit is to receive it; None if it is only told, and the case is closed."""
    into: Original | None = Field(default=None, exclude_if=is_empty)
    """The case whose answer is the answer of this one; None if the report is no duplicate."""


class HandoverReceived(Frozen):
    """A unit has received what was handed over to it; `by_call` if a logged call says so."""

    kind: Literal["handover_received"] = "handover_received"
    unit: str
    by_call: bool = Field(default=False, exclude_if=is_empty)


class HandoverEnded(Frozen):
    """What was handed over to a unit waits no more: the unit returned it, with a reason, or the office took it back.

    `suggested` is the short name of a unit that fits better, None if none was named. `received` is whether the unit had
    received it already.
    """

    kind: Literal["handover_ended"] = "handover_ended"
    unit: str
    reason: str | None = None
    suggested: str | None = None
    received: bool = Field(default=False, exclude_if=is_empty)


class LevelChanged(Frozen):
    """The level of the case changed."""

    kind: Literal["level_changed"] = "level_changed"
    old: Level
    new: Level
    reason: str


class Noted(Frozen):
    """Somebody wrote a remark into the timeline, maybe with evidence."""

    kind: Literal["noted"] = "noted"
    text: str
    evidence: tuple[Evidence, ...] = Field(default=(), exclude_if=is_empty)


class CaseClosed(Frozen):
    """The case was closed: with its verdict, or by an exit of triage.

    `outstanding` are the channels that had still to answer to a page; none of them is public. `unanswered` are the
    units whose finding did not count yet, by code, and `undone` the actions given out in a session and not ticked off.
    """

    kind: Literal["case_closed"] = "case_closed"
    exit: Exit | None = None
    verdict: Verdict | None = None
    remarks: str | None = None
    outstanding: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    unanswered: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    undone: tuple[Action, ...] = Field(default=(), exclude_if=is_empty)
